import { Fragment } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Num } from "../answer";
import { get, of, post, type Job } from "../api";
import type { Table, TableOutcome } from "../columns";
import type { Meta, Variable } from "../meta";
import { plain } from "../numbers";
import { remember, route, to } from "../route";
import { bare, bareChange, styleOf } from "../style-of";
import { useTable } from "../ui/columns";
import { useLoad } from "../ui/load";
import { Sense } from "../ui/sense";
import { Solve } from "../ui/solve";
import { Trouble } from "../ui/trouble";
import { Work } from "../ui/work";
import { words, write } from "../ui/world";
import { codeOf, moves, ofTable, read, rows, steps, type Difference, type Row, type Values } from "../worlds";
import "./worlds.css";

/** Worlds: a state for each variable, and every number of that world at once, beside the baseline and a second world. */
export function WorldsPage({ name }: { name: string }) {
  const meta = useLoad<Meta>(of(name));
  if (meta.error) return <Trouble error={meta.error} again={meta.again} />;
  if (!meta.data) return <p class="waiting">Reading the case…</p>;
  return <Worlds name={name} m={meta.data} />;
}

/** The second world in addresses; the baseline has a name there, since no text means no second world. */
const second = (q: string | null): string | null => (q === "baseline" ? "" : q);

function Worlds({ name, m }: { name: string; m: Meta }) {
  const q = route.value.query;
  const a = read(m.variables, q.get("w") ?? "");
  const v = second(q.get("v"));
  const b = v === null ? null : read(m.variables, v);
  const editing = b && q.get("e") === "b" ? "b" : "a";
  const active = editing === "b" && b ? b : a;
  const set = (which: "a" | "b", text: string) => remember(which === "a" ? { w: text } : { v: text || "baseline" });
  const columns = useTable(name, m.errors > 0 ? undefined : m.hash);
  const around = useLoad<Around>(m.impossible.length > 0 ? `${of(name, "worlds", "around")}?world=${encodeURIComponent(active.text)}` : null);
  const wide = useWide();
  const unknown = [...a.unknown, ...(b?.unknown ?? [])];
  return (
    <section class="page worlds">
      <h1>Worlds</h1>
      {unknown.length > 0 && <p class="trouble">The address names what this case has not, and it is left out: {unknown.join(", ")}.</p>}
      <div class="both">
        <div class="picker">
          <div class="row">
            {b ? (
              <>
                <button type="button" aria-pressed={editing === "a"} onClick={() => remember({ e: null })}>
                  Set world A
                </button>
                <button type="button" aria-pressed={editing === "b"} onClick={() => remember({ e: "b" })}>
                  Set world B
                </button>
                <button type="button" onClick={() => remember({ w: b.text, v: a.text || "baseline" })}>
                  Swap
                </button>
                <button type="button" onClick={() => remember({ v: null, e: null })}>
                  Without B
                </button>
              </>
            ) : (
              <button type="button" onClick={() => remember({ v: a.text || "baseline", e: "b" })}>
                Compare with a second world
              </button>
            )}
            <button type="button" disabled={active.text === ""} onClick={() => set(editing, "")}>
              All at the baseline
            </button>
          </div>
          <details class="folded" open={wide}>
            <summary>Choose states</summary>
            <Picker variables={m.variables} active={active.chosen} other={b ? (editing === "a" ? b : a).chosen : null} otherName={editing === "a" ? "B" : "A"} around={around.data} set={(chosen) => set(editing, write(m.variables, chosen))} />
          </details>
        </div>
        <div class="shown">
          <Named name={name} m={m} a={a.text} b={b?.text ?? null} />
          {m.errors > 0 ? (
            <p>
              The files of this case have errors; worlds can be shown once <a href={to(name, "edit")}>they are mended</a>.
            </p>
          ) : columns.error != null ? (
            <Trouble error={columns.error} again={columns.again} />
          ) : columns.unsolved ? (
            <Unsolved name={name} m={m} a={a.text} b={b?.text ?? null} again={columns.again} />
          ) : !columns.table ? (
            <p class="waiting">Reading the table of worlds…</p>
          ) : (
            <Solved name={name} m={m} t={columns.table} a={a.chosen} b={b?.chosen ?? null} reason={around.data?.reason ?? ""} />
          )}
        </div>
      </div>
    </section>
  );
}

