// The reads of the browser against the numbers of Go, which go test writes here and now:
// of a small case and, where its table is at hand, of the shipped one.
import { beforeAll, expect, test } from "vitest";
import { stateOf, Table, withState } from "../src/columns";
import { ascending, Comparison, mean, quantiles, readArm } from "../src/reads";
import { goNumbers, type Numbers } from "./go-numbers.mjs";

const far = 1e-12; // relative

interface Case {
  name: string;
  table: Table;
  weights: Map<string, Float64Array>;
  numbers: Numbers;
}

const cases: Case[] = [];

beforeAll(() => {
  for (const c of goNumbers()) cases.push({ name: c.name, table: new Table(c.table, c.columns), weights: new Map(c.table.views.map((v, i) => [v.id, new Float64Array(c.weights[i]!)])), numbers: c.numbers });
}, 600_000);

/** How far two numbers are apart, relative to a scale; what is undefined in one must be so in the other. */
function apart(a: number, b: number | null, scale = Math.abs(b ?? 0)): number {
  if (b === null) return Number.isFinite(a) ? Infinity : 0;
  return a === b ? 0 : Math.abs(a - b) / scale;
}

test("means, shares and quantiles of every view and arm are those of Go", () => {
  expect(cases.length).toBeGreaterThan(0);
  for (const c of cases) {
    const ids = c.table.meta.outcomes.map((o) => o.id);
    const read = new Map<string, ReturnType<typeof readArm>>();
    let most = 0;
    for (const n of c.numbers.arms) {
      const key = `${n.View} ${n.Act}=${n.State}`;
      const act = c.table.meta.variables.find((v) => v.id === n.Act)!;
      let r = read.get(key);
      if (!r) read.set(key, (r = readArm(c.table, c.weights.get(n.View)!, c.table.arm(n.Act, act.states.indexOf(n.State)), ids, c.numbers.shares)));
      const got = r[ids.indexOf(n.Outcome)]!;
      most = Math.max(most, apart(got.mean, n.Mean), apart(got.defined, n.Defined, 1), ...n.Quantiles.map((q, i) => apart(got.quantiles[i]!, q)));
      if (most > far) throw new Error(`${c.name}, ${key}, ${n.Outcome}: ${JSON.stringify(got)}, Go has ${JSON.stringify(n)}`);
    }
    expect(c.numbers.arms.length).toBeGreaterThan(10);
    console.log(`${c.name}: ${c.numbers.arms.length} reads, at most ${most} apart`);
  }
});

test("effects, their spread and the share in which the sign holds are those of Go", () => {
  for (const c of cases) {
    const ids = c.table.meta.outcomes.map((o) => o.id);
    const acts = new Map<string, Comparison>();
    const read = new Map<string, ReturnType<Comparison["read"]>>();
    let most = 0;
    for (const n of c.numbers.effects) {
      let x = acts.get(n.Act);
      if (!x) acts.set(n.Act, (x = new Comparison(c.table, n.Act, c.weights.get("reference")!)));
      const key = `${n.View} ${n.Act}=${n.state}`;
      let r = read.get(key);
      if (!r) read.set(key, (r = x.read(c.weights.get(n.View)!, n.state, ids, [0.05, 0.95])));
      const got = r[ids.indexOf(n.outcome)]!;
      const size = Math.max(Math.abs(n.with ?? 0), Math.abs(n.without ?? 0));
      most = Math.max(most, apart(got.with, n.with), apart(got.without, n.without), apart(got.effect, n.effect, size), apart(got.quantiles[0]!, n.change_low, size), apart(got.quantiles[1]!, n.change_high, size), apart(got.more, n.more, 1), apart(got.less, n.less, 1), apart(got.signHolds, n.sign_holds, 1));
      if (!(most <= far) || got.material !== n.material) throw new Error(`${c.name}, ${key}, ${n.outcome}: ${JSON.stringify(got)}, Go has ${JSON.stringify(n)}`);
    }
    expect(c.numbers.effects.length).toBeGreaterThan(3);
    console.log(`${c.name}: ${c.numbers.effects.length} effects, at most ${most} apart`);
  }
}, 60_000);

test("worlds are numbered by rising code, impossible ones have no number", () => {
  for (const { table: t } of cases) {
    expect(t.codes.length).toBe(t.meta.worlds);
    let found = 0;
    for (let code = 0; code < Math.min(t.meta.codes, 5000); code++) {
      const w = t.world(code);
      if (w < 0) continue;
      found++;
      expect(t.codes[w]).toBe(code);
    }
    expect(found).toBe(t.codes.filter((c) => c < 5000).length);
    const v = t.meta.variables[0]!;
    const code = withState(v, t.meta.baseline, v.states.length - 1);
    expect(stateOf(v, code)).toBe(v.states.length - 1);
    expect(withState(v, code, v.baseline)).toBe(t.meta.baseline);
    for (const [i, a] of t.meta.arms.entries()) expect(t.inArm(i).length, a.name).toBeGreaterThan(0);
    expect(t.meta.arms.reduce((n, _, i) => n + t.inArm(i).length, 0)).toBe(t.codes.length);
  }
  const gaps = cases.find((c) => c.table.meta.codes > c.table.meta.worlds)!.table;
  const impossible = [...Array(gaps.meta.codes).keys()].filter((c) => gaps.world(c) < 0);
  expect(impossible.length).toBe(gaps.meta.codes - gaps.meta.worlds);
});

test("a mean leaves out what has no value and gives equal values exactly", () => {
  expect(mean(Float64Array.of(0.1, 0.1, NaN), Float64Array.of(0.3, 0.7, 5))).toEqual({ mean: 0.1, defined: 1 });
  expect(mean(Float64Array.of(NaN), Float64Array.of(1)).mean).toBeNaN();
  const v = Float64Array.of(3, NaN, 1, 2);
  expect([...ascending(v)]).toEqual([2, 3, 0]);
  expect(quantiles(v, ascending(v), Float64Array.of(0.5, 1, 0.25, 0.25), [0.1, 0.5, 0.9])).toEqual([1, 2, 3]);
  expect(quantiles(v, ascending(v), Float64Array.of(0, 1, 0, 0), [0.5])).toEqual([NaN]);
});
