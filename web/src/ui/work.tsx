import { useEffect, useState } from "preact/hooks";
import { get, type Job } from "../api";
import { busy, Progress } from "./progress";
import { Trouble } from "./trouble";

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
  const start = () => {
    fail(null);
    wait(true);
    ask()
      .then((j) => {
        set(j);
        if (j.state === "done") done(); // it was at hand
      }, fail)
      .finally(() => wait(false));
  };
  return (
    <div class="solve">
      {busy(job) ? (
        <Progress
          job={job}
          told={(j) => {
            set(j);
            if (j.state === "done") done();
          }}
          lost={() => {
            set(null);
            fail(new Error("The server was started anew while this was being solved. What it had solved is kept: ask again."));
          }}
        />
      ) : (
        <button type="button" class="main" disabled={asked} onClick={start}>
          {label}
        </button>
      )}
      {job?.state === "cancelled" && <p>Stopped. What was solved is kept.</p>}
      {job?.state === "cut_off" && <p>This was cut off when the server ended. What was solved is kept, and asking again goes on from there.</p>}
      {job?.state === "failed" && <Trouble error={job.problem} />}
      {error !== null && <Trouble error={error} />}
    </div>
  );
}
