import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { of, post, Problem, type CaseRow } from "../api";
import { emptyRow, groups, problems, rowOf, score, sent, tooFew, type Book, type Entry, type Ledger as Data, type Range, type Row, type Speaker } from "../ledger";
import type { Meta } from "../meta";
import { remember, route, to } from "../route";
import { useLoad } from "./load";
import { Table } from "./table";
import { Trouble } from "./trouble";
import "./ledger.css";

/** What became of each claim, the scores that follow, and the form that adds a row. */
export function Ledger({ name, m, changed }: { name: string; m: Meta; changed: () => void }) {
  const got = useLoad<Data>(of(name, "ledger"));
  const [last, keep] = useState<Data | null>(null);
  const [added, tell] = useState<Added | null>(null);
  useEffect(() => {
    if (got.data) keep(got.data);
  }, [got.data]);
  if (got.error) return <Trouble error={got.error} again={got.again} />;
  const d = got.data ?? last;
  if (!d) return <p class="waiting">Reading the ledger…</p>;
  const open = route.value.query.get("r") ?? "";
  const g = groups(d.book);
  const at: At = {
    name,
    m,
    d,
    open,
    renew: got.again,
    done: (a) => {
      tell(a);
      remember({ r: null });
      if (!a.copied) {
        got.again();
        changed();
      }
    },
  };
  return (
    <>
      {added && <Told a={added} />}
      <p>
        {d.book.claims.length} {d.book.claims.length === 1 ? "claim" : "claims"}: {g.settled.length} settled, {g.open.length} open, {d.book.claims.length - g.settled.length - g.open.length} that no event can settle. Events are known up to {d.book.known}. Rows are only ever added.
      </p>
      <Scores b={d.book} />
      <h2>Settled</h2>
      {g.settled.length === 0 && <p>No claim is settled.</p>}
      <ul class="items">{g.settled.map((e) => <One key={e.claim} e={e} at={at} />)}</ul>
      <h2>Open</h2>
      {g.open.length === 0 && <p>No claim that an event could settle is open.</p>}
      <ul class="items">{g.open.map((e) => <One key={e.claim} e={e} at={at} />)}</ul>
      {g.never.length > 0 && <h2>Open, and no event settles them</h2>}
      {g.never.map(([why, es]) => (
        <details key={why} open={es.some((e) => e.claim === open)}>
          <summary>
            {why} ({es.length})
          </summary>
          <ul class="items">{es.map((e) => <One key={e.claim} e={e} at={at} />)}</ul>
        </details>
      ))}
    </>
  );
}

interface Added {
  case: CaseRow;
  version: number;
  copied: boolean;
  where: string;
  warnings: { field: string; message: string; expected?: string }[];
}

interface At {
  name: string;
  m: Meta;
  d: Data;
  open: string;
  done: (a: Added) => void;
  renew: () => void;
}

/** Where a row went. */
function Told({ a }: { a: Added }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [a]);
  return (
    <div class="told" role="status" tabIndex={-1} ref={box}>
      <p>
        The row was added to {a.where}, as version {a.version}.
        {a.copied && (
          <>
            {" "}
            The case ships with astara and stays as it is, so it was copied first. <a href={to(a.case.name, "evidence", [], { t: "ledger" })}>Go on in your copy.</a>
          </>
        )}
      </p>
      {a.warnings.map((w, i) => (
        <p key={i}>
          {w.message}
          {w.expected ? ` (${w.expected})` : ""}
        </p>
      ))}
    </div>
  );
}

const verdictHeads = { held: "Held", failed: "Failed", annulled: "Annulled, since its condition did not come about", open: "Open" };

const happened = (e: Entry): string => (e.happened === "yes" ? ": it happened" : e.happened === "no" ? ": it did not happen" : "");

