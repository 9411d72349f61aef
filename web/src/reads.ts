// Weighted reads of the table of worlds, in the order of summation of the Go package
// answer (sum.go, reading.go, change.go), so that both give the same numbers:
//
//   1. weights of worlds are added into rows in rising order of the worlds;
//   2. sums over rows run in blocks of 1024, the blocks' sums are added in order;
//   3. a mean is taken around the first defined value that has weight;
//   4. quantiles go through the rows by value, then by number.
//
//   const c = new Comparison(t, "pact", await openWeights(name, t, "reference"))   once an act
//   c.read(weights, "in_force", ids)    with, without, effect, spread of the change and share in which its sign holds
//   readArm(t, weights, arm, ids)       mean and 10, 50, 90 % of each outcome
//
// weights: a number for each world, all arms in one array, as openWeights gives them.
import { stateOf, type Table } from "./columns";

const block = 1024;

/** By what share a quantile's weight may fall short: rounding must not push the last value out of reach. */
const reach = 1e-12;

/** Adds f(0), …, f(n-1) of an array by places in fixed blocks. */
function sumAt(values: Float64Array, at: Int32Array): number {
  let total = 0;
  for (let lo = 0; lo < at.length; lo += block) {
    let part = 0;
    const hi = Math.min(lo + block, at.length);
    for (let i = lo; i < hi; i++) part += values[at[i]!]!;
    total += part;
  }
  return total;
}

/** The weights of the rows of each engine in an arm. */
export function rowWeights(t: Table, weights: Float64Array, arm: number): Float64Array[] {
  const list = t.inArm(arm);
  return t.meta.engines.map((e, k) => {
    const out = new Float64Array(e.rows);
    const row = t.rowOf[k]!;
    for (let i = 0; i < list.length; i++) {
      const w = list[i]!;
      const r = row[w]!;
      out[r] = out[r]! + weights[w]!;
    }
    return out;
  });
}

/** The weighted mean of values; those that are NaN are left out, and defined is the weight of the others. */
export function mean(values: Float64Array, weights: Float64Array): { mean: number; defined: number } {
  let first = -1;
  for (let i = 0; i < values.length; i++)
    if (values[i] === values[i] && weights[i]! > 0) {
      first = i;
      break;
    }
  if (first < 0) return { mean: NaN, defined: 0 };
  const ref = values[first]!;
  let sum = 0;
  let defined = 0;
  for (let lo = 0; lo < values.length; lo += block) {
    let part = 0;
    let weight = 0;
    const hi = Math.min(lo + block, values.length);
    for (let i = lo; i < hi; i++) {
      const w = weights[i]!;
      const v = values[i]!;
      if (w !== 0 && v === v) {
        part += w * (v - ref);
        weight += w;
      }
    }
    sum += part;
    defined += weight;
  }
  return { mean: ref + sum / defined, defined };
}

/** The places of values in rising order, then by place; NaN left out. */
export function ascending(values: Float64Array): Int32Array {
  const out: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) out.push(i);
  return Int32Array.from(out).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** The smallest values at which the weights of values up to them reach shares of all weight; NaN for no weight. Shares rise. */
export function quantiles(values: Float64Array, order: Int32Array, weights: Float64Array, shares: readonly number[]): number[] {
  const out = shares.map(() => NaN);
  const total = sumAt(weights, order);
  if (!(total > 0)) return out;
  let acc = 0;
  let k = 0;
  let last = NaN;
  for (let i = 0; i < order.length && k < shares.length; i++) {
    const w = weights[order[i]!]!;
    if (!(w > 0)) continue;
    acc += w;
    last = values[order[i]!]!;
    while (k < shares.length && acc >= shares[k]! * total * (1 - reach)) out[k++] = last;
  }
  while (k < shares.length) out[k++] = last;
  return out;
}

export interface Read {
  mean: number; // NaN: no value
  defined: number; // share of the weight in which the outcome has a value
  quantiles: number[]; // at the shares asked for
}

export const tenths = [0.1, 0.5, 0.9] as const;

const orders = new WeakMap<Table, Map<string, Int32Array>>();

/** The rows of an outcome by value, put in order once. */
function orderOf(t: Table, id: string): Int32Array {
  let of = orders.get(t);
  if (!of) orders.set(t, (of = new Map()));
  let o = of.get(id);
  if (!o) of.set(id, (o = ascending(t.column(id))));
  return o;
}

