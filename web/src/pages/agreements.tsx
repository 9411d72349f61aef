import { useMemo } from "preact/hooks";
import { binds, clashes, clauseName, clausesOf, findings, modality, standing, untangle, years, type ClauseRow } from "../agreements";
import type { Agreements, Answer, Duty, Finding } from "../answer";
import { of } from "../api";
import { inWords, namesOf } from "../conditions";
import type { Meta } from "../meta";
import { percent } from "../numbers";
import { remember, route, to } from "../route";
import { Answered } from "../ui/answered";
import { useLoad } from "../ui/load";
import { Table } from "../ui/table";
import { words } from "../ui/world";
import "./agreements.css";

/** Agreements: who is bound to whom, what cannot be kept together, who owes what, and what was in force when. */
export function AgreementsPage({ name }: { name: string }) {
  const meta = useLoad<Meta>(of(name));
  return (
    <Answered name={name} head={() => <h1>Agreements</h1>} parts={["agreements"]}>
      {(a) => (a.agreements ? <All a={a} g={a.agreements} meta={meta.data} name={name} /> : <p>This case has no agreements.</p>)}
    </Answered>
  );
}

interface Context {
  a: Answer;
  g: Agreements;
  meta: Meta | null;
  name: string;
}

/** The variables of the case; those of the answer, which know no kinds, while the case is read. */
const variablesOf = (c: Context) => c.meta?.variables ?? namesOf(c.a);

const actorName = ({ a, g, meta }: Context, id: string): string => meta?.actors.find((x) => x.id === id)?.name ?? g.parties.find((p) => p.actor === id)?.name ?? a.countries.find((c) => c.id === id)?.name ?? id;
const actorNames = (c: Context, ids: string[] | null | undefined): string => (ids ?? []).map((id) => actorName(c, id)).join(", ");

function All(c: Context) {
  const { g } = c;
  const [kind, id] = (route.value.query.get("p") ?? "").split(/:(.*)/s);
  const party = kind === "actor" ? g.parties.find((p) => p.actor === id) : undefined;
  const agreement = kind === "agreement" ? g.lives.find((l) => l.agreement === id) : undefined;
  const found = findings(g);
  const conflicts = found.filter((x) => clashes(x.f));
  const lesser = found.filter((x) => !clashes(x.f));
  const focus = g.parties.find((p) => p.focus) ?? g.parties[0];
  return (
    <>
      <p class="opening">{g.first}</p>
      <Web {...c} picked={route.value.query.get("p") ?? ""} />
      {agreement ? <Clauses {...c} id={agreement.agreement} title={agreement.name} /> : (party ?? focus) && <Duties {...c} party={(party ?? focus)!} />}
      <section class="asked">
        <h2>What cannot be kept together</h2>
        {conflicts.length === 0 && <p>No duties of the texts exclude each other.</p>}
        {conflicts.map((x) => (
          <Conflict key={x.f.sentence} c={c} f={x.f} when={x.when} top={g.first.startsWith(x.f.sentence)} />
        ))}
        {(g.claims ?? []).map((x) => (
          <p key={x.claim}>
            {x.sentence} <Sources c={c} claims={[x.claim, ...(x.asserted ?? []).filter((id) => id !== x.claim)]} />
          </p>
        ))}
        {lesser.length > 0 && (
          <details>
            <summary>{lesser.length} breaches, tensions and clauses without effect</summary>
            <ul>
              {lesser.map((x) => (
                <li key={x.f.kind + x.f.sentence}>
                  {words(x.f.kind)}, {x.when}: {x.f.sentence}
                </li>
              ))}
            </ul>
          </details>
        )}
      </section>
      <Lives {...c} />
      {[...(g.horizon.notes ?? []), ...(g.horizon.unfinished ?? [])].map((n) => (
        <p class="note" key={n}>
          {n}
        </p>
      ))}
    </>
  );
}

const row = 62; // pixels, as in the sheet

