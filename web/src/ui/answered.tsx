import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../answer";
import { get, of, Problem, type CaseRow } from "../api";
import { to } from "../route";
import { useLoad } from "./load";
import { Solve } from "./solve";
import { Trouble } from "./trouble";

// The answer is large and a function of the case's hash: the last one is kept for the next page.
let kept: { hash: string; answer: Answer } | null = null;

/** The answer of a case of a hash; null while it is read. */
export function useAnswer(name: string, hash: string | undefined): { here: { answer: Answer | null; error: unknown } | null; again: () => void } {
  const [got, set] = useState<{ hash: string; answer: Answer | null; error: unknown } | null>(null);
  const [turn, next] = useState(0);
  useEffect(() => {
    if (!hash) return;
    if (kept?.hash === hash) {
      set({ hash, answer: kept.answer, error: null });
      return;
    }
    const stop = new AbortController();
    get<Answer>(of(name, "answer"), stop.signal).then(
      (answer) => {
        kept = { hash, answer };
        set({ hash, answer, error: null });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) set({ hash, answer: null, error });
      },
    );
    return () => stop.abort();
  }, [name, hash, turn]);
  const again = () => {
    set(null);
    next((n) => n + 1);
  };
  return { here: got && got.hash === hash ? got : null, again };
}

/** A page that reads the answer: while it loads, where the case is unsolved, and where asking fails. */
export function Answered({ name, head, children }: { name: string; head: (row: CaseRow | undefined) => ComponentChildren; children: (a: Answer, row: CaseRow) => ComponentChildren }) {
  const cases = useLoad<CaseRow[]>("cases");
  const row = cases.data?.find((c) => c.name === name);
  const { here, again } = useAnswer(name, row?.hash);
  if (cases.error) return <Trouble error={cases.error} again={cases.again} />;
  if (cases.data && !row) return <Trouble error={`There is no case ${name} here.`} />;
  const unsolved = here?.error instanceof Problem && here.error.status === 404;
  return (
    <section class="page">
      {head(row)}
      {!here && <p class="waiting">Reading the answer…</p>}
      {here?.error != null && !unsolved && (row && row.errors > 0 ? <Faults name={name} /> : <Trouble error={here.error} again={again} />)}
      {unsolved && row && (
        <>
          <p>This case has not been solved as it stands. Solving takes some minutes; what is solved is kept.</p>
          <Solve name={name} hash={row.hash} done={again} />
        </>
      )}
      {here?.answer && row && children(here.answer, row)}
    </section>
  );
}

/** The errors that keep a case from being solved, each leading to its place. */
function Faults({ name }: { name: string }) {
  const check = useLoad<{ file: string; line: number; column: number; severity: string; message: string; hint?: string }[]>(of(name, "check"));
  const errors = (check.data ?? []).filter((d) => d.severity === "error");
  if (check.error) return <Trouble error={check.error} again={check.again} />;
  return (
    <div class="trouble">
      <p>The files of this case have errors; it can be solved once they are mended.</p>
      <ul>
        {errors.slice(0, 30).map((d, i) => (
          <li key={i}>
            <a href={to(name, "edit", [], { f: d.file })}>
              {d.file}:{d.line}:{d.column}
            </a>{" "}
            {d.message}
            {d.hint ? ` (${d.hint})` : ""}
          </li>
        ))}
      </ul>
      {errors.length > 30 && <p>and {errors.length - 30} more</p>}
    </div>
  );
}
