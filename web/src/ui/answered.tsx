import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { format, type Answer, type Brief, type Parts } from "../answer";
import { get, of, Problem, type CaseRow } from "../api";
import { typeset } from "../numbers";
import { route, to } from "../route";
import { useLoad } from "./load";
import { RunNote } from "./run";
import { Solve } from "./solve";
import { Trouble } from "./trouble";

// What was read of an answer is a function of the case's hash, or of the run's: that of the last is
// kept for the next page.
let kept: { hash: string; brief: Brief; parts: Map<keyof Parts, unknown> } | null = null;

/** Address of an answer: that of the case as it stands, or of a run. */
export const answerOf = (name: string, run: string, ...parts: string[]): string => (run ? ["runs", run, ...parts].map(encodeURIComponent).join("/") : of(name, "answer", ...parts));

/** The run that the page shows, "" for the case as it stands. */
export const runHere = (): string => route.value.query.get("run") ?? "";

async function read<P extends keyof Parts>(name: string, run: string, hash: string, parts: readonly P[], signal: AbortSignal): Promise<Answer<P> | null> {
  let had = kept?.hash === hash ? kept : null;
  if (!had) {
    const brief = await get<Brief | { solved: false }>(answerOf(name, run, "brief"), signal);
    if (!brief.solved) return null;
    if (brief.format !== format) throw new Problem(0, `The server gives answers of format ${brief.format}, this tab reads ${format}: reload the page.`);
    had = kept = { hash, brief: printed(brief), parts: new Map() };
  }
  const { brief, parts: known } = had;
  await Promise.all(parts.filter((p) => !known.has(p)).map(async (p) => known.set(p, await get<unknown>(answerOf(name, run, "parts", p), signal))));
  return { ...brief, ...Object.fromEntries(parts.map((p) => [p, known.get(p)])) } as unknown as Answer<P>;
}

/** The brief with its sentences in the signs of print. */
const printed = (b: Brief): Brief => ({
  ...b,
  first: typeset(b.first),
  questions: (b.questions ?? []).map((q) => ({ ...q, first: typeset(q.first) })),
  ...(b.energy_first ? { energy_first: b.energy_first.map(typeset) } : {}),
  notes: (b.notes ?? []).map(typeset),
});

export interface Here<P extends keyof Parts> {
  answer: Answer<P> | null; // null where the case is unsolved as it stands, or asking failed
  error: unknown;
}

/** The answer of a case of a hash with the members named; null while it is read. */
export function useAnswer<P extends keyof Parts>(name: string, hash: string | undefined, parts: readonly P[], run = ""): { here: Here<P> | null; again: () => void } {
  const [got, set] = useState<(Here<P> & { hash: string }) | null>(null);
  const [turn, next] = useState(0);
  useEffect(() => {
    if (!hash) return;
    const stop = new AbortController();
    read(name, run, hash, parts, stop.signal).then(
      (answer) => {
        if (!stop.signal.aborted) set({ hash, answer, error: null });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) set({ hash, answer: null, error });
      },
    );
    return () => stop.abort();
  }, [name, run, hash, turn, parts.join()]);
  const again = () => {
    set(null);
    next((n) => n + 1);
  };
  return { here: got && got.hash === hash ? got : null, again };
}

/** A page that reads the answer: while it loads, where the case is unsolved, and where asking fails. */
export function Answered<P extends keyof Parts = never>({
  name,
  head,
  parts = [],
  children,
}: {
  name: string;
  head: (row: CaseRow | undefined) => ComponentChildren;
  parts?: readonly P[];
  children: (a: Answer<P>, row: CaseRow) => ComponentChildren;
}) {
  const cases = useLoad<CaseRow[]>("cases");
  const row = cases.data?.find((c) => c.name === name);
  const run = runHere();
  const broken = !run && row !== undefined && row.errors > 0;
  const { here, again } = useAnswer(name, broken ? undefined : run || row?.hash, parts, run);
  if (cases.error) return <Trouble error={cases.error} again={cases.again} />;
  if (cases.data && !row) return <Trouble error={`There is no case ${name} here.`} />;
  return (
    <section class="page">
      {head(row)}
      {run && row && <RunNote hash={run} row={row} />}
      {broken && <Faults name={name} />}
      {!broken && !here && <p class="waiting">Reading the answer…</p>}
      {here?.error != null && <Trouble error={here.error} again={again} />}
      {here && here.error == null && !here.answer && row && (
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
