import { useEffect, useState } from "preact/hooks";
import { binds, clauseName, clausesOf, modality, standing } from "../agreements";
import type { Agreements } from "../answer";
import { of } from "../api";
import { formula, proposition } from "../conditions";
import { pieces, type Found } from "../found";
import type { Claim, Meta } from "../meta";
import { percent, upper } from "../numbers";
import { remember, route, to } from "../route";
import { useAnswer } from "../ui/answered";
import { Ledger } from "../ui/ledger";
import { useLoad } from "../ui/load";
import { Notes, type Note } from "../ui/notes";
import { Out } from "../ui/out";
import { Texts } from "../ui/reader";
import { Trouble } from "../ui/trouble";
import { words } from "../ui/world";
import "./evidence.css";

const tabs = { claims: "Claims", texts: "Texts", ledger: "Ledger", sources: "Sources", clauses: "Clauses", events: "Timeline" } as const;
type Tab = keyof typeof tabs;
const tabOf: Record<string, Tab> = { claim: "claims", source: "sources", clause: "clauses", event: "events" };

/** What the case rests on: claims, their places in texts, what became of them, sources, clauses and what happened, with notes; and a search over all its parts. */
export function EvidencePage({ name }: { name: string }) {
  const meta = useLoad<Meta>(of(name));
  const [last, hold] = useState<Meta | null>(null); // stays while the case is read again
  useEffect(() => {
    if (meta.data) hold(meta.data);
  }, [meta.data]);
  const notes = useLoad<Note[]>(of(name, "notes"));
  const [had, keep] = useState<Note[]>([]);
  useEffect(() => {
    if (notes.data) keep(notes.data);
  }, [notes.data]);
  const q = route.value.query;
  const tab: Tab = Object.hasOwn(tabs, q.get("t") ?? "claims") ? ((q.get("t") ?? "claims") as Tab) : "claims";
  const there = q.get("on") ?? "";
  useEffect(() => {
    if (meta.data && there) document.querySelector(".there")?.scrollIntoView({ block: "center" });
  }, [meta.data, there, tab]);
  if (meta.error) return <Trouble error={meta.error} again={meta.again} />;
  const m = meta.data ?? last;
  if (!m) return <p class="waiting">Reading the case…</p>;
  const at = { name, m, notes: had, again: notes.again, there };
  return (
    <section class="page">
      <h1>Evidence</h1>
      <Search name={name} />
      {notes.error != null && <Trouble error={notes.error} again={notes.again} />}
      <div class="row" role="group" aria-label="Show">
        {(Object.keys(tabs) as Tab[]).map((t) => (
          <button key={t} type="button" aria-pressed={t === tab} onClick={() => remember({ t, on: null, r: null })}>
            {tabs[t]}
          </button>
        ))}
      </div>
      {tab === "claims" && <Claims {...at} />}
      {tab === "texts" && <Texts name={name} m={m} />}
      {tab === "ledger" && <Ledger name={name} m={m} changed={meta.again} />}
      {tab === "sources" && <Sources {...at} />}
      {tab === "clauses" && <Clauses {...at} />}
      {tab === "events" && <Events {...at} />}
    </section>
  );
}

interface At {
  name: string;
  m: Meta;
  notes: Note[];
  again: () => void;
  there: string;
}

