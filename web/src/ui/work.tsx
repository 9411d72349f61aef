import { useEffect, useState } from "preact/hooks";
import { get, send, watch, type Job } from "../api";
import { Trouble } from "./trouble";

const stages: Record<string, string> = {
  routes: "Finding routes",
  worlds: "Solving worlds",
  "power and gas": "Solving power and gas",
  "flows of freight": "Adding up the flows of freight",
  "flows of power and gas": "Adding up the flows of power and gas",
};

/** A job of the server: a button that asks for it, its progress, and a way to stop it. */
export function Work({ label, ask, mine, done }: { label: string; ask: () => Promise<Job>; mine: (j: Job) => boolean; done: () => void }) {
  const [job, set] = useState<Job | null>(null);
  const [error, fail] = useState<unknown>(null);
  // A job that is already under way, asked for in another tab or before a reload, or one that was cut off.
  useEffect(() => {
    let here = true;
    get<Job[]>("jobs").then(
      (all) => {
        const j = all.find((j) => mine(j) && ["waiting", "running", "cut_off"].includes(j.state));
        if (here && j) set((now) => now ?? j);
      },
      () => {},
    );
    return () => {
      here = false;
    };
  }, []);
  const [asked, wait] = useState(false);
  const [silent, hush] = useState(false);
  const id = job?.id;
  useEffect(() => {
    if (!id) return;
    return watch(
      id,
      (j) => {
        set(j);
        if (j.state === "done") done();
      },
      () => {
        set(null);
        fail(new Error("The server was started anew while this was being solved. What it had solved is kept: ask again."));
      },
      hush,
    );
  }, [id]);
  const start = () => {
    fail(null);
    wait(true);
    ask()
      .then(set, fail)
      .finally(() => wait(false));
  };
  const busy = job?.state === "waiting" || job?.state === "running";
  return (
    <div class="solve">
      {!busy && (
        <button type="button" class="main" disabled={asked} onClick={start}>
          {label}
        </button>
      )}
      {job && busy && (
        <>
          {/* Each stage is spoken; the counts, which change some times a second, are read where they stand. */}
          <p>
            <span role="status">{job.state === "waiting" ? "Waiting for its turn" : (stages[job.stage ?? ""] ?? job.stage ?? "Starting")}</span>
            {job.total > 1 ? `, ${job.done} of ${job.total}` : ""}
            {job.cached > 0 ? ` (${job.cached} were known)` : ""}
          </p>
          <progress max={Math.max(1, job.total)} value={job.total > 1 ? job.done : undefined} aria-label="Progress" />
          {silent && <p role="alert">astara serve does not answer. This goes on as soon as it does.</p>}
          <button type="button" onClick={() => void send("DELETE", `jobs/${job.id}`).catch(fail)}>
            Stop
          </button>
        </>
      )}
      {job?.state === "cancelled" && <p>Stopped. What was solved is kept.</p>}
      {job?.state === "cut_off" && <p>This was cut off when the server ended. What was solved is kept, and asking again goes on from there.</p>}
      {job?.state === "failed" && <Trouble error={job.problem} />}
      {error !== null && <Trouble error={error} />}
    </div>
  );
}
