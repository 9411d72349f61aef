import { useState } from "preact/hooks";
import type { Act, Answer, Effect, Num, Observed, Outcome, Question } from "../answer";
import { cited } from "../cited";
import { inWords, namesOf } from "../conditions";
import { falls, moved, swaysOf } from "../hangs";
import { percent, plural } from "../numbers";
import { to } from "../route";
import { bareChange, change, changes, level, levels, sentences, styleOf, unitText } from "../style-of";
import { Answered, answerOf, runHere } from "../ui/answered";
import { Dots, type Mark } from "../ui/dots";
import { useLoad } from "../ui/load";
import { Sense } from "../ui/sense";
import { Bars, Table as Sheet } from "../ui/table";
import { Trouble } from "../ui/trouble";
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
      {(a) => <Questions a={a} name={name} />}
    </Answered>
  );
}

function Questions({ a, name }: { a: Answer; name: string }) {
  return (
    <>
      {a.questions.map((q, i) => (
        <Asked key={q.id} a={a} q={q} name={name} main={i === 0} />
      ))}
      <Energy a={a} name={name} />
      <Hangs a={a} />
      <Baseline a={a} name={name} />
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

function Asked({ a, q, name, main }: { a: Answer; q: Question; name: string; main: boolean }) {
  const said = parts(q.first);
  const speakers = a.views.filter((v) => v.kind === "speaker").map((v) => v.name);
  const leading = (text: string) =>
    cited(text, speakers).map((p) =>
      p.claim ? (
        <a key={p.text} href={to(name, "evidence", [], { t: "claims", on: `claim/${p.text}` })}>
          {p.text}
        </a>
      ) : (
        p.text
      ),
    );
  return (
    <article class={main ? "asked first" : "asked"}>
      <h2>{q.text}</h2>
      {said.map((p, i) => (
        <div key={p.lead}>
          <p class={i === 0 || q.kind === "effects" ? "lead" : ""}>{leading(p.lead)}</p>
          {p.more.length > 0 && (
            <details>
              <summary>What is behind this</summary>
              <p>{p.more.join(" ")}</p>
            </details>
          )}
        </div>
      ))}
      {q.kind === "effects" && q.acts.map((act) => <Effects key={act} a={a} q={q} act={act} open={main} />)}
    </article>
  );
}

const moves = (e: Effect | undefined): boolean => e !== undefined && e.material;

/** The effects of an act on the numbers of a question: a chart for each that moves, the rest folded. Those of the first question stand open. */
function Effects({ a, q, act, open }: { a: Answer; q: Question; act: string; open: boolean }) {
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
          <details class="numbers" key={state} open={open}>
            <summary>
              <h3>
                {head.name} {words(state)}: {moving.length} of {outcomes.length} numbers move
              </h3>
            </summary>
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
                <summary>{plural(moving.length - shown, "more that moves", "more that move")}</summary>
                <ul class="effects">
                  {moving.slice(shown).map((o) => (
                    <One key={o.id} a={a} act={act} state={state} o={o} />
                  ))}
                </ul>
              </details>
            )}
            {still.length > 0 && (
              <details>
                <summary>{plural(still.length, "that stays below its threshold", "that stay below their thresholds")}</summary>
                <ul class="effects">
                  {still.map((o) => (
                    <One key={o.id} a={a} act={act} state={state} o={o} />
                  ))}
                </ul>
              </details>
            )}
            <Table a={a} act={act} state={state} outcomes={outcomes} />
          </details>
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
    <>
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
      <Sense />
    </>
  );
}

const effectStyle = (o: Outcome, e: Effect) => styleOf(o.unit, o.measure, o.materiality, [e.with, e.without, e.effect, e.change_low ?? null, e.change_high ?? null]);

