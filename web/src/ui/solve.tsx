import { of, post, type Job } from "../api";
import { Work } from "./work";

/** What can be asked for: the answer, or the flows expected over all worlds. */
const asked = {
  answer: { path: ["answer"], label: "Solve all worlds" },
  flows: { path: ["flows", "mean"], label: "Add them up" },
};

/** Work on a whole case: a button, its progress, and a way to stop it. */
export function Solve({ name, hash, kind = "answer", done }: { name: string; hash: string; kind?: keyof typeof asked; done: () => void }) {
  const { path, label } = asked[kind];
  return <Work key={`${kind} ${hash}`} label={label} ask={() => post<Job>(of(name, ...path))} mine={(j) => j.kind === kind && j.hash === hash} done={done} />;
}
