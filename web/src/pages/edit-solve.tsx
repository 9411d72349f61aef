import { useMemo } from "preact/hooks";
import type { Brief } from "../answer";
import { of, type CaseRow } from "../api";
import { plural } from "../numbers";
import { to } from "../route";
import { mark } from "../share";
import { numbersChanged, sentencesChanged } from "../solved";
import { change, level } from "../style-of";
import { useLoad } from "../ui/load";
import type { RunInfo } from "../ui/run";
import { Solve } from "../ui/solve";
import { Trouble } from "../ui/trouble";
import { words } from "../ui/world";

/** Solves the case as it is saved, and says what became another answer. */
export function SolveAgain({ row, drafts, solved }: { row: CaseRow; drafts: string[]; solved: () => void }) {
  return (
    <section class="again" aria-labelledby="again">
      <h2 id="again">Solve again</h2>
      {drafts.length > 0 && <p class="note">What is not saved is not solved: {drafts.join(", ")}.</p>}
      {row.errors > 0 ? (
        <p>
          The case has {plural(row.errors, "error", "errors")} as it is saved, and cannot be solved until {row.errors === 1 ? "it is" : "they are"} mended. <a href={to(row.name)}>See where</a>
        </p>
      ) : row.answered ? (
        <Compared key={row.hash} row={row} />
      ) : (
        <>
          <p>The case as it is saved has not been solved. What no change touches is known already.</p>
          <Solve name={row.name} hash={row.hash} done={solved} />
        </>
      )}
    </section>
  );
}

/** The answer to the case as it is, beside the one before. */
function Compared({ row }: { row: CaseRow }) {
  const runs = useLoad<RunInfo[]>("runs");
  const now = useLoad<Brief>(of(row.name, "answer", "brief"));
  const old = useMemo(() => {
    const others = (runs.data ?? []).filter((r) => r.case_hash !== row.hash).sort((a, b) => b.finished.localeCompare(a.finished));
    return others.find((r) => r.case === row.name) ?? others.find((r) => r.title === row.title) ?? null;
  }, [runs.data, row.hash]);
  const before = useLoad<Brief>(old ? `runs/${encodeURIComponent(old.hash)}/brief` : null);
  const error = runs.error ?? now.error ?? before.error;
  if (error) return <Trouble error={error} again={() => [runs, now, before].forEach((x) => x.again())} />;
  if (runs.data && !old)
    return (
      <p role="status">
        The case is solved as it is saved. <a href={to(row.name)}>Its answers</a>
      </p>
    );
  if (!old || !now.data || !before.data || !now.data.solved) return <p class="waiting">Reading what changed…</p>;
  return <Changes row={row} old={old} before={before.data} now={now.data} />;
}

const shown = 12;

function Changes({ row, old, before, now }: { row: CaseRow; old: RunInfo; before: Brief; now: Brief }) {
  const said = sentencesChanged(before, now);
  const moved = numbersChanged(before, now);
  return (
    <>
      <p role="status">
        The case is solved as it is saved. Against{" "}
        <a href={to(row.name, "", [], { run: old.hash })}>
          run {mark(old.hash)} of {new Date(old.finished).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}
        </a>
        {old.case !== row.name ? ` of the case ${old.case}` : ""}: {said.length === 0 && moved.length === 0 ? "every first sentence and every number reads the same." : `${said.length === 0 ? "no first sentence" : plural(said.length, "first sentence", "first sentences")} and ${moved.length === 0 ? "no number" : plural(moved.length, "number", "numbers")} ${said.length + moved.length === 1 ? "reads" : "read"} differently.`}{" "}
        <a href={to(row.name)}>The answers with the new numbers</a>
      </p>
      {said.map((c) => (
        <div class="said" key={c.question}>
          <h3>{c.question}</h3>
          <p>
            <b>Before:</b> {c.before || "nothing"}
          </p>
          <p>
            <b>Now:</b> {c.after || "nothing"}
          </p>
        </div>
      ))}
      {moved.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label="Numbers that changed">
          <table>
            <thead>
              <tr>
                <th scope="col">number</th>
                <th scope="col">where</th>
                <th scope="col" class="n">before</th>
                <th scope="col" class="n">now</th>
              </tr>
            </thead>
            <tbody>
              {moved.slice(0, shown).map((c, i) => {
                const w = c.effect ? change : level;
                return (
                  <tr key={i}>
                    <th scope="row">{c.name}</th>
                    <td>{c.effect ? words(c.where) : "baseline"}</td>
                    <td class="n">{w(c.style, c.before)}</td>
                    <td class="n">{w(c.style, c.after)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {moved.length > shown && <p class="note">and {moved.length - shown} more</p>}
    </>
  );
}