/** Agreements to the left, actors to the right, a line from each to its parties. */
function Web({ picked, ...c }: Context & { picked: string }) {
  const { g } = c;
  const [left, right] = useMemo(() => {
    const members = new Map(g.lives.map((l) => [l.agreement, new Set(l.parties)]));
    return untangle(
      g.lives.map((l) => l.agreement),
      [...new Set(g.lives.flatMap((l) => l.parties))],
      (l, r) => members.get(l)?.has(r) ?? false,
    );
  }, [g]);
  const height = row * Math.max(left.length, right.length);
  const spot = (i: number, n: number) => (n > 1 ? row / 2 + (i * (height - row)) / (n - 1) : height / 2);
  const lives = new Map(g.lives.map((l) => [l.agreement, l]));
  const on = (l: string, r: string) => picked === `agreement:${l}` || picked === `actor:${r}`;
  const pick = (p: string) => remember({ p: p === picked ? null : p });
  return (
    <>
      <p class="note">Choose an agreement for its clauses, an actor for its duties.</p>
      <div class="web">
        <ul aria-label="Agreements" style={{ height: `${height}px` }}>
          {left.map((l) => (
            <li key={l}>
              <button type="button" title={lives.get(l)?.name} aria-pressed={picked === `agreement:${l}`} onClick={() => pick(`agreement:${l}`)}>
                {lives.get(l)?.name}
              </button>
            </li>
          ))}
        </ul>
        <svg height={height} aria-hidden="true">
          {left.flatMap((l, i) =>
            right.map(
              (r, k) =>
                lives.get(l)?.parties.includes(r) && (
                  <line key={`${l} ${r}`} class={`edge ${on(l, r) ? "on" : ""} ${lives.get(l)?.today.state === "binds" ? "" : "off"}`} x1="0" x2="100%" y1={spot(i, left.length)} y2={spot(k, right.length)} stroke-dasharray={lives.get(l)?.today.state === "binds" ? "" : "5 4"} />
                ),
            ),
          )}
        </svg>
        <ul aria-label="Actors" style={{ height: `${height}px` }}>
          {right.map((r) => (
            <li key={r}>
              <button type="button" aria-pressed={picked === `actor:${r}`} onClick={() => pick(`actor:${r}`)}>
                {actorName(c, r)}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <p class="note">Dashed: it does not bind on {g.today.at}.</p>
    </>
  );
}

const inModel = (d: Duty): boolean => d.in_model && [d.today, d.horizon].some((s) => s === "binds" || s === "binds_if");

function Duties({ party, ...c }: Context & { party: Agreements["parties"][number] }) {
  return (
    <section class="asked clauses">
      <h2>What {party.name} owes and is owed</h2>
      <DutyTable c={c} caption="It owes" who="To" rows={party.owes ?? []} />
      <DutyTable c={c} caption="It is owed" who="By" rows={party.owed ?? []} />
    </section>
  );
}

function DutyTable({ c, caption, who, rows }: { c: Context; caption: string; who: string; rows: Duty[] }) {
  const seen = rows.filter(inModel);
  const rest = rows.filter((d) => !inModel(d));
  const table = (list: Duty[], title: string) => (
    <Table
      caption={title}
      columns={["Clause", who, "What", "Kind, standing", c.g.today.at, c.g.horizon.at].map((head) => ({ head }))}
      rows={list.map((d) => ({ key: d.clause, cells: [<Clause key="c" c={c} id={d.clause} />, actorNames(c, d.others), d.paraphrase, <Standing key="s" c={c} kind={d.modality} s={d.standing} />, binds(d.today), binds(d.horizon)] }))}
    />
  );
  return (
    <>
      {seen.length > 0 ? table(seen, caption) : <p class="note">{caption}: no clause that binds and speaks of something that the case has as a variable.</p>}
      {rest.length > 0 && (
        <details>
          <summary>
            {rest.length} further {rest.length === 1 ? "clause does" : "clauses do"} not bind, or speak of nothing that the case has as a variable
          </summary>
          {table(rest, `${caption}, outside the model`)}
        </details>
      )}
    </>
  );
}

/** A clause by name, its agreement and its id small. */
function Clause({ c, id }: { c: Context; id: string }) {
  const n = clauseName(id, c.g.lives);
  return (
    <span class="clause" title={id}>
      {n.clause}
      <small>{n.agreement}</small>
    </span>
  );
}

/** Claims that a sentence rests on, small behind it. */
function Sources({ c, claims }: { c: Context; claims: string[] }) {
  return (
    <small class="note">
      {claims.map((id) => (
        <span key={id}>
          {" "}
          <a href={to(c.name, "evidence", [], { t: "claims", on: `claim/${id}` })}>{id}</a>
        </span>
      ))}
    </small>
  );
}

function Standing({ c, kind, s }: { c: Context; kind: string; s: string | undefined }) {
  const x = standing(s);
  const by = c.meta?.claims.find((k) => k.id === x.claim)?.speaker;
  return (
    <>
      {modality(kind)}, {x.text}
      {x.claim && (
        <>
          {by ? ` by ${actorName(c, by)}` : ""} (<a href={to(c.name, "evidence", [], { t: "claims", on: `claim/${x.claim}` })}>{x.claim}</a>)
        </>
      )}
    </>
  );
}

/** Whether all to whom a clause is owed owe it too. */
const mutual = (d: ClauseRow): boolean => d.bearers.length > 1 && (d.others ?? []).every((x) => d.bearers.includes(x));

function Clauses({ id, title, ...c }: Context & { id: string; title: string }) {
  const rows = clausesOf(c.g, id);
  const why = new Map((c.g.today.clauses ?? []).map((x) => [x.clause, x.why]));
  return (
    <section class="asked clauses">
      <h2>{title}, clause by clause</h2>
      <Table
        caption={`Clauses of ${title}`}
        hide
        columns={["Clause", "Who, to whom", "What", "Kind, standing", c.g.today.at, c.g.horizon.at].map((head) => ({ head }))}
        rows={rows.map((d) => ({
          key: d.clause,
          cells: [
            clauseName(d.clause, c.g.lives).clause,
            mutual(d) ? `${actorNames(c, d.bearers)}, to each other` : `${actorNames(c, d.bearers)} to ${actorNames(c, (d.others ?? []).filter((x) => !d.bearers.includes(x)))}`,
            d.paraphrase,
            <Standing key="s" c={c} kind={d.modality} s={d.standing} />,
            <>
              {binds(d.today)}
              {d.today !== "outside_the_model" && why.get(d.clause) && <small class="note"> {why.get(d.clause)}</small>}
            </>,
            binds(d.horizon),
          ],
        }))}
      />
      {rows.some((d) => d.today === "outside_the_model") && <p class="note">Outside the model: the clause speaks of nothing that the case has as a variable.</p>}
    </section>
  );
}

/** A set of duties that cannot be kept together, how it comes about and how it ends. */
function Conflict({ c, f, when, top }: { c: Context; f: Finding; when: string; top: boolean }) {
  const others = (f.condition?.all ?? []).slice(1).map((x) => x.text);
  const none = (f.condition?.shortest.literals ?? []).length === 0;
  const views = [...new Set((f.weights ?? []).map((w) => w.view))];
  const acts = [...new Set((f.weights ?? []).map((w) => `${w.act}=${w.state}`))];
  const weight = (view: string, act: string) => f.weights?.find((w) => w.view === view && `${w.act}=${w.state}` === act)?.weight ?? null;
  const biting = acts.filter((x) => views.some((v) => (weight(v, x) ?? 0) > 0));
  const actName = (x: string) => {
    const [id = "", state = ""] = x.split("=");
    return `${c.meta?.variables.find((v) => v.id === id)?.name ?? c.a.variables.find((v) => v.id === id)?.name ?? id}: ${words(state)}`;
  };
  return (
    <article class="clash">
      <h3>
        {words(f.sub ? `${f.kind} ${f.sub}` : f.kind).replace(/^./, (x) => x.toUpperCase())}: {actorNames(c, f.bearers)}, {when}
      </h3>
      {!top && <p>{f.sentence}</p>}
      <div class="cores">
        {(f.core ?? []).map((m, i) => (
          <div class="core" key={i}>
            {m.clause ? (
              <p class="note">
                <b>{clauseName(m.clause, c.g.lives).clause}</b>, {clauseName(m.clause, c.g.lives).agreement} · {actorNames(c, m.bearers)} to {actorNames(c, m.toward)} · <Standing c={c} kind={m.modality ?? ""} s={m.standing} />
              </p>
            ) : (
              <p class="note">{m.fact}</p>
            )}
            <p>{m.paraphrase ?? m.reason}</p>
            <p class="note">
              asks for: {inWords(m.text, variablesOf(c))}
            </p>
          </div>
        ))}
      </div>
      <p>
        {f.condition && (none ? "Shortest condition: none, as things stand." : `Shortest condition: ${[f.condition.shortest.text, ...others].map((x) => inWords(x, variablesOf(c))).join("; or ")}.`)}
      </p>
      {(f.concessions ?? []).length > 0 && (
        <>
          <p>It ends once {(f.concessions ?? []).length > 1 ? "one of these is" : "this is"} given up:</p>
          <ul class="ends">
            {(f.concessions ?? []).map((x) => (
              <li key={x.clauses.join()}>
                {x.clauses
                  .map((id) => {
                    const m = (f.core ?? []).find((k) => k.clause === id);
                    const n = clauseName(id, c.g.lives);
                    return `${n.clause} of “${n.agreement}”${m ? ` (${actorNames(c, m.bearers)} to ${actorNames(c, m.toward)})` : ""}`;
                  })
                  .join(", together with ")}
              </li>
            ))}
          </ul>
        </>
      )}
      {biting.length > 0 && (
        <Table
          caption="Share of the weight in which it bites, under each view"
          columns={[{ head: "Act" }, ...views.map((v) => ({ head: c.a.views.find((x) => x.id === v)?.name ?? v, n: true }))]}
          rows={biting.map((x) => ({ key: x, cells: [actName(x), ...views.map((v) => percent(weight(v, x)))] }))}
        />
      )}
      {biting.length < acts.length && <p class="note">With acts in states not listed here it bites in no weight.</p>}
    </article>
  );
}

/** Whole years for an axis of time, five apart or ten. */
const ticks = (from: number, to: number): number[] => {
  const step = to - from > 40 ? 10 : 5;
  const out: number[] = [];
  for (let y = Math.ceil(from / step) * step; y <= to; y += step) out.push(y);
  return out;
};

/** When each agreement was in force. */
function Lives(c: Context) {
  const { g, a } = c;
  const now = years(a.case.as_of) ?? a.case.base_year;
  const end = a.case.horizon + 1;
  const start = Math.floor(Math.min(now, ...g.lives.flatMap((l) => [years(l.signed), years(l.in_force)]).filter((v): v is number => v !== null)));
  const x = (v: number) => (100 * (Math.min(end, Math.max(start, v)) - start)) / (end - start);
  return (
    <section class="asked">
      <h2>What was in force, and when</h2>
      <p class="note">Ring: signed. Bar: in force; grey: in the worlds with the condition named. The dashed line is {a.case.as_of}: what came later was not known then and weighs on nothing.</p>
      <ul class="lives">
        {g.lives.map((l) => {
          const signed = years(l.signed);
          const from = years(l.in_force) ?? (l.if ? now : null);
          const until = years(l.ended) ?? end;
          const said = [l.signed ? `signed ${l.signed}` : "never signed", l.in_force && `in force from ${l.in_force}`, l.ended && `ended ${l.ended}`, l.if && `binds where ${inWords(l.if, variablesOf(c))}`].filter(Boolean).join(", ");
          return (
            <li key={l.agreement}>
              <span>
                {l.name}
                <small>{actorNames(c, l.parties)}</small>
              </span>
              <svg class="life" width="100%" height="22" aria-hidden="true">
                <line class="axis" x1="0" x2="100%" y1="11" y2="11" />
                {from !== null && until > from && <rect class={`force ${l.if ? "maybe" : ""}`} x={`${x(from).toFixed(2)}%`} width={`${(x(until) - x(from)).toFixed(2)}%`} y="6" height="10" />}
                <line class="asof" x1={`${x(now).toFixed(2)}%`} x2={`${x(now).toFixed(2)}%`} y1="0" y2="22" />
                {signed !== null && <circle class="signed" cx={`${x(signed).toFixed(2)}%`} cy="11" r="4.5" />}
              </svg>
              <span class="when">
                {said}. On {g.today.at}: {binds(l.today.state)}
                {l.today.why ? ` (${l.today.why})` : ""}; {g.horizon.at}: {binds(l.horizon.state)}.
              </span>
            </li>
          );
        })}
        <li aria-hidden="true">
          <span />
          <svg class="life" width="100%" height="20">
            {ticks(start, a.case.horizon).map((y) => (
              <text key={y} x={`${x(y).toFixed(2)}%`} y="14" text-anchor="middle">
                {y}
              </text>
            ))}
          </svg>
        </li>
      </ul>
    </section>
  );
}
