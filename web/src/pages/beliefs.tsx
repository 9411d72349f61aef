import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Answer, Outcome } from "../answer";
import { of, send, type CaseRow } from "../api";
import { bodyOf, brief, decode, differs, edit, parseChange, restore, share, unchanged, why, writeChange, type Change, type Completed, type Head, type Interval, type SpeakerNow, type WordsNow } from "../beliefs";
import { Latest } from "../beliefs-live";
import { effects, type EffectNow } from "../beliefs-reads";
import { openTable, type Table } from "../columns";
import type { Meta } from "../meta";
import { plural } from "../numbers";
import { remember, route, to } from "../route";
import { bare, bareChange, change as changeOf, level, styleOf } from "../style-of";
import { Answered } from "../ui/answered";
import { Sense } from "../ui/sense";
import { useLoad } from "../ui/load";
import { Trouble } from "../ui/trouble";
import { words } from "../ui/world";
import { axis, Effect } from "./beliefs-range";
import { Claims, Own, type Edits } from "./beliefs-claims";
import { useQuotes } from "./beliefs-quotes";
import { Write } from "./beliefs-write";
import "./beliefs.css";

/** What the experts said, to be changed: the completed answer follows the hand, bounds follow on release. */
export function BeliefsPage({ name }: { name: string }) {
  return (
    <Answered
      name={name}
      head={() => (
        <>
          <h1>Beliefs</h1>
          <p class="note">
            Move what the experts said, switch words off, or say what you think yourself. What the act does under the words follows at once; what words alone allow follows when you let go. Nothing is written
            until you say so.
          </p>
          <Sense />
        </>
      )}
    >
      {(a, row) => <Opened name={name} a={a} row={row} />}
    </Answered>
  );
}

function Opened({ name, a, row }: { name: string; a: Answer; row: CaseRow }) {
  const meta = useLoad<Meta>(of(name));
  const [table, set] = useState<Table | null>(null);
  const [error, fail] = useState<unknown>(null);
  useEffect(() => {
    const stop = new AbortController();
    // The server opens the words while the columns are on their way.
    send("POST", of(name, "beliefs"), bodyOf(unchanged), stop.signal).catch(() => undefined);
    openTable(name, stop.signal).then(set, (e: unknown) => !stop.signal.aborted && fail(e));
    return () => stop.abort();
  }, [name, row.hash]);
  if (meta.error) return <Trouble error={meta.error} again={meta.again} />;
  if (error !== null) return <Trouble error={error} />;
  if (!meta.data || !table) return <p class="waiting">Reading the words and the worlds…</p>;
  return <Words name={name} a={a} row={row} meta={meta.data} table={table} />;
}

interface Shown {
  key: string; // of the change that it is of
  head: Head;
  effects: Map<string, EffectNow>;
}

/** Outcomes that are read: those that questions about the act ask for. */
function outcomesOf(a: Answer, act: string): Map<string, Outcome[]> {
  const out = new Map<string, Outcome[]>();
  for (const q of a.questions) {
    if (q.kind !== "effects" && !q.acts.includes(act)) continue;
    const list = q.outcomes.map((id) => a.outcomes.find((o) => o.id === id)).filter((o): o is Outcome => o !== undefined);
    if (list.length > 0 && q.acts.includes(act)) out.set(q.id, list);
  }
  if (out.size === 0) out.set("", a.outcomes);
  return out;
}