/** Whether choices and numbers stand side by side. */
function useWide(): boolean {
  const [query] = useState(() => matchMedia("(min-width: 60rem)"));
  const [wide, set] = useState(query.matches);
  useEffect(() => {
    const told = () => set(query.matches);
    query.addEventListener("change", told);
    return () => query.removeEventListener("change", told);
  }, [query]);
  return wide;
}

interface Around {
  world: string;
  reason: string;
  options: { variable: string; state: string; reason: string }[];
}

const kinds: { kind: Variable["kind"]; name: string }[] = [
  { kind: "act", name: "Acts" },
  { kind: "position", name: "Positions of states" },
  { kind: "event", name: "Events" },
  { kind: "fact", name: "Facts" },
];

/** The states of every variable, as choices. */
function Picker(p: { variables: Variable[]; active: Record<string, string>; other: Record<string, string> | null; otherName: string; around: Around | null; set: (chosen: Record<string, string>) => void }) {
  const at = (chosen: Record<string, string>, v: Variable) => chosen[v.id] ?? v.states[v.baseline];
  return (
    <>
      {kinds.map(({ kind, name }) => {
        const list = p.variables.filter((v) => v.kind === kind);
        if (list.length === 0) return null;
        return (
          <section key={kind}>
            <h2>{name}</h2>
            {list.map((v) => {
              const cannot = (s: string) => p.around?.options.find((o) => o.variable === v.id && o.state === s)?.reason;
              return (
                <fieldset key={v.id} class="variable">
                  <legend title={v.about}>{v.name}</legend>
                  <div class="chips">
                    {v.states.map((s, i) => (
                      <label key={s} class={cannot(s) ? "cannot" : ""}>
                        <input type="radio" name={`state of ${v.id}`} checked={at(p.active, v) === s} onChange={() => p.set({ ...p.active, [v.id]: s })} />
                        <span>
                          {words(s)}
                          {i === v.baseline && <small> baseline</small>}
                          {p.other && at(p.other, v) === s && at(p.active, v) !== s && <small class="other"> {p.otherName}</small>}
                        </span>
                      </label>
                    ))}
                  </div>
                  {v.states.map((s) => {
                    const reason = cannot(s);
                    return (
                      reason && (
                        <p key={s} class="note">
                          {words(s)}: cannot be in this world. {reason}
                        </p>
                      )
                    );
                  })}
                </fieldset>
              );
            })}
          </section>
        );
      })}
    </>
  );
}

/** What the worlds are, in words, with the way to the map. */
function Named({ name, m, a, b }: { name: string; m: Meta; a: string; b: string | null }) {
  const text = (w: string) => {
    const { chosen } = read(m.variables, w);
    const off = m.variables.filter((v) => chosen[v.id] !== undefined && chosen[v.id] !== v.states[v.baseline]);
    return off.length === 0 ? "the baseline: every variable where the case starts" : off.map((v) => `${v.name}: ${words(chosen[v.id]!)}`).join("; ");
  };
  const map = (w: string) => to(name, "map", [], w ? { w } : {});
  return (
    <div class="named">
      <p>
        <b>{b === null ? "This world" : "World A"}</b> is {text(a)}. <a href={map(a)}>On the map</a>
        {a !== "" && b === null && (
          <>
            , <a href={to(name, "map", [], { w: a, v: "baseline" })}>its change on the map</a>
          </>
        )}
      </p>
      {b !== null && (
        <p>
          <b>World B</b> is {text(b)}. <a href={map(b)}>On the map</a>, <a href={to(name, "map", [], { ...(b ? { w: b } : {}), v: a || "baseline" })}>its change against A on the map</a>
        </p>
      )}
    </div>
  );
}

