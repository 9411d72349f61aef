// Measured in the browser: a weighted read of every world and 40 outcomes, weights given.
import { Table, type TableMeta } from "../src/columns";
import { Comparison, readArm } from "../src/reads";

const median = (xs: number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1]!;

export async function bench(base: string, outcomes: number, turns: number) {
  const bytes = async (at: string) => (await fetch(`${base}/${at}`)).arrayBuffer();
  const begun = performance.now();
  const meta = (await (await fetch(`${base}/table`)).json()) as TableMeta;
  const t = new Table(meta, await bytes("table/columns"));
  const opened = performance.now() - begun;
  const weights = new Float64Array(await bytes(`table/weights?view=${meta.views[0]!.id}`));
  const reference = new Float64Array(await bytes("table/weights?view=reference"));
  const ids = meta.outcomes.slice(0, outcomes).map((o) => o.id);
  const act = meta.variables.find((v) => v.kind === "act")!;
  const state = act.states.find((_, i) => i !== act.baseline)!;
  const first = performance.now();
  const c = new Comparison(t, act.id, reference);
  c.read(weights, state, ids);
  const prepared = performance.now() - first;
  const times = (f: () => void) =>
    Array.from({ length: turns }, () => {
      weights[0] = Math.random(); // another weight each time, as when dragging
      const at = performance.now();
      f();
      return performance.now() - at;
    });
  const all = times(() => meta.arms.forEach((_, i) => readArm(t, weights, i, ids)));
  const effects = times(() => c.read(weights, state, ids));
  return { worlds: meta.worlds, outcomes: ids.length, arms: meta.arms.length, opened, prepared, read: median(all), worst: Math.max(...all), effects: median(effects) };
}