function One({ e, at }: { e: Entry; at: At }) {
  const { name, open } = at;
  const p = e.probability;
  const settled = e.verdict !== "open";
  return (
    <li class={open === e.claim ? "there" : ""}>
      <p>
        {settled && (
          <b>
            {verdictHeads[e.verdict]}
            {happened(e)}, {e.date}.{" "}
          </b>
        )}
        {e.paraphrase}
      </p>
      <p class="note">
        <a href={to(name, "evidence", [], { t: "claims", on: `claim/${e.claim}` })}>{e.claim}</a> · {e.speaker_name}, {e.said}
        {p && `. Probability ${p.centre.toFixed(2)}, ${p.low.toFixed(2)} to ${p.high.toFixed(2)} (${p.from})`}
        {e.resolves && !e.never && `. Settled by ${e.resolves.by} at the latest${e.resolves.default ? ", the horizon of the case, since the speaker named no end" : ""}${e.resolves.past ? ": that date has passed" : ""}`}
      </p>
      {e.evidence.map((x) => (
        <p class="note" key={x.id}>
          Evidence: {x.text || x.id} ({x.id}
          {x.id === e.evidence[0]?.id && e.letter ? `, letter ${e.letter}` : ""})
        </p>
      ))}
      {e.note && (
        <p class="note">
          {!settled && e.date ? `Looked at on ${e.date}: ` : ""}
          {e.note}
        </p>
      )}
      {e.score && (
        <p class="note">
          Brier {score(e.score.brier)}; log {score(e.score.log_nats)} nats
        </p>
      )}
      {e.unscored && <p class="note">No score: {e.unscored}.</p>}
      {open === e.claim ? (
        <Form key={e.claim} e={e} at={at} />
      ) : (
        <button type="button" onClick={() => remember({ r: e.claim })}>
          {settled ? "Correct this" : "Add a row"}
          <span class="unseen"> on {e.claim}</span>
        </button>
      )}
    </li>
  );
}

/** The scores by speaker, with how many claims stand behind each. */
function Scores({ b }: { b: Book }) {
  if (b.records.length === 0) return null;
  const c = b.calibration;
  const few = b.records.some((r) => tooFew(r, c.needed));
  const mean = (r: Speaker, x: Range) => (
    <>
      {score(x)}
      {tooFew(r, c.needed) && <small> too few</small>}
    </>
  );
  return (
    <>
      <Table
        caption="Claims that give a probability, by speaker. 0 is the best score; means compare speakers over the same claims only."
        columns={["Speaker", "Claims", "Open", "Annulled", "Held", "Failed", "Scored", "Mean Brier", "Mean log, nats"].map((head, i) => ({ head, n: i > 0 }))}
        rows={b.records.map((r) => ({ key: r.speaker, cells: [r.speaker_name, r.claims, r.open, r.annulled, r.held, r.failed, r.scored, mean(r, r.brier), mean(r, r.log_nats)] }))}
      />
      <p class="note">
        {few && `Too few: with fewer than ${c.needed} scored claims a mean says nothing of a speaker. `}
        {c.bins.length === 0 ? `There is no calibration table: it needs ${c.needed} scored claims, and there ${c.scored === 0 ? "is none" : c.scored === 1 ? "is 1" : `are ${c.scored}`}.` : ""}
      </p>
      {c.bins.length > 0 && (
        <Table
          caption={`Calibration over ${c.scored} scored claims, with 90 % intervals (Clopper and Pearson)`}
          columns={["Probability given", "Claims", "Mean", "Happened", "Share, with its interval"].map((head, i) => ({ head, n: i > 0 }))}
          rows={c.bins.map((x) => ({ key: String(x.from), cells: [`${x.from.toFixed(1)} to ${x.to.toFixed(1)}`, x.claims, x.mean.toFixed(2), x.happened, `${x.share.toFixed(2)} (${x.low.toFixed(2)} to ${x.high.toFixed(2)})`] }))}
        />
      )}
      {b.murphy && (
        <p class="note">
          Brier {b.murphy.brier.toFixed(3)} = reliability {b.murphy.reliability.toFixed(3)} − resolution {b.murphy.resolution.toFixed(3)} + uncertainty {b.murphy.uncertainty.toFixed(3)} (Murphy, at the centres of the intervals)
        </p>
      )}
    </>
  );
}

const verdictNames: Record<string, string> = { held: "held: the claim was right", failed: "failed: it was wrong", annulled: "annulled: its condition did not come about", open: "open: looked at, and not settled" };
const letters: [string, string][] = [
  ["a", "a: stands in the named source"],
  ["m", "m: follows from the named sources by arithmetic"],
  ["b", "b: known to us, not read again"],
  ["c", "c: an estimate"],
];