/** Worlds of the table. */
function Solved({ name, m, t, a, b, reason }: { name: string; m: Meta; t: Table; a: Record<string, string>; b: Record<string, string> | null; reason: string }) {
  const base = ofTable(t, t.meta.baseline);
  const code = codeOf(t, a);
  const codeB = b ? codeOf(t, b) : null;
  const here = ofTable(t, code);
  const there = codeB === null ? null : ofTable(t, codeB);
  if (!base) return <p class="trouble">The baseline of this case is no possible world, so there is nothing to compare with.</p>;
  const gone = [!here && (b ? "World A" : "This world"), codeB !== null && !there && "World B"].filter((x) => x !== false);
  if (!here || (codeB !== null && !there))
    return (
      <p class="trouble" role="status">
        {gone.join(" and ")} cannot be{reason ? `: ${reason}` : "."}
      </p>
    );
  const loose = [code, ...(codeB === null ? [] : [codeB])].some((c) => !t.settled(t.world(c)));
  return (
    <>
      {loose && <p class="trouble">The solving of {b ? "one of these worlds" : "this world"} did not reach its tolerance: its numbers are where the solver stopped.</p>}
      <Numbers name={name} m={m} outcomes={t.meta.outcomes} base={base} a={here} b={there} t={t} code={code} start={code === t.meta.baseline && !b} />
    </>
  );
}

/** Worlds of a case whose table has not been solved: each by itself, when asked for. */
function Unsolved({ name, m, a, b, again }: { name: string; m: Meta; a: string; b: string | null; again: () => void }) {
  const wanted = [...new Set(["", a, ...(b === null ? [] : [b])])];
  const [turn, next] = useState(0);
  const key = `${m.hash} ${turn} ${wanted.join(" ")}`;
  const [got, set] = useState<{ key: string; worlds: Map<string, SolvedWorld | null>; error: unknown } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const one = async (w: string) => {
      const s = await get<SolvedWorld>(`${of(name, "worlds")}?world=${encodeURIComponent(w)}`, stop.signal);
      return s.solved ? s : null;
    };
    Promise.all(wanted.map(one)).then(
      (list) => !stop.signal.aborted && set({ key, worlds: new Map(wanted.map((w, i) => [w, list[i]!])), error: null }),
      (error: unknown) => !stop.signal.aborted && set({ key, worlds: new Map(), error }),
    );
    return () => stop.abort();
  }, [key]);
  const here = got?.key === key ? got : null;
  const values = (w: string): Values | null => {
    const s = here?.worlds.get(w);
    return s ? (id) => s.outcomes[id] ?? null : null;
  };
  const missing = wanted.filter((w) => !here?.worlds.get(w));
  const base = values("");
  const first = values(a);
  const other = b === null ? null : values(b);
  return (
    <>
      {here?.error != null && <Trouble error={here.error} />}
      {!here && <p class="waiting">Asking for these worlds…</p>}
      {base && first && (b === null || other) && <Numbers name={name} m={m} outcomes={here!.worlds.get("")!.about} base={base} a={first} b={other} t={null} code={0} start={a === "" && b === null} />}
      {here && here.error === null && (
        <>
          <p>
            {m.answered ? "This case is answered, but its table of worlds is not laid out for reading: that takes some seconds." : "The table of all worlds of this case has not been solved as it stands; solving takes some minutes, and what is solved is kept. With it every world is there at once."}
          </p>
          {missing.length > 0 && <Work key={missing.join(" ")} label={missing.length === 1 ? "Solve this world only" : `Solve these ${missing.length} worlds only`} ask={() => post<Job>(of(name, "worlds"), { worlds: missing })} mine={(j) => j.kind === "world" && j.hash === m.hash} done={() => next((n) => n + 1)} />}
          <Solve name={name} hash={m.hash} done={again} />
        </>
      )}
    </>
  );
}

interface SolvedWorld {
  solved: boolean; // else nothing is known of it
  world: string;
  converged: boolean;
  outcomes: Record<string, Num>;
  about: TableOutcome[];
}

const sets = [
  { id: "", name: "what the questions ask for" },
  { id: "freight", name: "all of trade" },
  { id: "energy", name: "all of power and gas" },
  { id: "all", name: "all" },
];

