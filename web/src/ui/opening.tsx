import { useEffect, useState } from "preact/hooks";
import { follow, type Opening as State } from "../api";
import "./opening.css";

const stages: Record<string, string> = {
  waiting: "Waiting for other work of the server",
  routes: "Finding routes, by market",
  outcomes: "Looking outcomes up in the routes",
  run: "Solving what is shown",
};

/** What is said while a run is opened on the server: how far it is, counted by the server. */
export function Opening({ name, what }: { name: string; what: string }) {
  const [state, set] = useState<State | null>(null);
  useEffect(() => follow(name, set), [name]);
  const counted = state?.working && state.total > 0;
  return (
    <div class="under-way">
      <p class="note" role="status">
        {what}…
      </p>
      {state?.working && (
        <>
          <progress max={counted ? state.total : undefined} value={counted ? state.done : undefined} aria-label="Progress" />
          <p class="note">
            {stages[state.stage ?? ""] ?? state.stage}
            {counted ? `, ${state.done} of ${state.total}` : ""}. The first run of a case prepares its network; further ones are quick.
          </p>
        </>
      )}
    </div>
  );
}