function One({ a, act, state, o }: { a: Answer; act: string; state: string; o: Outcome }) {
  const e = effectOf(a, act, a.headline, state, o.id);
  if (!e) return null;
  const marks = marksOf(a, act, state, o.id);
  const s = effectStyle(o, e);
  const b = e.bounds && e.bounds.low !== null && e.bounds.high !== null ? e.bounds : null;
  const settle = (e.settles ?? []).filter((x) => x.fall >= 0.05).slice(0, 3);
  const label = `${o.name}: ${marks
    .filter((m) => m.value !== null)
    .map((m) => `${m.name} ${change(s, m.value)}`)
    .join("; ")}.${b ? ` Words alone allow ${changes(s, b.low, b.high)}.` : ""}`;
  return (
    <li>
      <div class="what">
        {o.name}
        <small>
          {level(s, e.without)} without, {level(s, e.with)} with
        </small>
      </div>
      <Dots marks={marks} ranges={{ bounds: b ? [b.low, b.high] : null, worlds: [e.change_low ?? null, e.change_high ?? null] }} threshold={o.materiality} label={label} />
      <div class="say">
        <b class={!e.material || e.effect === null ? "" : e.effect > 0 ? "up" : "down"}>{change(s, e.effect)}</b>
        <small>{e.sign_holds == null ? "" : e.material ? `its sign holds in ${percent(e.sign_holds)} of the weight` : `below its threshold in ${percent(e.sign_holds)} of the weight`}</small>
        {b && (
          <small>
            words alone: {changes(s, b.low, b.high)}
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
              const s = effectStyle(o, e);
              return (
                <tr key={o.id}>
                  <th scope="row">{o.name}</th>
                  <td>{unitText(s, o.measure)}</td>
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

/** What the answer says of power and gas beside the numbers of a question. */
function Energy({ a, name }: { a: Answer; name: string }) {
  const first = a.energy_first ?? [];
  if (first.length === 0) return null;
  return (
    <article class="asked">
      <h2>Power and gas: who is short, and in which worlds</h2>
      <p class="lead">{first[0]}</p>
      {first.length > 1 && (
        <details>
          <summary>{plural(first.length - 1, "further world", "further worlds")}</summary>
          <ul>
            {first.slice(1).map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ul>
        </details>
      )}
      <p class="note">
        Flows on ties and pipelines are <a href={to(name, "map", [], { l: "power,gas" })}>on the map</a>; each state’s dependence is on <a href={to(name, "country")}>its page</a>.
      </p>
    </article>
  );
}

/** What the effects hang on: what is not known of the world, the case's own weights, and estimates among the numbers. */
function Hangs({ a }: { a: Answer }) {
  const heads = a.acts.filter((x) => x.view === a.headline);
  const variable = (id: string) => a.variables.find((v) => v.id === id)?.name ?? id;
  const estimated = a.outcomes.filter((o) => (o.letter_c ?? 0) > 0.5 && a.questions.some((q) => q.outcomes.includes(o.id))).sort((x, y) => (y.letter_c ?? 0) - (x.letter_c ?? 0));
  return (
    <article class="asked">
      <h2>What does the answer hang on?</h2>
      {heads.map((act) =>
        act.states.map((state) => {
          const list = falls(act, state).slice(0, 5);
          const sways = swaysOf(a, act.id, state).slice(0, 4);
          const n = moved(act, state).length;
          if (n === 0) return null;
          return (
            <section key={act.id + state}>
              <h3>
                {act.name} {words(state)}
              </h3>
              <p class="note">The share of the spread of its effects over worlds that would go, on the average over the {n} numbers that move, if one thing were known.</p>
              <Bars most={Math.max(0.01, ...list.map((x) => x.fall))} rows={list.map((x) => ({ key: x.variable, name: variable(x.variable), value: x.fall, text: percent(x.fall) }))} />
              {sways.length > 0 && (
                <details>
                  <summary>Weights of the case’s reference that sway it most</summary>
                  <ul>
                    {sways.map(({ outcome: o, sway: w }) => {
                      const s = styleOf(o.unit, o.measure, o.materiality, [w.at_low, w.at_high]);
                      return (
                        <li key={o.id + w.variable + w.when + w.state}>
                          {variable(w.variable)}: {words(w.state)}
                          {w.when ? ` where ${inWords(w.when, namesOf(a))}` : ""}, {percent(w.low_weight)} to {percent(w.high_weight)} (letter {w.letter}): {o.name} {changes(s, w.at_low, w.at_high)} by the reference alone.
                        </li>
                      );
                    })}
                  </ul>
                </details>
              )}
            </section>
          );
        }),
      )}
      <p>
        {a.hangs.markets_c} of {a.hangs.markets} markets, with {percent(a.hangs.tonnes_c)} of the tonnes of the base year, are our estimates.
        {a.hangs.corridor_links > 0 &&
          ` ${a.hangs.with_capacity} of ${a.hangs.corridor_links} links of corridors have a capacity with a source, ${a.hangs.our_conversions} of them converted by us; on the others nothing queues.`}
      </p>
      {estimated.length > 0 && (
        <details>
          <summary>{plural(estimated.length, "number that rests", "numbers that rest")} by more than half on estimated markets</summary>
          <Sheet
            caption="Share of tonnes in the baseline world from markets that are estimates"
            columns={[{ head: "Number" }, { head: "from estimated markets", n: true }, { head: "over capacities that we converted", n: true }]}
            rows={estimated.map((o) => ({ key: o.id, cells: [o.name, percent(o.letter_c), percent(o.our_capacity)] }))}
          />
        </details>
      )}
    </article>
  );
}

/** How good the base-year run is, and what the reader must know. */
function Baseline({ a, name }: { a: Answer; name: string }) {
  const f = a.fit;
  const rows = [
    { name: "that the model was fitted to", x: f.fit },
    { name: "kept back from the fit", x: f.holdout },
    { name: "of earlier years", x: f.back_cast },
  ].filter((r) => r.x.rows > 0);
  return (
    <article class="asked">
      <h2>How good is the model?</h2>
      <p class="lead">
        In the base year {rows.map((r) => `${r.x.inside} of ${r.x.rows} published figures ${r.name} lie inside their range, at a median miss of ${percent(r.x.median_miss)}`).join("; ")}.
      </p>
      <Figures name={name} />
      <details>
        <summary>What the reader must know</summary>
        <p>
          {a.worlds.worlds.toLocaleString("en-GB")} worlds, {a.worlds.effective.toLocaleString("en-GB")} that the networks tell apart.
          {a.worlds.not_converged > 0 ? ` ${a.worlds.not_converged} did not converge.` : " All of them converged."}
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

const uses: Record<string, string> = { fit: "fitted", holdout: "kept back", never: "not used" };

/** The published figures one by one, read when they are asked for. */
function Figures({ name }: { name: string }) {
  const [open, set] = useState(false);
  const list = useLoad<Observed[]>(open ? answerOf(name, runHere(), "parts", "observed") : null);
  const small = (o: Observed): Num[] => [o.model, o.value, o.low, o.high];
  return (
    <details onToggle={(e) => e.currentTarget.open && set(true)}>
      <summary>Model and published figures, one by one</summary>
      {list.error != null && <Trouble error={list.error} again={list.again} />}
      {open && !list.data && list.error == null && <p class="note">Reading…</p>}
      {list.data && (
        <Sheet
          caption="The base-year run against published figures"
          columns={[{ head: "Figure" }, { head: "Year" }, { head: "Use" }, { head: "Model", n: true }, { head: "Published", n: true }, { head: "Range", n: true }, { head: "Miss", n: true }, { head: "Inside" }, { head: "Source" }]}
          rows={list.data.map((o) => {
            const s = styleOf(o.unit, "", 0, small(o));
            return {
              key: o.id,
              cells: [o.name, o.period, o.back_cast ? `${uses[o.use] ?? o.use}, earlier year` : (uses[o.use] ?? o.use), level(s, o.model), level(s, o.value), levels(s, o.low, o.high), percent(o.miss), o.inside ? "yes" : "no", `${(o.source ?? []).join(", ")} (${o.letter})`],
            };
          })}
        />
      )}
    </details>
  );
}
