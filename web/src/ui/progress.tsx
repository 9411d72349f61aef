import { useEffect, useState } from "preact/hooks";
import { send, watch, type Job } from "../api";
import { Trouble } from "./trouble";

const stages: Record<string, string> = {
  routes: "Finding routes",
  worlds: "Solving worlds",
  "power and gas": "Solving power and gas",
  draws: "Solving draws of what is not known",
  "draws of power and gas": "Solving draws of power and gas",
  "borders shut": "Shutting each border",
  "soil shut": "Shutting the soil of each state",
  "flows of freight": "Adding up the flows of freight",
  "flows of power and gas": "Adding up the flows of power and gas",
};

/** Whether a job waits or runs. */
export const busy = (j: Job | null | undefined): j is Job => j?.state === "waiting" || j?.state === "running";

/**
 * How far a job is, followed until it is finished, and a way to stop it; names are those of
 * stages that this job calls otherwise. Each stage is spoken; the counts, which change some
 * times a second, are read where they stand.
 */
export function Progress({ job, told, lost, names = {} }: { job: Job; told: (j: Job) => void; lost: () => void; names?: Record<string, string> }) {
  const [silent, hush] = useState(false);
  const [error, fail] = useState<unknown>(null);
  useEffect(() => watch(job.id, told, lost, hush), [job.id]);
  const stage = job.stage ?? "";
  return (
    <>
      <p>
        <span role="status">{job.state === "waiting" ? "Waiting for its turn" : (names[stage] ?? stages[stage] ?? (stage || "Starting"))}</span>
        {job.total > 1 ? `, ${job.done} of ${job.total}` : ""}
        {job.cached > 0 ? ` (${job.cached} were known)` : ""}
      </p>
      <progress max={Math.max(1, job.total)} value={job.total > 1 ? job.done : undefined} aria-label="Progress" />
      {silent && <p role="alert">astara serve does not answer. This goes on as soon as it does.</p>}
      <button type="button" onClick={() => void send("DELETE", `jobs/${job.id}`).catch(fail)}>
        Stop
      </button>
      {error !== null && <Trouble error={error} />}
    </>
  );
}
