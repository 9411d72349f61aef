import type { Variable } from "../meta";
import { proper } from "../regions";

/** A world as text, variable=state,…, of what differs from the baseline. */
export type WorldText = string;

export function states(w: WorldText): Record<string, string> {
  const out: Record<string, string> = {};
  // Names of variables may hold commas in brackets, as position(IR,zangezur).
  for (const m of w.matchAll(/([^=,()]+(?:\([^)]*\))?)=([^,]*)/g)) if (m[1] && m[2] !== undefined) out[m[1].trim()] = m[2].trim();
  return out;
}

export function write(variables: Variable[], chosen: Record<string, string>): WorldText {
  return variables
    .filter((v) => chosen[v.id] !== undefined && chosen[v.id] !== v.states[v.baseline])
    .map((v) => `${v.id}=${chosen[v.id]}`)
    .join(",");
}

export const words = (id: string): string => proper(id.replaceAll("_", " "));

/** Choosing a world: one state of each variable.  */
export function World({ label, variables, world, set, base }: { label: string; variables: Variable[]; world: string; set: (w: string) => void; base: boolean }) {
  const chosen = world === "base" ? {} : states(world);
  const off = variables.filter((v) => chosen[v.id] !== undefined && chosen[v.id] !== v.states[v.baseline]);
  return (
    <fieldset class="world">
      <legend>{label}</legend>
      <div class="row">
        {base && (
          <button type="button" aria-pressed={world === "base"} onClick={() => set("base")}>
            base year
          </button>
        )}
        <button type="button" aria-pressed={world === ""} onClick={() => set("")}>
          baseline
        </button>
        {world !== "base" && off.length > 0 && <span class="note">{off.map((v) => `${v.name}: ${words(chosen[v.id] ?? "")}`).join("; ")}</span>}
      </div>
      <details>
        <summary>Choose states</summary>
        <div class="states">
          {variables.map((v) => (
            <label key={v.id}>
              <span>{v.name}</span>
              <select value={chosen[v.id] ?? v.states[v.baseline] ?? ""} onChange={(e) => set(write(variables, { ...chosen, [v.id]: e.currentTarget.value }))}>
                {v.states.map((s) => (
                  <option key={s} value={s}>
                    {words(s)}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
      </details>
    </fieldset>
  );
}
