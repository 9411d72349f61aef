import type { Act, Answer, Effect, Outcome, Question } from "../answer";
import { percent } from "../numbers";
import { bareChange, change, level, sentences, styleOf } from "../style-of";
import { Answered } from "../ui/answered";
import { Dots, type Mark } from "../ui/dots";
import { words } from "../ui/world";
import "./home.css";

/** The home of a case: its questions with their plain first sentences, and what stands behind them. */
export function Home({ name }: { name: string }) {
  return (
    <Answered
      name={name}
      head={(row) => (
        <>
          <p class="kicker">{row ? `as of ${row.as_of}, for ${row.horizon}` : " "}</p>
          <h1>{row?.title ?? name}</h1>
        </>
      )}
    >
      {(a) => <Questions a={a} />}
    </Answered>
  );
}

function Questions({ a }: { a: Answer }) {
  return (
    <>
      {a.questions.map((q, i) => (
        <Asked key={q.id} a={a} q={q} main={i === 0} />
      ))}
      <Energy a={a} />
      <Baseline a={a} />
    </>
  );
}

/** The sentences that open what is said of an act, as "More: …", and those that follow each. */
export function parts(first: string): { lead: string; more: string[] }[] {
  const out: { lead: string; more: string[] }[] = [];
  for (const line of first.split("\n")) {
    sentences(line).forEach((s, i) => {
      const last = out[out.length - 1];
      if (!last || (i === 0 && line !== "") || /^(More|Less|Mixed|No change|Agreed|Disputed|In words|To settle it): /.test(s)) out.push({ lead: s, more: [] });
      else last.more.push(s);
    });
  }
  return out;
}

function Asked({ a, q, main }: { a: Answer; q: Question; main: boolean }) {
  const said = parts(q.first);
  return (
    <article class={main ? "asked first" : "asked"}>
      <h2>{q.text}</h2>
      {said.map((p, i) => (
        <div key={p.lead}>
          <p class={i === 0 || q.kind === "effects" ? "lead" : ""}>{p.lead}</p>
          {p.more.length > 0 && (
            <details>
              <summary>What is behind this</summary>
              <p>{p.more.join(" ")}</p>
            </details>
          )}
        </div>
      ))}
      {q.kind === "effects" && q.acts.map((act) => <Effects key={act} a={a} q={q} act={act} />)}
    </article>
  );
}

const moves = (e: Effect | undefined): boolean => e !== undefined && e.material;

/** The effects of an act on the numbers of a question: a chart for each that moves, the rest folded. */
function Effects({ a, q, act }: { a: Answer; q: Question; act: string }) {
  const head = a.acts.find((x) => x.id === act && x.view === a.headline);
  if (!head) return null;
  const states = [...new Set(head.effects.map((e) => e.state))];
  return (
    <>
      {states.map((state) => {
        const outcomes = q.outcomes.map((id) => a.outcomes.find((o) => o.id === id)).filter((o): o is Outcome => o !== undefined);
        const at = (o: Outcome) => head.effects.find((e) => e.outcome === o.id && e.state === state);
        const moving = outcomes.filter((o) => moves(at(o)));
        const still = outcomes.filter((o) => !moves(at(o)));
        return (
          <section key={state}>
            <h3>
              {head.name} {words(state)}: {moving.length} of {outcomes.length} numbers move
            </h3>
            {moving.length > 0 && (
              <>
                <Keys a={a} />
                <ul class="effects">
                  {moving.slice(0, shown).map((o) => (
                    <One key={o.id} a={a} act={act} state={state} o={o} />
                  ))}
                </ul>
              </>
            )}
            {moving.length > shown && (
              <details>
                <summary>{moving.length - shown} more that move</summary>
                <ul class="effects">
                  {moving.slice(shown).map((o) => (
                    <One key={o.id} a={a} act={act} state={state} o={o} />
                  ))}
                </ul>
              </details>
            )}
            {still.length > 0 && (
              <details>
                <summary>{still.length} that stay below their thresholds</summary>
                <ul class="effects">
                  {still.map((o) => (
                    <One key={o.id} a={a} act={act} state={state} o={o} />
                  ))}
                </ul>
              </details>
            )}
            <Table a={a} act={act} state={state} outcomes={outcomes} />
          </section>
        );
      })}
    </>
  );
}

const shown = 4; // charts that stand open

/** Letters of the views: the initials of experts by their last names. */
function marksOf(a: Answer, act: string, state: string, outcome: string): Mark[] {
  return a.views.map((v) => ({
    id: v.id,
    name: v.name,
    short: v.kind === "mixture" ? "all" : v.kind === "reference" ? "ref" : v.kind === "consensus" ? "con" : (v.name.split(" ").at(-1) ?? v.name).slice(0, 2),
    kind: v.kind === "mixture" ? "together" : v.kind === "speaker" ? "expert" : v.kind,
    value: effectOf(a, act, v.id, state, outcome)?.effect ?? null,
  }));
}

const effectOf = (a: Answer, act: string, view: string, state: string, outcome: string): Effect | undefined =>
  a.acts.find((x: Act) => x.id === act && x.view === view)?.effects.find((e) => e.outcome === outcome && e.state === state);

function Keys({ a }: { a: Answer }) {
  return (
    <ul class="keys">
      {marksOf(a, "", "", "").map((m) => (
        <li key={m.id}>
          <b>{m.short}</b> {m.name}
        </li>
      ))}
      <li>
        <span class="swatch" /> what words alone allow
      </li>
      <li>
        <span class="swatch thin" /> 5 to 95 % of weighted worlds; ◂ ▸ goes on
      </li>
      <li>dashed: the threshold</li>
    </ul>
  );
}