function Numbers(p: { name: string; m: Meta; outcomes: TableOutcome[]; base: Values; a: Values; b: Values | null; t: Table | null; code: number; start: boolean }) {
  const q = route.value.query;
  const which = q.get("n") ?? "";
  const find = q.get("f") ?? "";
  const some = p.outcomes.some((o) => o.asked);
  const list = useMemo(() => {
    const want = find.trim().toLowerCase();
    return rows(
      p.outcomes.filter((o) => (which === "" && some ? o.asked : which === "freight" ? o.engine === 0 : which === "energy" ? o.engine === 1 : true) && (want === "" || `${o.name} ${o.id} ${o.about ?? ""}`.toLowerCase().includes(want))),
      p.base,
      p.a,
      p.b,
    );
  }, [p.outcomes, p.base, p.a, p.b, which, find]);
  const moving = list.filter(moves);
  const still = list.filter((r) => !moves(r));
  const energy = p.outcomes.some((o) => o.engine === 1);
  const press = p.t ? " Press a number to see which variables matter for it here." : "";
  return (
    <>
      <div class="choose">
        <label>
          <span>Numbers</span>
          <select value={which} onChange={(e) => remember({ n: e.currentTarget.value })}>
            {sets
              .filter((s) => (energy || s.id !== "energy") && (some || s.id !== ""))
              .map((s) => (
                <option key={s.id} value={s.id}>
                  {s.name}
                </option>
              ))}
          </select>
        </label>
        <label>
          <span>With the words</span>
          <input type="search" value={find} onInput={(e) => remember({ f: e.currentTarget.value })} />
        </label>
      </div>
      <p role="status">{p.start ? `This is where the case starts. With other states, the numbers that change come first.${press}` : `${moving.length} of ${list.length} numbers ${p.b ? "differ between A, B and the baseline" : "differ from the baseline"} by their threshold or more${moving.length > 1 ? "; the largest change, as a part of the baseline, comes first" : ""}.${press}`}</p>
      {!p.start && <Sense />}
      {p.start && <Grid {...p} list={list} caption="Numbers of the baseline" />}
      {moving.length > 0 && <Grid {...p} list={moving} caption="Numbers that differ" />}
      {still.length > 0 && !p.start && (
        <details open={moving.length === 0}>
          <summary>{still.length} whose change stays below the threshold</summary>
          <Grid {...p} list={still} caption="Numbers whose change stays below the threshold" />
        </details>
      )}
    </>
  );
}

