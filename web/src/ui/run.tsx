import type { CaseRow } from "../api";
import { to } from "../route";
import { mark } from "../share";
import { useLoad } from "./load";
import { Trouble } from "./trouble";
import "./run.css";

export interface RunInfo {
  hash: string;
  case: string;
  case_hash: string;
  title: string;
  program: string;
  finished: string;
  seconds: number;
}

/** Above an answer that is a run's: which run, and whether the case has changed since. */
export function RunNote({ hash, row }: { hash: string; row: CaseRow }) {
  const runs = useLoad<RunInfo[]>("runs");
  const r = runs.data?.find((x) => x.hash === hash);
  if (runs.error) return <Trouble error={runs.error} again={runs.again} />;
  if (!runs.data) return null;
  return (
    <div class="ran" role="status">
      <p>
        {r ? (
          <>
            This is the answer of run {mark(hash)}, of {new Date(r.finished).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })} ({r.program}).{" "}
            {r.case !== row.name ? `It is of the case ${r.case}.` : r.case_hash === row.hash ? "The case has not changed since." : "The case has changed since."}
          </>
        ) : (
          `There is no run ${mark(hash)} here.`
        )}{" "}
        <a href={to(row.name)}>The answer to the case as it stands</a> · <a href={to(row.name, "share", [], r ? { a: hash } : undefined)}>All runs</a>
      </p>
    </div>
  );
}