/** Outcomes in an arm. */
export function readArm(t: Table, weights: Float64Array, arm: number, ids: string[], shares: readonly number[] = tenths): Read[] {
  const rows = rowWeights(t, weights, arm);
  return ids.map((id) => {
    const w = rows[t.outcome(id)!.engine]!;
    const values = t.column(id);
    const m = mean(values, w);
    return { mean: m.mean, defined: Math.min(m.defined, 1), quantiles: quantiles(values, orderOf(t, id), w, shares) };
  });
}

export interface Effect {
  with: number;
  without: number;
  effect: number;
  material: boolean;
  /** Of the change world by world, at the shares asked for. */
  quantiles: number[];
  /** Shares of the weight in which the change is material and up, or down, or below materiality. */
  more: number;
  less: number;
  flat: number;
  /** Share of the weight in which the change has the sign of the effect, or stays below materiality as it does. */
  signHolds: number;
}

interface Cells {
  group: Int32Array; // by cell
  row: Int32Array;
  of: (Int32Array | null)[]; // by state of the act: the cell of each world of its arm
  terms: { start: Int32Array; row: Int32Array; weight: Float64Array }; // the reference without the act, by group and row
}

/**
 * The comparison of the states of an act with its baseline, the other acts at theirs. The
 * change in a world is its value less the mean that the case's reference expects without
 * the act given what the world has of the variables that do not descend from the act.
 * What does not depend on the weights is worked out once.
 */
export class Comparison {
  private readonly act;
  private readonly arms: number[]; // by state, -1: none
  private readonly cells: Cells[]; // by engine
  private readonly still: boolean[]; // by engine: nothing that descends from the act reaches it
  private readonly groups: number;
  private readonly changes = new Map<string, { change: Float64Array; order: Int32Array }>();

  constructor(
    readonly t: Table,
    act: string,
    reference: Float64Array,
  ) {
    const vars = t.meta.variables;
    const at = vars.findIndex((v) => v.id === act);
    if (at < 0) throw new Error(`There is no act ${act}.`);
    this.act = vars[at]!;
    const acts = new Set(Object.keys(t.meta.arms[0]?.states ?? {}));
    const moved = vars.map((_, v) => v === at);
    for (let changed = true; changed; ) {
      changed = false;
      vars.forEach((x, v) => {
        if (!moved[v] && x.influenced_by.some((p) => moved[p])) changed = moved[v] = true;
      });
    }
    this.still = t.meta.engines.map((e) => !e.depends.some((d, v) => d && moved[v]));
    this.arms = this.act.states.map((_, st) => t.arm(act, st));
    const common = vars.filter((v, i) => !moved[i] && !acts.has(v.id));
    const number = new Map<number, number>();
    const groupsOf = (list: Int32Array): Int32Array => {
      const out = new Int32Array(list.length);
      for (let i = 0; i < list.length; i++) {
        let key = 0;
        for (const v of common) key += stateOf(v, t.codes[list[i]!]!) * v.stride;
        let g = number.get(key);
        if (g === undefined) number.set(key, (g = number.size));
        out[i] = g;
      }
      return out;
    };
    const base = t.inArm(this.arms[this.act.baseline]!);
    const before = groupsOf(base);
    const groupOf = this.arms.map((arm, st) => (st === this.act.baseline || arm < 0 ? null : groupsOf(t.inArm(arm))));
    this.groups = number.size;
    this.cells = t.meta.engines.map((e, k) => this.cellsOf(k, e.rows, base, before, groupOf, reference));
  }

  private cellsOf(engine: number, rows: number, base: Int32Array, before: Int32Array, groupOf: (Int32Array | null)[], reference: Float64Array): Cells {
    const rowOf = this.t.rowOf[engine]!;
    const sums = new Map<number, number>();
    for (let i = 0; i < base.length; i++) {
      const w = reference[base[i]!]!;
      if (!(w > 0)) continue;
      const key = before[i]! * rows + rowOf[base[i]!]!;
      sums.set(key, (sums.get(key) ?? 0) + w);
    }
    const keys = Float64Array.from(sums.keys()).sort();
    const terms = { start: new Int32Array(this.groups + 1), row: new Int32Array(keys.length), weight: new Float64Array(keys.length) };
    keys.forEach((key, i) => {
      terms.row[i] = key % rows;
      terms.weight[i] = sums.get(key)!;
      terms.start[Math.floor(key / rows) + 1] = i + 1;
    });
    for (let g = 0; g < this.groups; g++) terms.start[g + 1] = Math.max(terms.start[g + 1]!, terms.start[g]!);
    const number = new Map<number, number>();
    const group: number[] = [];
    const row: number[] = [];
    const of = groupOf.map((groups, st) => {
      if (!groups) return null;
      const list = this.t.inArm(this.arms[st]!);
      const out = new Int32Array(list.length);
      for (let i = 0; i < list.length; i++) {
        const r = rowOf[list[i]!]!;
        const key = groups[i]! * rows + r;
        let n = number.get(key);
        if (n === undefined) {
          number.set(key, (n = group.length));
          group.push(groups[i]!);
          row.push(r);
        }
        out[i] = n;
      }
      return out;
    });
    return { group: Int32Array.from(group), row: Int32Array.from(row), of, terms };
  }