function One({ a, act, state, o }: { a: Answer; act: string; state: string; o: Outcome }) {
  const e = effectOf(a, act, a.headline, state, o.id);
  if (!e) return null;
  const marks = marksOf(a, act, state, o.id);
  const s = styleOf(o.unit, o.measure, o.materiality, [e.with, e.without, e.effect, e.change_low, e.change_high]);
  const b = e.bounds && e.bounds.low !== null && e.bounds.high !== null ? e.bounds : null;
  const settle = (e.settles ?? []).filter((x) => x.fall >= 0.05).slice(0, 3);
  const label = `${o.name}: ${marks
    .filter((m) => m.value !== null)
    .map((m) => `${m.name} ${change(s, m.value)}`)
    .join("; ")}.${b ? ` Words alone allow ${bareChange(s, b.low)} to ${change(s, b.high)}.` : ""}`;
  return (
    <li>
      <div class="what">
        {o.name}
        <small>
          {level(s, e.without)} without, {level(s, e.with)} with
        </small>
      </div>
      <Dots marks={marks} ranges={{ bounds: b ? [b.low, b.high] : null, worlds: [e.change_low, e.change_high] }} threshold={o.materiality} label={label} />
      <div class="say">
        <b class={!e.material || e.effect === null ? "" : e.effect > 0 ? "up" : "down"}>{change(s, e.effect)}</b>
        <small>{e.sign_holds === null ? "" : `its sign holds in ${percent(e.sign_holds)} of the weight`}</small>
        {b && (
          <small>
            words alone: {bareChange(s, b.low)} to {bareChange(s, b.high)}
          </small>
        )}
      </div>
      {settle.length > 0 && (
        <p class="note hangs">
          Hangs on {settle.map((x) => `${a.variables.find((v) => v.id === x.variable)?.name ?? x.variable} (${percent(x.fall)})`).join(", ")}: so much of its spread would go by learning it.
        </p>
      )}
    </li>
  );
}

/** The same numbers as a table. */
function Table({ a, act, state, outcomes }: { a: Answer; act: string; state: string; outcomes: Outcome[] }) {
  const title = a.acts.find((x) => x.id === act)?.name ?? act;
  return (
    <details>
      <summary>As a table</summary>
      <div class="scroll" tabIndex={0} role="group" aria-label={`Effect of ${title} ${words(state)}`}>
        <table>
          <caption>Effect of {title}, by whose words</caption>
          <thead>
            <tr>
              <th scope="col">number</th>
              <th scope="col">unit</th>
              {a.views.map((v) => (
                <th scope="col" key={v.id} class="n">
                  {v.name}
                </th>
              ))}
              <th scope="col" class="n">
                words alone allow
              </th>
            </tr>
          </thead>
          <tbody>
            {outcomes.map((o) => {
              const at = (view: string) => effectOf(a, act, view, state, o.id);
              const e = at(a.headline);
              if (!e) return null;
              const s = styleOf(o.unit, o.measure, o.materiality, [e.with, e.without, e.effect, e.change_low, e.change_high]);
              return (
                <tr key={o.id}>
                  <th scope="row">{o.name}</th>
                  <td>{s.changeUnit}</td>
                  {a.views.map((v) => {
                    const x = at(v.id)?.effect ?? null;
                    return (
                      <td key={v.id} class={`n ${x === null || Math.abs(x) < o.materiality ? "" : x > 0 ? "up" : "down"}`}>
                        {bareChange(s, x)}
                      </td>
                    );
                  })}
                  <td class="n">{e.bounds && e.bounds.low !== null ? `${bareChange(s, e.bounds.low)} to ${bareChange(s, e.bounds.high)}` : "–"}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** What the answer says of power and gas, where no question asks for them. */
function Energy({ a }: { a: Answer }) {
  const first = a.energy?.first ?? [];
  if (first.length === 0) return null;
  return (
    <article class="asked">
      <h2>Power and gas</h2>
      <p class="lead">{first[0]}</p>
      {first.length > 1 && (
        <details>
          <summary>What is behind this</summary>
          {first.slice(1).map((s) => (
            <p key={s}>{s}</p>
          ))}
        </details>
      )}
    </article>
  );
}

/** How good the base-year run is, and what the reader must know. */
function Baseline({ a }: { a: Answer }) {
  const f = a.fit;
  const rows = [
    { name: "fitted to", x: f.fit },
    { name: "kept back", x: f.holdout },
    { name: "of earlier years", x: f.back_cast },
  ].filter((r) => r.x.rows > 0);
  return (
    <article class="asked">
      <h2>How good is the model?</h2>
      <p class="lead">
        In the base year {rows.map((r) => `${r.x.inside} of ${r.x.rows} published figures ${r.name} lie inside their range, at a median miss of ${percent(r.x.median_miss)}`).join("; ")}.
      </p>
      <p>
        {a.hangs.markets_c} of {a.hangs.markets} markets, with {percent(a.hangs.tonnes_c)} of the tonnes, are our estimates. {a.hangs.with_capacity} of {a.hangs.corridor_links} links of corridors have a capacity with a source.
      </p>
      <details>
        <summary>What the reader must know</summary>
        <p>
          {a.worlds.worlds.toLocaleString("en-GB")} worlds, {a.worlds.effective.toLocaleString("en-GB")} that the networks tell apart.
          {a.worlds.not_converged > 0 ? ` ${a.worlds.not_converged} did not converge.` : ""}
        </p>
        <ul>
          {a.notes.map((n) => (
            <li key={n}>{n}</li>
          ))}
        </ul>
      </details>
    </article>
  );
}