const draftKey = (name: string, e: Entry): string => `astara-row:${name}:${e.claim}`;

/** What was typed is kept in the browser until it is added or dropped. */
function draftOf(name: string, e: Entry): Row {
  try {
    return rowOf(JSON.parse(localStorage.getItem(draftKey(name, e)) ?? "{}"));
  } catch {
    return emptyRow;
  }
}

/** Keeps what was typed, or drops it; false where the browser keeps nothing. */
function keepDraft(name: string, e: Entry, r: Row | null): boolean {
  try {
    if (r) localStorage.setItem(draftKey(name, e), JSON.stringify(r));
    else localStorage.removeItem(draftKey(name, e));
    return true;
  } catch {
    return false;
  }
}

function Form({ e, at }: { e: Entry; at: At }) {
  const { name, m, d, done, renew } = at;
  const [row, write] = useState<Row>(() => draftOf(name, e));
  const [wrong, mark] = useState<Record<string, string[]>>({});
  const [error, fail] = useState<unknown>(null);
  const [busy, work] = useState(false);
  const [kept, keeps] = useState(true);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const set = (change: Partial<Row>) => {
    const next = { ...row, ...change };
    write(next);
    keeps(keepDraft(name, e, next));
  };
  const add = () => {
    work(true);
    fail(null);
    mark({});
    post<Added>(of(name, "resolutions"), sent(e, row)).then(
      (a) => {
        keepDraft(name, e, null);
        done(a);
      },
      (x: unknown) => {
        work(false);
        fail(x);
        if (x instanceof Problem) mark(problems(x.body));
        if (x instanceof Problem && x.status === 409) renew(); // others have added a row: what was typed stays
      },
    );
  };
  const said = (field: string) => wrong[field] && (
    <span class="wrong" id={`wrong-${field}`}>
      {wrong[field].join("; ")}
    </span>
  );
  const tied = (field: string) => (wrong[field] ? { "aria-invalid": true, "aria-describedby": `wrong-${field}` } : {});
  const asks = row.verdict === "held" || row.verdict === "failed";
  const p = e.probability;
  const side = p !== undefined && ((p.low >= 0.5 && p.high > 0.5) || (p.high <= 0.5 && p.low < 0.5)); // the claim expects it, or its contrary
  return (
    <form
      class="settle"
      onSubmit={(x) => {
        x.preventDefault();
        add();
      }}
    >
      <h3 tabIndex={-1} ref={head}>
        What became of {e.claim}
      </h3>
      {m.kind === "shipped" && <p class="note">This case ships with astara and stays as it is: it is copied to your data folder first, and the row goes into the copy.</p>}
      {e.verdict !== "open" && <p class="note">The row of {e.date} stays; this one replaces it.</p>}
      {wrong["corrects"] && said("corrects")}
      <div class="two">
        <label>
          <span>Outcome</span>
          <select required value={row.verdict} onChange={(x) => set({ verdict: x.currentTarget.value })} {...tied("verdict")}>
            <option value="">choose</option>
            {d.verdicts.map((v) => (
              <option key={v} value={v}>
                {verdictNames[v] ?? v}
              </option>
            ))}
          </select>
          {said("verdict")}
        </label>
        <label>
          <span>{row.verdict === "open" ? "Looked at on" : "Date of what settles it"}</span>
          <input type="date" required value={row.date} max={d.today} onInput={(x) => set({ date: x.currentTarget.value })} {...tied("date")} />
          {said("date")}
        </label>
        {asks && (
          <label>
            <span>Did the thing itself happen?</span>
            <select value={row.happened} onChange={(x) => set({ happened: x.currentTarget.value })} {...tied("happened")}>
              <option value="">{side ? "as follows from the outcome" : "not said"}</option>
              <option value="yes">it happened</option>
              <option value="no">it did not happen</option>
            </select>
            {said("happened")}
          </label>
        )}
        <label>
          <span>How sure</span>
          <select value={row.letter} onChange={(x) => set({ letter: x.currentTarget.value })} {...tied("letter")}>
            <option value="">choose</option>
            {letters.map(([l, about]) => (
              <option key={l} value={l}>
                {about}
              </option>
            ))}
          </select>
          {said("letter")}
        </label>
      </div>
      <Evidence m={m} d={d} chosen={row.evidence} set={(evidence) => set({ evidence })} tied={tied("evidence")} />
      {said("evidence")}
      <details open={[row.publisher, row.title, row.published, row.address].some((v) => v !== "") || undefined}>
        <summary>A document that the case does not list yet</summary>
        <div class="two">
          {(
            [
              ["publisher", "Publisher", "text", "source.publisher"],
              ["title", "Title", "text", "source.title"],
              ["published", "Published", "date", "source.published"],
              ["address", "Address (URL)", "url", "source.address"],
            ] as const
          ).map(([k, label, type, field]) => (
            <label key={k}>
              <span>{label}</span>
              <input type={type as "text"} value={row[k]} maxLength={2000} onInput={(x) => set({ [k]: x.currentTarget.value })} {...tied(field)} />
              {said(field)}
            </label>
          ))}
        </div>
        <p class="note">It is added to the sources of the case and becomes evidence of this row.</p>
      </details>
      <label>
        <span>Words of the evidence (goes into the note)</span>
        <textarea rows={2} maxLength={2000} value={row.quote} onInput={(x) => set({ quote: x.currentTarget.value })} />
      </label>
      <label>
        <span>Note</span>
        <textarea rows={2} maxLength={4000} value={row.note} onInput={(x) => set({ note: x.currentTarget.value })} {...tied("note")} />
        {said("note")}
      </label>
      <label>
        <span>Settled by whom (goes into the note)</span>
        <input value={row.by} maxLength={200} autocomplete="name" onInput={(x) => set({ by: x.currentTarget.value })} />
      </label>
      {!kept && <p role="alert">What you type is not kept until it is added: your browser keeps nothing for this page.</p>}
      {error !== null && <Trouble error={error} />}
      {(wrong[""] ?? []).concat(wrong["claim"] ?? [], wrong["added"] ?? []).map((w) => (
        <p class="wrong" key={w}>
          {w}
        </p>
      ))}
      <div class="row">
        <button type="submit" class="main" disabled={busy}>
          Add the row
        </button>
        <button
          type="button"
          disabled={busy}
          onClick={() => {
            keepDraft(name, e, null);
            remember({ r: null });
          }}
        >
          Drop it
        </button>
      </div>
    </form>
  );
}

