import type { Answer, Effect, Outcome, Question } from "../answer";
import { of, Problem, type CaseRow } from "../api";
import { percent, plain } from "../numbers";
import { useLoad } from "../ui/load";
import { Solve } from "../ui/solve";
import { Trouble } from "../ui/trouble";

/** The home of a case: its questions with their plain first sentences, and what stands behind them. */
export function Home({ name }: { name: string }) {
  const cases = useLoad<CaseRow[]>("cases");
  const answer = useLoad<Answer>(of(name, "answer"));
  const row = cases.data?.find((c) => c.name === name);
  if (cases.error) return <Trouble error={cases.error} again={cases.again} />;
  if (cases.data && !row) return <Trouble error={`There is no case ${name} here.`} />;
  const unsolved = answer.error instanceof Problem && answer.error.status === 404;
  return (
    <section class="page">
      <p class="kicker">{row ? `as of ${row.as_of}, for ${row.horizon}` : " "}</p>
      <h1>{row?.title ?? name}</h1>
      {answer.error !== null && !unsolved && <Trouble error={answer.error} again={answer.again} />}
      {unsolved && row && (
        <>
          <p>This case has not been solved as it stands. Solving takes some minutes at most; what is solved is kept.</p>
          <Solve name={name} hash={row.hash} done={answer.again} />
        </>
      )}
      {!answer.data && !answer.error && <p class="waiting">Reading the answer…</p>}
      {answer.data && <Answered a={answer.data} />}
    </section>
  );
}

function Answered({ a }: { a: Answer }) {
  return (
    <>
      {a.questions.map((q, i) => (
        <Asked key={q.id} a={a} q={q} main={i === 0} />
      ))}
      <Baseline a={a} />
    </>
  );
}

function Asked({ a, q, main }: { a: Answer; q: Question; main: boolean }) {
  const [lead = "", ...more] = q.first.split("\n");
  return (
    <article class={main ? "asked first" : "asked"}>
      <h2>{q.text}</h2>
      <p class="lead">{lead}</p>
      {more.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {q.kind === "effects" && q.acts.map((act) => <Experts key={act} a={a} q={q} act={act} />)}
    </article>
  );
}

/** The effect on the numbers of a question that move, one row a number, one column a view. */
function Experts({ a, q, act }: { a: Answer; q: Question; act: string }) {
  const of = (view: string, outcome: string): Effect | undefined =>
    a.acts.find((x) => x.id === act && x.view === view)?.effects.find((e) => e.outcome === outcome);
  const rows = q.outcomes
    .map((id) => ({ o: a.outcomes.find((o) => o.id === id), e: of(a.headline, id) }))
    .filter((r): r is { o: Outcome; e: Effect } => r.o !== undefined && r.e !== undefined && r.e.material);
  const title = a.acts.find((x) => x.id === act)?.name ?? act;
  if (rows.length === 0) return <p class="note">{title}: no number of this question moves beyond its threshold.</p>;
  const views = a.views.filter((v) => v.kind !== "consensus");
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Effect of ${title}`}>
      <table>
        <caption>Effect of {title}, by whose words</caption>
        <thead>
          <tr>
            <th scope="col">number</th>
            <th scope="col">unit</th>
            {views.map((v) => (
              <th scope="col" key={v.id} class="n">
                {v.kind === "mixture" ? "together" : v.kind === "reference" ? "reference" : v.name}
              </th>
            ))}
            <th scope="col" class="n">
              words alone allow
            </th>
            <th scope="col" class="n">
              sign holds in
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ o, e }) => (
            <tr key={o.id}>
              <th scope="row">{o.name}</th>
              <td>{o.unit}</td>
              {views.map((v) => {
                const x = of(v.id, o.id)?.effect ?? null;
                return (
                  <td key={v.id} class={`n ${x === null || Math.abs(x) < o.materiality ? "" : x > 0 ? "up" : "down"}`}>
                    {plain(x, true)}
                  </td>
                );
              })}
              <td class="n">{e.bounds && e.bounds.low !== null ? `${plain(e.bounds.low, true)} to ${plain(e.bounds.high, true)}` : "–"}</td>
              <td class="n">{percent(e.sign_holds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How good the base-year run is, and what the reader must know. */
function Baseline({ a }: { a: Answer }) {
  const f = a.fit;
  return (
    <article class="asked">
      <h2>How good is the model?</h2>
      <p>
        Of {f.fit.rows} published figures it was fitted to, {f.fit.inside} lie inside their range, at a median miss of {percent(f.fit.median_miss)}; of{" "}
        {f.holdout.rows} kept back, {f.holdout.inside}, at {percent(f.holdout.median_miss)}; of {f.back_cast.rows} of earlier years, {f.back_cast.inside}, at{" "}
        {percent(f.back_cast.median_miss)}.
      </p>
      <p class="note">
        {a.worlds.worlds.toLocaleString("en-GB")} worlds, {a.worlds.effective.toLocaleString("en-GB")} that the networks tell apart.
        {a.worlds.not_converged > 0 ? ` ${a.worlds.not_converged} did not converge.` : ""}
      </p>
      <ul class="note">
        {a.notes.map((n) => (
          <li key={n}>{n}</li>
        ))}
      </ul>
    </article>
  );
}
