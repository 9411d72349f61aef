import type { Brief } from "../answer";
import type { Variable } from "../meta";
import { to } from "../route";
import { sourceOf, textOf, type Source } from "../source";
import { words, World } from "./world";

/** Whose flows are shown: the base year, the baseline, a world, or what is expected under a view. */
export function Sources({ label, name, unsolved, variables, answer, source, set }: { label: string; name: string; unsolved: boolean; variables: Variable[]; answer: Pick<Brief, "views" | "acts" | "headline"> | null; source: string; set: (s: string) => void }) {
  const s = sourceOf(source);
  const mean = s.kind === "mean" ? s : null;
  const heads = answer?.acts.filter((x) => x.view === answer.headline) ?? [];
  const arms = heads.flatMap((x) => [x.without, ...x.states].map((state) => ({ act: x.id, state, name: `${x.name}: ${words(state)}` })));
  const why = unsolved ? "What is expected over all worlds is known when the case has been solved." : answer && arms.length === 0 ? "The case has no act to compare, so nothing is expected over all worlds." : "";
  const first = (): Source | null => (arms[0] && answer ? { kind: "mean", view: answer.headline, act: arms[0].act, state: arms[0].state } : null);
  return (
    <>
      <World label={label} variables={variables} world={mean ? "mean" : source} set={set} base />
      <div class="row mean">
        <button
          type="button"
          aria-pressed={mean !== null}
          disabled={!answer || arms.length === 0}
          aria-describedby={why ? `${label}-why` : undefined}
          onClick={() => {
            const x = first();
            if (x) set(textOf(x));
          }}
        >
          expected over all worlds
        </button>
        {mean && answer && (
          <>
            <label>
              <span class="unseen">{label}: whose weights</span>
              <select value={mean.view} onChange={(e) => set(textOf({ ...mean, view: e.currentTarget.value }))}>
                {answer.views.map((v) => (
                  <option key={v.id} value={v.id}>
                    {v.name}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span class="unseen">{label}: act and state</span>
              <select
                value={`${mean.act} ${mean.state}`}
                onChange={(e) => {
                  const [act = "", state = ""] = e.currentTarget.value.split(" ");
                  set(textOf({ ...mean, act, state }));
                }}
              >
                {arms.map((x) => (
                  <option key={`${x.act} ${x.state}`} value={`${x.act} ${x.state}`}>
                    {x.name}
                  </option>
                ))}
              </select>
            </label>
          </>
        )}
      </div>
      {why && (
        <p class="note" id={`${label}-why`}>
          {why} {unsolved && <a href={to(name)}>To the answers</a>}
        </p>
      )}
      {mean && <p class="note">Expected flows: weight times flow over all worlds, other acts as they are in the baseline. No world is left out and none is drawn.</p>}
    </>
  );
}

/** The name of a source for people. */
export function sourceName(s: Source, answer: Pick<Brief, "views" | "acts"> | null, variables: Variable[], horizon: number, baseYear: number): string {
  if (s.kind === "base") return `base year ${baseYear}`;
  if (s.kind === "mean") {
    const act = answer?.acts.find((x) => x.id === s.act)?.name ?? s.act;
    return `expected in ${horizon} with ${act} ${words(s.state)}, weights of ${answer?.views.find((v) => v.id === s.view)?.name ?? s.view}`;
  }
  if (s.world === "") return `baseline world of ${horizon}`;
  const parts = s.world.split(/,(?![^()]*\))/).map((x) => {
    const [id = "", state = ""] = x.split("=");
    return `${variables.find((v) => v.id === id)?.name ?? id}: ${words(state)}`;
  });
  return `world of ${horizon} with ${parts.join("; ")}`;
}