function Words({ name, a, row, meta, table }: { name: string; a: Answer; row: CaseRow; meta: Meta; table: Table }) {
  const [c, setChange] = useState<Change>(() => parseChange(route.peek().query));
  const [now, show] = useState<Shown | null>(null);
  const [bounds, bound] = useState<{ key: string; words: WordsNow } | null>(null);
  const [error, fail] = useState<unknown>(null);
  const [lit, light] = useState<number | null>(null); // contradiction that is looked at
  const latest = useRef(c);
  const written = useRef<string | null>(null); // what this page has put into the address
  const asking = useRef<string[]>([]); // outcomes whose bounds are asked for

  const pairs = a.acts.filter((x) => x.view === a.headline).flatMap((x) => x.states.map((state) => ({ act: x.id, state, name: `${x.name}: ${words(state)}` })));
  const pair = pairs.find((p) => (!c.act || p.act === c.act) && (!c.state || p.state === c.state)) ?? pairs[0];
  const asked = useMemo(() => outcomesOf(a, pair?.act ?? ""), [a, pair?.act]);
  const q = route.value.query.get("q") ?? "";
  const question = asked.has(q) ? q : [...asked.keys()][0]!;
  const outcomes = useMemo(() => asked.get(question)!.filter((o) => table.outcome(o.id) !== undefined), [asked, question, table]);
  asking.current = outcomes.map((o) => o.id);
  const at = { act: pair?.act ?? "", state: pair?.state ?? "" };

  const live = useRef<Latest<Change, Completed> | null>(null);
  const bounding = useRef<Latest<{ c: Change; ids: string[] }, WordsNow> | null>(null);
  const boundsOf = useRef("");
  useEffect(() => {
    live.current = new Latest<Change, Completed>(
      async (x, signal) => {
        const got = decode(await (await send("POST", of(name, "beliefs"), bodyOf({ ...x, act: x.act || at.act, state: x.state || at.state }), signal)).arrayBuffer());
        return Object.assign(got, { of: x });
      },
      (got) => {
        const x = (got as Completed & { of: Change }).of;
        const ids = table.meta.outcomes.map((o) => o.id).filter((id) => a.outcomes.some((o) => o.id === id));
        try {
          const list = effects(table, got, x.act || at.act, x.state || at.state, ids);
          fail(null);
          show({ key: keyOf(x), head: got.head, effects: new Map(ids.map((id, i) => [id, list[i]!])) });
        } catch (e) {
          fail(e);
        }
      },
      fail,
    );
    bounding.current = new Latest<{ c: Change; ids: string[] }, WordsNow>(
      async ({ c: x, ids }, signal) => {
        const got = (await (await send("POST", of(name, "beliefs", "bounds"), { ...bodyOf({ ...x, act: x.act || at.act, state: x.state || at.state }), outcomes: ids }, signal)).json()) as WordsNow;
        boundsOf.current = keyOf(x) + ids.join();
        return got;
      },
      (got) => bound({ key: boundsOf.current, words: got }),
      fail,
      60_000,
    );
    return () => {
      live.current?.close();
      bounding.current?.close();
    };
  }, [name, a, table]);

  const { settle, apply } = useMemo(() => {
    const settle = () => {
      const x = latest.current;
      remember(writeChange(x));
      written.current = route.peek().query.toString();
      bounding.current?.drop();
      bounding.current?.send({ c: x, ids: asking.current });
    };
    /** Takes a change: while it goes on only the completion follows. */
    const apply = (next: Change, done: boolean) => {
      latest.current = next;
      setChange(next);
      live.current?.send(next);
      if (done) settle();
      else bounding.current?.drop();
    };
    return { settle, apply };
  }, []);
  // The first view, another question, and an address that somebody has pasted.
  useEffect(() => {
    live.current?.send(latest.current);
  }, [name, a, table]);
  useEffect(settle, [name, a, table, question]);
  const query = route.value.query.toString();
  useEffect(() => {
    if (written.current === null || query === written.current) return;
    const next = parseChange(route.peek().query);
    if (keyOf(next) !== keyOf(latest.current)) apply(next, true);
    written.current = query;
  }, [query]);

  const hands = useMemo(
    () => ({
      set: (id: string, i: Interval, done: boolean) => apply(edit(latest.current, id, { interval: i }), done),
      off: (id: string, off: boolean) => apply(edit(latest.current, id, { off }), true),
      back: (id: string) => apply(restore(latest.current, id), true),
      settle,
    }),
    [],
  );
  if (!pair) return <p>No question of this case compares what an act does, so there is no effect to follow.</p>;
  const key = keyOf(c);
  const boundsKey = key + outcomes.map((o) => o.id).join();
  const fresh = bounds?.key === boundsKey;
  const contradictions = bounds?.words.contradictions ?? [];
  const nameOf = (id: string): string => (id === "own" ? "yours" : (now?.head.speakers.find((s) => s.id === id)?.name ?? id));
  const clash = new Map<string, number[]>();
  contradictions.forEach((k, i) => k.claims.forEach((id) => clash.set(id, [...(clash.get(id) ?? []), i])));
  const edits: Edits = {
    ...hands,
    name,
    c,
    brief: (id) => brief(meta, c.own, id),
    clash,
    lit: lit === null ? [] : (contradictions[lit]?.claims ?? []),
    arm: `${pair.act}=${pair.state}`,
  };
  const views = [
    { id: "mixture", name: "All experts together" },
    ...(now?.head.speakers ?? []).filter((s) => s.id !== "own").map((s) => ({ id: s.id, name: s.name })),
    ...(a.views.some((v) => v.kind === "consensus") ? [{ id: "consensus", name: "Consensus of the experts" }] : []),
    { id: "own", name: "What I think" },
    { id: "reference", name: "The case’s own weights" },
  ];
  return (
    <>
      <div class="choices">
        <label>
          <span>Whose words</span>
          <select value={c.view} onChange={(e) => apply({ ...latest.current, view: e.currentTarget.value }, true)}>
            {views.map((v) => (
              <option key={v.id} value={v.id}>
                {v.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Act</span>
          <select value={`${pair.act}=${pair.state}`} onChange={(e) => {
              const p = pairs.find((x) => `${x.act}=${x.state}` === e.currentTarget.value)!;
              apply({ ...latest.current, act: p.act, state: p.state }, true);
            }}
          >
            {pairs.map((p) => (
              <option key={p.act + p.state} value={`${p.act}=${p.state}`}>
                {p.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Lexicon of hedges</span>
          <select value={c.lexicon || meta.lexicon} onChange={(e) => apply({ ...latest.current, lexicon: e.currentTarget.value === meta.lexicon ? "" : e.currentTarget.value }, true)}>
            {meta.lexicons.map((l) => (
              <option key={l} value={l}>
                {l}
                {l === meta.lexicon ? " (the case’s)" : ""}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={!differs(c)} onClick={() => apply({ ...unchanged, view: c.view, act: c.act, state: c.state }, true)}>
          Reset all
        </button>
      </div>
      {error != null && <Trouble error={error} again={() => apply(latest.current, true)} />}
      {!now && error == null && <p class="waiting">Completing the words…</p>}
      {now && (
        <div class="beliefs" data-of={now.key} data-bounds={fresh ? key : ""}>
          <section class={now.key === key ? "follow" : "follow behind"} aria-label="Effect of the act" tabIndex={0} aria-busy={now.key !== key}>
            <Outcomes a={a} asked={asked} question={question} outcomes={outcomes} view={c.view} act={pair.act} state={pair.state} now={now} bounds={bounds?.words ?? null} fresh={fresh} />
          </section>
          <section class="said">
            <Silent meta={meta} head={now.head} view={c.view} />
            <Contradictions list={contradictions} fresh={fresh} complete={bounds?.words.contradictions_complete ?? true} nameOf={nameOf} of={(id) => ({ who: id.startsWith("own-") ? "You" : nameOf(meta.claims.find((k) => k.id === id)?.speaker ?? ""), what: brief(meta, c.own, id) })} lit={lit} light={light} />
            <Experts name={name} meta={meta} head={now.head} c={c} apply={apply} latest={latest} settle={settle} edits={edits} />
            <Own meta={meta} c={c} now={now.head.speakers.find((s) => s.id === "own") ?? null} silent={silentOf(now.head, "mixture")} edits={edits} apply={(own, done) => apply({ ...latest.current, own, view: own.length > 0 && latest.current.own.length === 0 ? "own" : latest.current.view }, done)} latest={() => latest.current.own} />
            <Write name={name} row={row} meta={meta} c={c} />
          </section>
        </div>
      )}
    </>
  );
}

const keyOf = (c: Change): string => JSON.stringify(writeChange(c));

/** Variables that no words of a view touch. */
function silentOf(head: Head, view: string): string[] {
  if (view === "reference") return [];
  const list = view === "mixture" || view === "consensus" ? head.speakers.filter((s) => s.share > 0) : head.speakers.filter((s) => s.id === view);
  if (list.length === 0) return [];
  return list[0]!.silent.filter((v) => list.every((s) => s.silent.includes(v)));
}

function Silent({ meta, head, view }: { meta: Meta; head: Head; view: string }) {
  const silent = silentOf(head, view);
  const variables = meta.variables.filter((v) => v.kind !== "act");
  if (view === "reference") return <p class="note">The case’s own weights are no words: they are what all completions start from.</p>;
  if (view === "own" && !head.speakers.some((s) => s.id === "own")) return <p class="note">You have said nothing yet, so these are the case’s own weights. Add a claim below.</p>;
  if (silent.length === 0) return <p class="note">Every variable is touched by some of these words.</p>;
  return (
    <details class="silent">
      <summary>
        {silent.length} of {variables.length} variables are silent: no words touch them, their weights are the case’s own
      </summary>
      <p>{silent.map((id) => variables.find((v) => v.id === id)?.name ?? id).join("; ")}.</p>
    </details>
  );
}

function Outcomes({ a, asked, question, outcomes, view, act, state, now, bounds, fresh }: { a: Answer; asked: Map<string, Outcome[]>; question: string; outcomes: Outcome[]; view: string; act: string; state: string; now: Shown; bounds: WordsNow | null; fresh: boolean }) {
  const caseOf = (v: string, id: string): number | null => a.acts.find((x) => x.id === act && x.view === v)?.effects.find((e) => e.state === state && e.outcome === id)?.effect ?? null;
  return (
    <>
      <div class="row">
        <h2>Effect of the act</h2>
        {asked.size > 1 && (
          <label>
            <span class="unseen">Question</span>
            <select value={question} onChange={(e) => remember({ q: e.currentTarget.value })}>
              {[...asked.keys()].map((id) => (
                <option key={id} value={id}>
                  {a.questions.find((x) => x.id === id)?.text ?? "all numbers"}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p class="note legendary">
        <span class="dot now" /> under the words as they stand here <span class="dot was" /> in the case <span class="swatch" /> what words alone allow{fresh ? "" : " (of before)"}
      </p>
      <ul class="outcomes">
        {outcomes.map((o) => {
          const e = now.effects.get(o.id);
          if (!e) return null;
          const number = (v: number): number | null => (Number.isFinite(v) ? v : null);
          const b = bounds?.view === view ? bounds.bounds.find((x) => x.outcome === o.id)?.bounds : undefined;
          const held = b && b.status === "found" && b.low !== null && b.high !== null ? ([b.low, b.high] as [number, number]) : null;
          const was = caseOf(view, o.id);
          const s = styleOf(o.unit, o.measure, o.materiality, [number(e.with), number(e.without), number(e.effect)]);
          const most = axis([...a.views.map((v) => caseOf(v.id, o.id)), number(e.effect)], o.materiality);
          const material = Math.abs(e.effect) >= o.materiality && e.effect !== 0;
          return (
            <li key={o.id} data-outcome={o.id}>
              <span class="what">{o.name}</span>
              <b class={`n ${!material ? "" : e.effect > 0 ? "up" : "down"}`}>{changeOf(s, number(e.effect))}</b>
              <Effect was={was} now={number(e.effect)} bounds={held} stale={!fresh} most={most} threshold={o.materiality} label={`${o.name}: ${changeOf(s, number(e.effect))}${was === null ? "" : `, in the case ${changeOf(s, was)}`}${held ? `; words alone allow ${bareChange(s, held[0])} to ${changeOf(s, held[1])}` : ""}`} />
              <small class={fresh ? "" : "stale"}>
                {bare(s, number(e.without))} without, {level(s, number(e.with))} with
                {held ? `; words alone ${bareChange(s, held[0])} to ${changeOf(s, held[1])}` : b && b.status !== "found" ? `; words alone: ${b.status}` : ""}
              </small>
            </li>
          );
        })}
      </ul>
      {outcomes.length === 0 && <p class="note">The table has none of the numbers of this question.</p>}
    </>
  );
}

/** Opens what the claims are folded into and goes to the first. */
function reveal(claims: string[]): void {
  const found = claims.map((id) => document.getElementById(`claim-${id}`)).filter((e): e is HTMLElement => e !== null);
  for (const e of found) for (let d = e.closest("details"); d; d = d.parentElement?.closest("details") ?? null) d.open = true;
  found[0]?.scrollIntoView({ block: "center" });
}

function Contradictions({ list, fresh, complete, nameOf, of: claim, lit, light }: { list: WordsNow["contradictions"]; fresh: boolean; complete: boolean; nameOf: (id: string) => string; of: (claim: string) => { who: string; what: string }; lit: number | null; light: (i: number | null) => void }) {
  if (list.length === 0) return fresh ? <p class="note">All words that speak of a common time hold together.</p> : null;
  return (
    <div class={fresh ? "contradictions" : "contradictions stale"}>
      <h2>
        {plural(list.length, "contradiction", "contradictions")}
        {fresh ? "" : " (of the words before)"}
      </h2>
      <ol>
        {list.map((k, i) => (
          <li key={k.claims.join()}>
            {why(k, nameOf)}
            <ul>
              {k.claims.map((id) => (
                <li key={id}>
                  {claim(id).who}: {claim(id).what}
                </li>
              ))}
            </ul>
            <button type="button" aria-pressed={lit === i} onClick={() => (light(lit === i ? null : i), lit === i || reveal(k.claims))}>
              {lit === i ? "Shown" : "Show"} {k.claims.length === 1 ? "the claim" : `the ${k.claims.length} claims`}
            </button>
          </li>
        ))}
      </ol>
      {!complete && <p class="note">There may be more: the search was stopped at its limit.</p>}
    </div>
  );
}

function Experts({ name, meta, head, c, apply, latest, settle, edits }: { name: string; meta: Meta; head: Head; c: Change; apply: (c: Change, done: boolean) => void; latest: { current: Change }; settle: () => void; edits: Edits }) {
  const quotes = useQuotes(name, meta);
  const experts = head.speakers.filter((s) => s.id !== "own");
  const own = c.own.length > 0;
  const weight = (id: string): number => (c.weights ? (c.weights[id] ?? 0) : id === "own" ? 0 : 1);
  const weigh = (id: string, v: number) => {
    const x = latest.current;
    const all: Record<string, number> = { ...(x.weights ?? Object.fromEntries(experts.map((s) => [s.id, 1]))), [id]: v };
    const alike = experts.every((s) => all[s.id] === 1) && !(all.own! > 0);
    const none = Object.values(all).every((w) => w === 0);
    if (none) all[id] = 0.05; // somebody must have some weight
    apply({ ...x, weights: alike ? null : all }, false);
  };
  return (
    <>
      <div class="weights">
        <h2>Weight of each in what all say together</h2>
        {[...experts.map((s) => ({ id: s.id, name: s.name, share: s.share })), ...(own ? [{ id: "own", name: "What I think", share: head.speakers.find((s) => s.id === "own")?.share ?? 0 }] : [])].map((s) => (
          <label key={s.id}>
            <span>{s.name}</span>
            <input type="range" min={0} max={1} step={0.05} value={weight(s.id)} aria-valuetext={`weight ${share(weight(s.id))}, a share of ${share(Math.round(1000 * s.share) / 1000)}`} onInput={(e) => weigh(s.id, e.currentTarget.valueAsNumber)} onChange={settle} />
            <span class="n">{share(Math.round(1000 * s.share) / 1000)}</span>
          </label>
        ))}
        {c.weights && (
          <button type="button" onClick={() => apply({ ...latest.current, weights: null }, true)}>
            All experts alike
          </button>
        )}
      </div>
      {experts.map((s: SpeakerNow) => (
        <Expert key={s.id} meta={meta} s={s} quotes={quotes} edits={edits} open={c.view === "mixture" || c.view === "consensus" || c.view === s.id} />
      ))}
      <p class="note">
        Words are shown where the text they were taken from is attached on <a href={to(name, "evidence")}>the page of evidence</a>; otherwise what is shown is our paraphrase.
      </p>
    </>
  );
}

/** The claims of an expert, drawn anew only where something of theirs has changed. */
function Expert({ meta, s, quotes, edits, open }: { meta: Meta; s: SpeakerNow; quotes: Map<string, string>; edits: Edits; open: boolean }) {
  const ids = s.claims.map((k) => k.claim);
  const here = JSON.stringify([s.claims, s.bend, s.cores, s.converged, ids.map((id) => [edits.c.claims[id], edits.clash.get(id)]), ids.filter((id) => edits.lit.includes(id)), edits.arm]);
  return useMemo(() => <Claims meta={meta} s={s} quotes={quotes} edits={edits} open={open} />, [meta, quotes, open, here]);
}