  /** The change of an outcome by cell; NaN where it has none. */
  private change(id: string): { change: Float64Array; order: Int32Array } {
    let c = this.changes.get(id);
    if (c) return c;
    const x = this.cells[this.t.outcome(id)!.engine]!;
    const values = this.t.column(id);
    const y0 = new Float64Array(this.groups).fill(NaN);
    for (let g = 0; g < this.groups; g++) {
      let ref = NaN;
      let sum = 0;
      let weight = 0;
      for (let i = x.terms.start[g]!; i < x.terms.start[g + 1]!; i++) {
        const v = values[x.terms.row[i]!]!;
        if (v !== v) continue;
        if (ref !== ref) ref = v;
        sum += x.terms.weight[i]! * (v - ref);
        weight += x.terms.weight[i]!;
      }
      if (weight > 0) y0[g] = ref + sum / weight;
    }
    const change = new Float64Array(x.row.length);
    for (let k = 0; k < change.length; k++) change[k] = values[x.row[k]!]! - y0[x.group[k]!]!;
    this.changes.set(id, (c = { change, order: ascending(change) }));
    return c;
  }

  /** The effects of a state of the act on outcomes. */
  read(weights: Float64Array, state: string, ids: string[], shares: readonly number[] = tenths): Effect[] {
    const t = this.t;
    const st = this.act.states.indexOf(state);
    const arm = this.arms[st] ?? -1;
    if (st < 0 || st === this.act.baseline || arm < 0) throw new Error(`${this.act.id} has no state ${state} to compare.`);
    const without = rowWeights(t, weights, this.arms[this.act.baseline]!);
    const own = rowWeights(t, weights, arm);
    const list = t.inArm(arm);
    // Where rows do not depend on what the act moves, both arms have the same rows: to the last bit.
    const rows = own.map((w, k) => (this.still[k] ? without[k]! : w));
    const cells = this.cells.map((x) => {
      const out = new Float64Array(x.row.length);
      const of = x.of[st]!;
      for (let i = 0; i < list.length; i++) {
        const k = of[i]!;
        out[k] = out[k]! + weights[list[i]!]!;
      }
      return out;
    });
    return ids.map((id) => {
      const o = t.outcome(id)!;
      const values = t.column(id);
      const a = mean(values, rows[o.engine]!).mean;
      const b = mean(values, without[o.engine]!).mean;
      const { change, order } = this.change(id);
      const s = statistics(change, order, cells[o.engine]!, o.materiality, shares);
      const effect = a - b;
      const material = effect === effect && effect !== 0 && Math.abs(effect) >= o.materiality;
      return { with: a, without: b, effect, material, ...s, signHolds: !material ? s.flat : effect > 0 ? s.more : s.less };
    });
  }
}

/** How a change is spread over the weight. */
function statistics(change: Float64Array, order: Int32Array, weights: Float64Array, materiality: number, shares: readonly number[]) {
  const total = sumAt(weights, order);
  const q = shares.map(() => NaN);
  if (!(total > 0)) return { quantiles: q, more: NaN, less: NaN, flat: NaN };
  let more = 0;
  let less = 0;
  let flat = 0;
  let acc = 0;
  let k = 0;
  for (let i = 0; i < order.length; i++) {
    const p = weights[order[i]!]!;
    if (p === 0) continue;
    const d = change[order[i]!]!;
    acc += p;
    while (k < shares.length && acc >= shares[k]! * total * (1 - reach)) q[k++] = d;
    if (d >= materiality && d > 0) more += p;
    else if (d <= -materiality && d < 0) less += p;
    else flat += p;
  }
  return { quantiles: q, more: more / total, less: less / total, flat: flat / total };
}
