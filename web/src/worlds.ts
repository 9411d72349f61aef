// Worlds of a case beside each other: their texts and codes, how outcomes differ, and what
// one step from a world changes.
import type { Num } from "./answer";
import { stateOf, withState, type Table, type TableOutcome } from "./columns";
import { states, write } from "./ui/world";
import type { Variable } from "./meta";

/** A world as text with what its text names that the case has not. */
export function read(variables: Variable[], text: string): { chosen: Record<string, string>; text: string; unknown: string[] } {
  const chosen: Record<string, string> = {};
  const unknown: string[] = [];
  if (text !== "baseline")
    for (const [id, state] of Object.entries(states(text))) {
      const v = variables.find((v) => v.id === id);
      if (v?.states.includes(state)) chosen[id] = state;
      else unknown.push(`${id}=${state}`);
    }
  return { chosen, text: write(variables, chosen), unknown };
}

/** The code of a world by the states that differ from the baseline. */
export function codeOf(t: Table, chosen: Record<string, string>): number {
  let code = t.meta.baseline;
  for (const v of t.meta.variables) {
    const st = v.states.indexOf(chosen[v.id] ?? "");
    if (st >= 0) code = withState(v, code, st);
  }
  return code;
}

/** The text of the world of a code. */
export const textOf = (t: Table, code: number): string =>
  t.meta.variables
    .filter((v) => stateOf(v, code) !== v.baseline)
    .map((v) => `${v.id}=${v.states[stateOf(v, code)]}`)
    .join(",");

/** The values of outcomes in a world: of the table, or of the world solved by itself. */
export type Values = (id: string) => Num;

/** The values of the table in a world; null where it has no such world. */
export function ofTable(t: Table, code: number): Values | null {
  const world = t.world(code);
  if (world < 0) return null;
  return (id) => {
    const v = t.value(id, world);
    return Number.isFinite(v) ? v : null;
  };
}

export interface Difference {
  change: Num;
  /** Of the size of the first value, at least of the threshold: 1 is twice as much. Null where there is no change to speak of. */
  relative: Num;
  material: boolean;
  /** The first value is below the threshold, so that the change is no part of it worth telling. */
  nothing: boolean;
}

/** How a value differs from another one. */
export function difference(from: Num, to: Num, materiality: number): Difference {
  if (from === null || to === null) return { change: null, relative: null, material: (from === null) !== (to === null), nothing: false };
  const change = to - from;
  const scale = Math.max(Math.abs(from), materiality);
  return { change, relative: scale > 0 ? change / scale : null, material: change !== 0 && Math.abs(change) >= materiality, nothing: Math.abs(from) < materiality };
}

export interface Row {
  outcome: TableOutcome;
  base: Num;
  a: Num;
  b: Num;
  toBase: Difference; // of a against the baseline
  bToBase: Difference;
  apart: Difference; // of b against a
}

/** Outcomes of the baseline and of one or two worlds, the largest relative change first, those below their thresholds last. */
export function rows(outcomes: TableOutcome[], base: Values, a: Values, b: Values | null): Row[] {
  const out = outcomes.map((outcome) => {
    const { id, materiality } = outcome;
    const [x, y, z] = [base(id), a(id), b ? b(id) : null];
    return { outcome, base: x, a: y, b: z, toBase: difference(x, y, materiality), bToBase: b ? difference(x, z, materiality) : difference(0, 0, 0), apart: b ? difference(y, z, materiality) : difference(0, 0, 0) };
  });
  const size = (d: Difference) => (d.change === null && d.material ? Infinity : Math.abs(d.relative ?? 0));
  const key = (r: Row) => Math.max(size(r.toBase), size(r.bToBase));
  const order = new Map(out.map((r, i) => [r, i]));
  return out.sort((p, q) => Number(moves(q)) - Number(moves(p)) || key(q) - key(p) || order.get(p)! - order.get(q)!);
}

/** Whether some difference of a row passes its threshold. */
export const moves = (r: Row): boolean => r.toBase.material || r.bToBase.material || r.apart.material;

export interface Step {
  variable: string;
  state: string;
  text: string; // of the world one step away
  value: Num;
  change: Num; // against the world stepped from
  material: boolean;
}

/** What each variable by itself would change of an outcome at a world, the largest change first; worlds that cannot be are left out. */
export function steps(t: Table, code: number, id: string): Step[] {
  const o = t.outcome(id);
  const here = ofTable(t, code);
  if (!o || !here) return [];
  const out: Step[] = [];
  for (const v of t.meta.variables)
    for (let st = 0; st < v.states.length; st++) {
      if (st === stateOf(v, code)) continue;
      const there = withState(v, code, st);
      const values = ofTable(t, there);
      if (!values) continue;
      const d = difference(here(id), values(id), o.materiality);
      out.push({ variable: v.id, state: v.states[st]!, text: textOf(t, there), value: values(id), change: d.change, material: d.material });
    }
  return out.sort((p, q) => Math.abs(q.change ?? Infinity) - Math.abs(p.change ?? Infinity));
}
