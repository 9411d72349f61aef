// The effect of an act under completed weights, from the columns in the browser.
import type { Completed } from "./beliefs";
import type { Table } from "./columns";
import { mean, rowWeights } from "./reads";

export interface EffectNow {
  with: number;
  without: number;
  effect: number;
}

/** Engines whose rows are the same whatever an act does: it has no effect there, to the last bit. */
export function still(t: Table, act: string): boolean[] {
  const vars = t.meta.variables;
  const moved = vars.map((v) => v.id === act);
  for (let changed = true; changed; ) {
    changed = false;
    vars.forEach((v, i) => {
      if (!moved[i] && v.influenced_by.some((p) => moved[p])) changed = moved[i] = true;
    });
  }
  return t.meta.engines.map((e) => !e.depends.some((d, v) => d && moved[v]));
}

/** Effects of a state of an act on outcomes, with weights of the worlds of both arms. */
export function effects(t: Table, c: Completed, act: string, state: string, ids: string[]): EffectNow[] {
  const v = t.meta.variables.find((x) => x.id === act);
  const st = v?.states.indexOf(state) ?? -1;
  if (!v || st < 0) throw new Error(`There is no state ${state} of ${act}.`);
  const base = t.arm(act, v.baseline);
  const arm = t.arm(act, st);
  const a = t.inArm(base);
  const b = t.inArm(arm);
  if (c.head.table !== t.meta.hash || a.length !== c.without.length || b.length !== c.with.length) throw new Error("The weights are of another table. Reload the page.");
  const weights = new Float64Array(t.meta.worlds);
  for (let i = 0; i < a.length; i++) weights[a[i]!] = c.without[i]!;
  for (let i = 0; i < b.length; i++) weights[b[i]!] = c.with[i]!;
  const without = rowWeights(t, weights, base);
  const same = still(t, act);
  const own = rowWeights(t, weights, arm).map((w, k) => (same[k] ? without[k]! : w));
  return ids.map((id) => {
    const engine = t.outcome(id)!.engine;
    const values = t.column(id);
    const x = mean(values, own[engine]!).mean;
    const y = mean(values, without[engine]!).mean;
    return { with: x, without: y, effect: x - y };
  });
}
