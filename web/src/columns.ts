// The table of worlds in typed arrays, as the API gives it (docs/formats/columns.md).
//
//   const t = await openTable(name)              description and columns; a Problem of status 404 where the table is not at hand
//   const w = await openWeights(name, t, "mixture")   a weight for each world, all arms in one array
//   t.column("west_tonnes")                      outcome by row of its engine, canonical units, NaN where undefined
//   t.value("west_tonnes", t.world(code))        outcome in a world
//
// A world is a code in mixed radix: state of variable v = floor(code / stride) mod number
// of states. Worlds are numbered 0, 1, … in rising order of their codes; impossible ones
// have no number. An arm is a combination of states of the acts; the weights of its worlds
// sum to 1. reads.ts reads columns with weights.
import { get, of, Problem, send } from "./api";
import type { View } from "./answer";

export interface TableMeta {
  format: number;
  case: string;
  hash: string;
  bytes: number;
  worlds: number;
  codes: number;
  baseline: number; // code
  variables: TableVariable[];
  engines: { name: string; rows: number; depends: boolean[]; unsettled: number[] }[];
  outcomes: TableOutcome[];
  sections: { name: string; type: "uint16" | "uint32" | "float64"; start: number; count: number }[];
  arms: { name: string; states: Record<string, number> }[];
  views: (View & { hash: string })[];
}

export interface TableVariable {
  id: string;
  name: string;
  kind: "act" | "event" | "position" | "fact";
  states: string[];
  baseline: number;
  stride: number;
  influenced_by: number[];
}

export interface TableOutcome {
  id: string;
  name: string;
  about?: string;
  measure: string;
  unit: string;
  good: "up" | "down" | "none";
  corridor?: string;
  materiality: number;
  engine: number;
  asked: boolean;
}

export type Rows = Uint16Array | Uint32Array;

/** The format that this app reads. */
const format = 1;

export class Table {
  readonly codes: Uint32Array; // by world, ascending
  readonly rowOf: Rows[]; // by engine, by world
  private readonly columns = new Map<string, Float64Array>();
  private readonly outcomes = new Map<string, TableOutcome>();
  private readonly lists: (Int32Array | undefined)[] = [];

  constructor(
    readonly meta: TableMeta,
    body: ArrayBuffer,
  ) {
    if (meta.format !== format) throw new Error(`The table has format ${meta.format}; this app reads ${format}. Reload the page.`);
    if (body.byteLength !== meta.bytes) throw new Error(`${body.byteLength} bytes of columns, ${meta.bytes} expected.`);
    const at = new Map(meta.sections.map((s) => [s.name, s]));
    const part = (name: string): Uint16Array | Uint32Array | Float64Array => {
      const s = at.get(name);
      if (!s) throw new Error(`The table has no column ${name}.`);
      return s.type === "float64" ? new Float64Array(body, s.start, s.count) : s.type === "uint32" ? new Uint32Array(body, s.start, s.count) : new Uint16Array(body, s.start, s.count);
    };
    const steps = part("steps");
    this.codes = new Uint32Array(steps.length);
    for (let i = 0, code = 0; i < steps.length; i++) this.codes[i] = code += steps[i]!;
    this.rowOf = meta.engines.map((e) => part(`row/${e.name}`) as Rows);
    for (const o of meta.outcomes) {
      this.outcomes.set(o.id, o);
      this.columns.set(o.id, part(`outcome/${o.id}`) as Float64Array);
    }
  }

  /** An outcome by row of its engine. */
  column(id: string): Float64Array {
    const c = this.columns.get(id);
    if (!c) throw new Error(`The table has no outcome ${id}.`);
    return c;
  }

  outcome(id: string): TableOutcome | undefined {
    return this.outcomes.get(id);
  }

  /** The number of a world by its code, -1 for an impossible one. */
  world(code: number): number {
    if (this.codes.length === this.meta.codes) return code < this.codes.length ? code : -1;
    let lo = 0;
    let hi = this.codes.length;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if (this.codes[mid]! < code) lo = mid + 1;
      else hi = mid;
    }
    return this.codes[lo] === code ? lo : -1;
  }

  /** An outcome in a world by its number; NaN where undefined. */
  value(id: string, world: number): number {
    const o = this.outcomes.get(id);
    return o && world >= 0 ? this.column(id)[this.rowOf[o.engine]![world]!]! : NaN;
  }

  /** Whether the solving of a world reached its tolerance, in every engine. */
  settled(world: number): boolean {
    return this.meta.engines.every((e, i) => !e.unsettled.includes(this.rowOf[i]![world]!));
  }

  /** The worlds of an arm by number, ascending. */
  inArm(arm: number): Int32Array {
    return (this.lists[arm] ??= this.list(arm));
  }

  private list(arm: number): Int32Array {
    const a = this.meta.arms[arm];
    const held = this.meta.variables.filter((v) => a?.states[v.id] !== undefined).map((v) => ({ v, state: a!.states[v.id]! }));
    const out: number[] = [];
    for (let i = 0; i < this.codes.length; i++) if (held.every((h) => stateOf(h.v, this.codes[i]!) === h.state)) out.push(i);
    return Int32Array.from(out);
  }

  /** The arm with an act in a state and the other acts at their baseline, -1 for none. */
  arm(act: string, state: number): number {
    return this.meta.arms.findIndex((a) => this.meta.variables.every((v) => a.states[v.id] === undefined || a.states[v.id] === (v.id === act ? state : v.baseline)));
  }
}

export const stateOf = (v: TableVariable, code: number): number => Math.floor(code / v.stride) % v.states.length;

/** The code with a variable in another state. */
export const withState = (v: TableVariable, code: number, state: number): number => code + (state - stateOf(v, code)) * v.stride;

let kept: { name: string; hash: string; table: Table } | null = null;

/** Opens the table of a case; the last one is kept for the next page. */
export async function openTable(name: string, signal?: AbortSignal): Promise<Table> {
  for (let turn = 0; turn < 3; turn++) {
    const meta = await get<(TableMeta & { solved: true }) | { solved: false }>(of(name, "table"), signal);
    if (!meta.solved) throw new Problem(404, "The table of worlds of this case is not at hand as the case stands: solve it.");
    if (kept?.name === name && kept.hash === meta.hash) return kept.table;
    const r = await send("GET", of(name, "table", "columns"), undefined, signal);
    if (!isOf(r, meta.hash)) {
      await r.body?.cancel();
      continue; // the case has changed between the two requests
    }
    const table = new Table(meta, await r.arrayBuffer());
    kept = { name, hash: meta.hash, table };
    return table;
  }
  throw new Problem(409, "The case changes while its table is read: try again in a moment.");
}

/** Whether a body is the one that a description named by its hash. */
const isOf = (r: Response, hash: string | undefined): boolean => hash !== undefined && (r.headers.get("ETag") ?? "").includes(hash);

/** The weights of all worlds under a view of the table. Those of each arm sum to 1. */
export async function openWeights(name: string, t: Table, view: string, signal?: AbortSignal): Promise<Float64Array> {
  const r = await send("GET", `${of(name, "table", "weights")}?view=${encodeURIComponent(view)}`, undefined, signal);
  if (!isOf(r, t.meta.views.find((v) => v.id === view)?.hash)) throw new Problem(409, "The case has changed since its table was read: reload the page.");
  const body = await r.arrayBuffer();
  if (body.byteLength !== 8 * t.meta.worlds) throw new Error(`${body.byteLength} bytes of weights, ${8 * t.meta.worlds} expected.`);
  return new Float64Array(body);
}