/** Evidence of the case, found by words and put into a list. */
function Evidence({ m, d, chosen, set, tied }: { m: Meta; d: Data; chosen: string[]; set: (ids: string[]) => void; tied: object }) {
  const [want, find] = useState("");
  const all = useMemo(
    () => [
      ...m.events.map((e) => ({ id: e.id, text: `${e.date}: ${e.text}` })).reverse(),
      ...d.observed.map((o) => ({ id: o.id, text: o.name })),
      ...m.sources.map((s) => ({ id: s.id, text: `${s.publisher}: ${s.title}` })),
    ],
    [m, d],
  );
  const terms = want.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const hits = terms.length === 0 ? [] : all.filter((x) => !chosen.includes(x.id) && terms.every((t) => `${x.id} ${x.text}`.toLowerCase().includes(t)));
  const most = 8;
  return (
    <fieldset class="evidence">
      <legend>Evidence</legend>
      {chosen.length > 0 && (
        <ul>
          {chosen.map((id) => (
            <li key={id}>
              {all.find((x) => x.id === id)?.text ?? id} <small>({id})</small>{" "}
              <button type="button" onClick={() => set(chosen.filter((x) => x !== id))}>
                take out<span class="unseen"> {id}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <label>
        <span>Find events, figures and sources of the case</span>
        <input type="search" value={want} onInput={(e) => find(e.currentTarget.value)} onKeyDown={(e) => e.key === "Enter" && e.preventDefault()} {...tied} />
      </label>
      {terms.length > 0 && (
        <p class="note" role="status">
          {hits.length === 0 ? "Nothing holds all these words." : hits.length > most ? `The first ${most} of ${hits.length}` : `${hits.length} found`}
        </p>
      )}
      <ul>
        {hits.slice(0, most).map((x) => (
          <li key={x.id}>
            <button
              type="button"
              onClick={() => {
                set([...chosen, x.id]);
                find("");
              }}
            >
              add<span class="unseen"> {x.id}</span>
            </button>{" "}
            {x.text} <small>({x.id})</small>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