function Grid({ name, m, list, b, t, code, start, caption }: { name: string; m: Meta; list: Row[]; b: Values | null; t: Table | null; code: number; start: boolean; caption: string }) {
  const open = route.value.query.get("o");
  const width = b ? 9 : start ? 3 : 6;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table class="numbers">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col" class="unit">
              Unit
            </th>
            <th scope="col" class="n">
              Baseline
            </th>
            {!start && (
              <>
                <th scope="col" class="n">
                  {b ? "A" : "This world"}
                </th>
                <th scope="col" class="n">
                  Change
                </th>
                <th scope="col" class={b ? "two" : ""}>
                  {b ? "A, B: part of baseline" : "Part of baseline"}
                </th>
              </>
            )}
            {b && (
              <>
                <th scope="col" class="n next">
                  B
                </th>
                <th scope="col" class="n">
                  Change
                </th>
                <th scope="col" class="n">
                  B less A
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {list.map((r) => {
            const o = r.outcome;
            const s = styleOf(o.unit, o.measure, o.materiality, [r.base, r.a, r.b]);
            const cell = (d: Difference) => (
              <td class={`n ${d.material ? ((d.change ?? 0) > 0 ? "up" : "down") : "soft"}`}>
                {bareChange(s, d.change)}
                {s.changeUnit !== s.unit && d.change !== null && d.change !== 0 ? ` ${s.changeUnit}` : ""}
              </td>
            );
            const shown = open === o.id && t !== null;
            return (
              <Fragment key={o.id}>
                <tr>
                  <th scope="row">
                    {t ? (
                      <button type="button" class="plain" aria-expanded={shown} title={o.about} onClick={() => remember({ o: shown ? null : o.id })}>
                        {o.name}
                      </button>
                    ) : (
                      o.name
                    )}
                    <small class="unit">{s.unit}</small>
                  </th>
                  <td class="unit">{s.unit || (o.measure === "hhi" ? "points" : "")}</td>
                  <td class="n">{bare(s, r.base)}</td>
                  {!start && (
                    <>
                      <td class="n">{bare(s, r.a)}</td>
                      {cell(r.toBase)}
                      <td class={b ? "two" : ""}>
                        <Bar d={r.toBase} />
                        {b && <Bar d={r.bToBase} />}
                      </td>
                    </>
                  )}
                  {b && (
                    <>
                      <td class="n next">{bare(s, r.b)}</td>
                      {cell(r.bToBase)}
                      {cell(r.apart)}
                    </>
                  )}
                </tr>
                {shown && t && (
                  <tr class="matters">
                    <td colSpan={width}>
                      <Matters name={name} m={m} t={t} code={code} outcome={o} first={b ? "world A" : "this world"} />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A relative change in words, as +12 % or ×3.1. */
export function relative(d: Difference): string {
  if (d.change === null) return d.material ? "in one only" : "–";
  if (d.change === 0 || d.relative === null) return "0 %";
  if (d.nothing) return d.material ? "from about 0" : "about 0";
  const size = Math.abs(d.relative);
  if (size >= 10) return `${d.relative > 0 ? "+" : "−"}${plain(size)} times`;
  const text = (100 * size).toLocaleString("en-GB", { maximumFractionDigits: size < 0.1 ? 1 : 0 });
  return text === "0" ? "0 %" : `${d.relative > 0 ? "+" : "−"}${text} %`;
}

function Bar({ d }: { d: Difference }) {
  const part = Math.max(-1, Math.min(1, d.relative ?? 0));
  const w = 50 * Math.abs(part);
  return (
    <span class="rel">
      <svg width="64" height="12" aria-hidden="true">
        <line class="axis" x1="50%" x2="50%" y1="0" y2="12" />
        <rect class={`${part > 0 ? "more" : "less"} ${d.material ? "" : "faint"}`} x={`${part > 0 ? 50 : 50 - w}%`} y="2" height="8" width={`${w}%`} />
      </svg>
      <small>{relative(d)}</small>
    </span>
  );
}

const shownSteps = 6;

/** What each variable by itself would change of an outcome from here. */
function Matters({ name, m, t, code, outcome, first }: { name: string; m: Meta; t: Table; code: number; outcome: TableOutcome; first: string }) {
  const all = steps(t, code, outcome.id);
  const s = styleOf(outcome.unit, outcome.measure, outcome.materiality, all.map((x) => x.value));
  const most = Math.max(...all.map((x) => Math.abs(x.change ?? 0)));
  const list = all.filter((x) => x.material);
  const nameOf = (id: string) => m.variables.find((v) => v.id === id)?.name ?? id;
  const item = (x: (typeof all)[number]) => (
    <li key={`${x.variable}=${x.state}`}>
      <span class="what">
        {nameOf(x.variable)}: {words(x.state)}
      </span>
      <svg width="100%" height="14" aria-hidden="true">
        <line class="axis" x1="50%" x2="50%" y1="0" y2="14" />
        <rect class={(x.change ?? 0) > 0 ? "more" : "less"} x={`${(x.change ?? 0) > 0 ? 50 : 50 - (50 * Math.abs(x.change ?? 0)) / most}%`} y="3" height="8" width={`${(50 * Math.abs(x.change ?? 0)) / most}%`} />
      </svg>
      <span class="say">
        {x.change === null ? "has no value there" : `${bareChange(s, x.change)} ${s.changeUnit}`}{" "}
        <a href={to(name, "worlds", [], { ...Object.fromEntries(route.value.query), w: x.text })} aria-label={`go there: ${nameOf(x.variable)}: ${words(x.state)}`}>
          go there
        </a>
      </span>
    </li>
  );
  return (
    <div>
      <p>
        <b>{outcome.name}</b>: what one change from {first} would make of it, everything else as it is.
        {outcome.about ? ` ${outcome.about}` : ""} Threshold: {bare(s, outcome.materiality)} {s.changeUnit}.
      </p>
      {list.length === 0 ? <p>No variable by itself changes it by its threshold here.</p> : <ul class="steps">{list.slice(0, shownSteps).map(item)}</ul>}
      {list.length > shownSteps && (
        <details>
          <summary>{list.length - shownSteps} more</summary>
          <ul class="steps">{list.slice(shownSteps).map(item)}</ul>
        </details>
      )}
      {list.length > 0 && list.length < all.length && <p class="note">{all.length - list.length === 1 ? "The other change stays" : `The other ${all.length - list.length} changes stay`} below the threshold.</p>}
    </div>
  );
}
