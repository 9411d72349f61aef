import { useEffect, useState } from "preact/hooks";
import { get, of, post, send, watch, type Job } from "../api";
import { Trouble } from "./trouble";

const stages: Record<string, string> = {
  routes: "Finding routes",
  worlds: "Solving worlds",
  "power and gas": "Solving power and gas",
  "flows of freight": "Adding up the flows of freight",
  "flows of power and gas": "Adding up the flows of power and gas",
};

/** What can be asked for: the answer, or the flows expected over all worlds. */
const asked = {
  answer: { path: ["answer"], label: "Solve all worlds" },
  flows: { path: ["flows", "mean"], label: "Add them up" },
};

/** Work that takes long: a button, its progress, and a way to stop it. */
export function Solve({ name, hash, kind = "answer", done }: { name: string; hash: string; kind?: keyof typeof asked; done: () => void }) {
  const [job, set] = useState<Job | null>(null);
  const [error, fail] = useState<unknown>(null);
  // A job that is already under way, asked for in another tab or before a reload.
  useEffect(() => {
    let here = true;
    get<Job[]>("jobs").then(
      (all) => {
        const j = all.find((j) => j.kind === kind && j.hash === hash && (j.state === "waiting" || j.state === "running"));
        if (here && j) set(j);
      },
      () => {},
    );
    return () => {
      here = false;
    };
  }, [hash, kind]);
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
        fail(new Error("The server was started anew while this case was being solved. What it had solved is kept: ask again."));
      },
    );
  }, [id]);
  const start = () => {
    fail(null);
    post<Job>(of(name, ...asked[kind].path)).then(set, fail);
  };
  const busy = job?.state === "waiting" || job?.state === "running";
  return (
    <div class="solve">
      {!busy && (
        <button type="button" class="main" onClick={start}>
          {asked[kind].label}
        </button>
      )}
      {job && busy && (
        <>
          <p role="status">
            {job.state === "waiting" ? "Waiting for its turn" : (stages[job.stage ?? ""] ?? job.stage ?? "Starting")}
            {job.total > 1 ? `, ${job.done} of ${job.total}` : ""}
            {job.cached > 0 ? ` (${job.cached} were known)` : ""}
          </p>
          <progress max={Math.max(1, job.total)} value={job.total > 1 ? job.done : undefined} aria-label="Progress" />
          <button type="button" onClick={() => void send("DELETE", `jobs/${job.id}`).catch(fail)}>
            Stop
          </button>
        </>
      )}
      {job?.state === "cancelled" && <p>Stopped. What was solved is kept.</p>}
      {job?.state === "failed" && <Trouble error={job.problem} />}
      {error !== null && <Trouble error={error} />}
    </div>
  );
}