function Search({ name }: { name: string }) {
  const q = route.value.query.get("q") ?? "";
  const [text, set] = useState(q);
  useEffect(() => {
    if (text === q) return;
    const wait = setTimeout(() => remember({ q: text }), 250);
    return () => clearTimeout(wait);
  }, [text]);
  const found = useLoad<Found[]>(q.trim() ? `${of(name, "find")}?q=${encodeURIComponent(q.slice(0, 200))}` : null);
  return (
    <div class="searching">
      <label>
        <span>Search the case</span>
        <input type="search" value={text} maxLength={200} onInput={(e) => set(e.currentTarget.value)} />
      </label>
      {q.trim() && (
        <>
          <p class="note" role="status">
            {found.data ? (found.data.length === 0 ? "Nothing holds all these words." : `${found.data.length === 50 ? "The best " : ""}${found.data.length} ${found.data.length === 1 ? "part" : "parts"}`) : found.error ? "" : "Searching…"}
          </p>
          {found.error != null && <Trouble error={found.error} again={found.again} />}
          <ul class="hits">
            {(found.data ?? []).map((f) => (
              <li key={`${f.kind}/${f.id}`}>
                <small>{f.kind}</small> <Hit f={f} name={name} />{" "}
                <small>
                  {pieces(f.text).map((p, i) => (p.hit ? <mark key={i}>{p.text}</mark> : p.text))}
                </small>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** A find, leading to where it is shown. */
function Hit({ f, name }: { f: Found; name: string }) {
  const title = f.kind === "claim" ? f.id : f.title;
  const t = tabOf[f.kind];
  if (t) return <a href={to(name, "evidence", [], { q: route.value.query.get("q") ?? "", t, on: `${f.kind}/${f.id}` })}>{title}</a>;
  if (f.kind === "agreement") return <a href={to(name, "agreements", [], { p: `agreement:${f.id}` })}>{title}</a>;
  if (f.kind === "actor") return <a href={to(name, "agreements", [], { p: `actor:${f.id}` })}>{title}</a>;
  if (f.kind === "outcome") return <a href={to(name, "worlds", [], { n: "all", f: f.id, o: f.id })}>{title}</a>;
  if (f.kind === "variable") return <a href={to(name, "worlds")}>{title}</a>;
  if (f.kind === "question") return <a href={to(name)}>{title}</a>;
  return <b>{title}</b>;
}

function Claims({ name, m, notes, again, there }: At) {
  const { here } = useAnswer(name, m.answered ? m.hash : undefined, ["claims"]);
  const verdicts = new Map((here?.answer?.claims ?? []).map((c) => [c.id, c]));
  const speakers = [...new Set(m.claims.map((c) => c.speaker))];
  const actor = (id: string) => m.actors.find((a) => a.id === id)?.name ?? here?.answer?.views.find((v) => v.id === id)?.name ?? id;
  return (
    <>
      {speakers.map((s) => (
        <section key={s}>
          <h2>{actor(s)}</h2>
          <ul class="items">
            {m.claims
              .filter((c) => c.speaker === s)
              .map((c) => (
                <One key={c.id} c={c} name={name} m={m} there={there === `claim/${c.id}`} verdict={verdicts.get(c.id)}>
                  <Notes name={name} target={`claim/${c.id}`} notes={notes} again={again} />
                </One>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function One({ c, name, m, there, verdict, children }: { c: Claim; name: string; m: Meta; there: boolean; verdict: { verdict: string; settled: string; evidence: string[] | null } | undefined; children: preact.ComponentChildren }) {
  const source = m.sources.find((s) => s.id === c.source);
  const events = (verdict?.evidence ?? []).map((id) => m.events.find((e) => e.id === id)).filter((e) => e !== undefined);
  return (
    <li class={there ? "there" : ""}>
      <p>{c.paraphrase}</p>
      <p class="note">
        {upper(kinds[c.kind] ?? words(c.kind))}
        {c.hedge && <>, said as “{c.hedge}”</>}
        {c.interval && `, read as ${percent(c.interval[0])} to ${percent(c.interval[1])}`}
        {(c.if || c.then) && <span title={formula(c)}>. {proposition(c, m.variables)}</span>} <small>{c.id}</small>
      </p>
      <p class="note">
        {source ? <a href={to(name, "evidence", [], { t: "sources", on: `source/${source.id}` })}>{source.publisher}</a> : c.source}
        {c.paragraph ? `, paragraph ${c.paragraph}` : ""}, {c.date}.{" "}
        {source && (
          <>
            <a href={to(name, "evidence", [], { t: "texts", on: `claim/${c.id}` })}>Its place in the text</a> ·{" "}
          </>
        )}
        <a href={to(name, "evidence", [], { t: "ledger", r: c.id })}>What became of it</a> · <a href={to(name, "edit", [], { f: c.file, v: "claims" })}>Change it</a>
      </p>
      {verdict && (
        <p class="note">
          {verdict.verdict === "open" ? "Open" : `${words(verdict.verdict)}${verdict.settled ? `, ${verdict.settled}` : ""}`}
          {events.length > 0 ? `: ${events.map((e) => `${e.date} ${e.text}`).join("; ")}` : ""}
        </p>
      )}
      {c.note && <p class="note">{c.note}</p>}
      {children}
    </li>
  );
}

/** Kinds of claims, for those who read them. */
const kinds: Record<string, string> = {
  level: "says how probable something is",
  possibility: "says that something is possible",
  direction: "says that one thing moves how probable another is",
  comparison: "says that one thing is more than another",
  outcome: "says what happens to a number of the case",
  fact: "states a fact",
  quantity: "gives a figure",
  record: "says what a text contains; weighs no world",
  context: "gives background to other claims; weighs no world",
  caveat: "says how far the speaker vouches for the rest; weighs no world",
};

const shown = 40;

function Sources({ name, m, notes, again, there }: At) {
  const [want, find] = useState("");
  const [many, more] = useState(shown);
  const term = want.trim().toLowerCase();
  const id = there.startsWith("source/") ? there.slice(7) : "";
  const hits = m.sources.filter((s) => (term ? `${s.id} ${s.publisher} ${s.title}`.toLowerCase().includes(term) : true)).sort((a, b) => Number(b.id === id) - Number(a.id === id));
  const uses = (s: string) => m.claims.filter((c) => c.source === s).length;
  return (
    <>
      <label class="finder">
        <span>Find a source</span>
        <input type="search" value={want} onInput={(e) => find(e.currentTarget.value)} />
      </label>
      <p class="note" role="status">
        {hits.length} of {m.sources.length} sources
      </p>
      <ul class="items">
        {hits.slice(0, many).map((s) => (
          <li key={s.id} class={s.id === id ? "there" : ""}>
            <p>
              {s.publisher}: {s.title}
              {s.date ? `, ${s.date}` : ""} <small>{s.id}</small>
            </p>
            <p class="note">
              {words(s.kind)}
              {s.address && (
                <>
                  , <Out address={s.address} />
                </>
              )}
              {uses(s.id) > 0 ? `, ${uses(s.id)} claims read from it` : ""}
            </p>
            <Notes name={name} target={`source/${s.id}`} notes={notes} again={again} />
          </li>
        ))}
      </ul>
      {hits.length > many && (
        <button type="button" onClick={() => more(many + 4 * shown)}>
          More sources
        </button>
      )}
    </>
  );
}

function Clauses({ name, m, notes, again, there }: At) {
  const { here, again: retry } = useAnswer(name, m.hash, ["agreements"]);
  if (!here) return <p class="waiting">Reading the answer…</p>;
  if (here.error === null && !here.answer)
    return (
      <p>
        Clauses are read with the answer, and this case has not been solved as it stands. <a href={to(name)}>Solve it first.</a>
      </p>
    );
  if (here.error) return <Trouble error={here.error} again={retry} />;
  const g: Agreements | null = here.answer?.agreements ?? null;
  if (!g) return <p>This case has no agreements.</p>;
  const actor = (id: string) => m.actors.find((a) => a.id === id)?.name ?? id;
  return (
    <>
      {g.lives.map((l) => {
        const rows = clausesOf(g, l.agreement);
        return (
          rows.length > 0 && (
            <section key={l.agreement}>
              <h2>{l.name}</h2>
              <ul class="items">
                {rows.map((d) => {
                  const s = standing(d.standing);
                  return (
                    <li key={d.clause} class={there === `clause/${d.clause}` ? "there" : ""}>
                      <p>{d.paraphrase}</p>
                      <p class="note">
                        <b>{clauseName(d.clause, g.lives).clause}</b> <small>{d.clause}</small> · {d.bearers.map(actor).join(", ")}: {modality(d.modality)}, {s.text}
                        {s.claim && (
                          <>
                            {" "}
                            by {actor(m.claims.find((c) => c.id === s.claim)?.speaker ?? "")} (<a href={to(name, "evidence", [], { t: "claims", on: `claim/${s.claim}` })}>{s.claim}</a>)
                          </>
                        )}
                        . On {g.today.at}: {binds(d.today)}; {g.horizon.at}: {binds(d.horizon)}.
                      </p>
                      <Notes name={name} target={`clause/${d.clause}`} notes={notes} again={again} />
                    </li>
                  );
                })}
              </ul>
            </section>
          )
        );
      })}
    </>
  );
}

function Events({ name, m, notes, again, there }: At) {
  if (m.events.length === 0) return <p>This case has no timeline.</p>;
  return (
    <ul class="items">
      {m.events.map((e) => (
        <li key={e.id} class={there === `event/${e.id}` ? "there" : ""}>
          <p>
            <b>{e.date}</b> {e.text}
          </p>
          <p class="note">
            {words(e.kind)}
            {(e.source ?? []).map((s) => (
              <span key={s}>
                {" "}
                <a href={to(name, "evidence", [], { t: "sources", on: `source/${s}` })}>{s}</a>
              </span>
            ))}
          </p>
          <Notes name={name} target={`event/${e.id}`} notes={notes} again={again} />
        </li>
      ))}
    </ul>
  );
}
