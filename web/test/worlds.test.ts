import { expect, test } from "vitest";
import { Table, type TableMeta } from "../src/columns";
import type { Variable } from "../src/meta";
import { codeOf, difference, moves, ofTable, read, rows, steps, textOf, type Values } from "../src/worlds";

// Two variables of two and three states; the world of code 4 (on, high) cannot be.
const variables: Variable[] = [
  { id: "pact", name: "Pact", kind: "act", states: ["off", "on"], baseline: 0, influenced_by: [] },
  { id: "fee(A,b)", name: "Fee", kind: "event", states: ["low", "mid", "high"], baseline: 1, influenced_by: ["pact"] },
];
const codes = [0, 1, 2, 3, 5];
const values = { goods: [10, 20, 30, 5, 35], dark: [NaN, 0, 1, 0, 2] };

function table(): Table {
  const body = new ArrayBuffer(128);
  new Uint32Array(body, 0, 5).set(codes.map((c, i) => c - (codes[i - 1] ?? 0)));
  new Uint16Array(body, 24, 5).set([0, 1, 2, 3, 4]);
  new Float64Array(body, 40, 5).set(values.goods);
  new Float64Array(body, 80, 5).set(values.dark);
  const outcome = { measure: "", unit: "t/yr", good: "none" as const, engine: 0, asked: true };
  const meta: TableMeta = {
    format: 1,
    case: "x",
    hash: "",
    bytes: 128,
    worlds: 5,
    codes: 6,
    baseline: 1,
    variables: variables.map((v, i) => ({ ...v, stride: i === 0 ? 3 : 1, influenced_by: [] })),
    engines: [{ name: "freight", rows: 5, depends: [true, true], unsettled: [3] }],
    outcomes: [
      { ...outcome, id: "dark", name: "Dark", materiality: 0.5 },
      { ...outcome, id: "goods", name: "Goods", materiality: 2 },
    ],
    sections: [
      { name: "steps", type: "uint32", start: 0, count: 5 },
      { name: "row/freight", type: "uint16", start: 24, count: 5 },
      { name: "outcome/goods", type: "float64", start: 40, count: 5 },
      { name: "outcome/dark", type: "float64", start: 80, count: 5 },
    ],
    arms: [],
    views: [],
  };
  return new Table(meta, body);
}

test("worlds as text and as codes", () => {
  expect(read(variables, "pact=on, fee(A,b)=low")).toEqual({ chosen: { pact: "on", "fee(A,b)": "low" }, text: "pact=on,fee(A,b)=low", unknown: [] });
  expect(read(variables, "pact=maybe,toll=high,fee(A,b)=mid")).toEqual({ chosen: { "fee(A,b)": "mid" }, text: "", unknown: ["pact=maybe", "toll=high"] });
  expect(read(variables, "baseline").unknown).toEqual([]);
  const t = table();
  expect(codeOf(t, {})).toBe(1);
  expect(codeOf(t, { pact: "on", "fee(A,b)": "high" })).toBe(5);
  expect(textOf(t, 5)).toBe("pact=on,fee(A,b)=high");
  expect(textOf(t, 1)).toBe("");
});

test("a world that cannot be has no values; one that did not settle is known", () => {
  const t = table();
  expect(ofTable(t, 4)).toBeNull();
  expect(ofTable(t, 5)!("goods")).toBe(35);
  expect(ofTable(t, 0)!("dark")).toBeNull();
  expect(t.settled(t.world(3))).toBe(false);
  expect(t.settled(t.world(5))).toBe(true);
});

test("differences are told against the threshold, and as a part of what was", () => {
  expect(difference(20, 30, 2)).toEqual({ change: 10, relative: 0.5, material: true, nothing: false });
  expect(difference(20, 21, 2).material).toBe(false);
  expect(difference(0, 1, 0.5)).toMatchObject({ relative: 2, nothing: true, material: true });
  expect(difference(0, 0, 0)).toMatchObject({ change: 0, material: false });
  expect(difference(null, 1, 0.5)).toMatchObject({ change: null, material: true });
  expect(difference(null, null, 0.5).material).toBe(false);
});

test("rows come by the size of their change, those below their threshold last", () => {
  const of = (x: Record<string, number | null>): Values => (id) => x[id] ?? null;
  const outcome = (id: string, materiality: number) => ({ id, name: id, measure: "", unit: "t/yr", good: "none" as const, engine: 0, asked: true, materiality });
  const all = [outcome("small", 50), outcome("half", 1), outcome("twice", 1), outcome("ends", 1), outcome("same", 1)];
  const base = of({ small: 10, half: 10, twice: 10, ends: 4, same: 3 });
  const a = of({ small: 40, half: 5, twice: 20, ends: null, same: 3 });
  expect(rows(all, base, a, null).map((r) => r.outcome.id)).toEqual(["ends", "twice", "half", "small", "same"]);
  expect(rows(all, base, a, null).map(moves)).toEqual([true, true, true, false, false]);
  // A second world that differs from the baseline moves a row that the first leaves.
  const b = of({ small: 10, half: 10, twice: 10, ends: 4, same: 30 });
  const both = rows(all, base, a, b);
  expect(both[1]!.outcome.id).toBe("same");
  expect(both[1]!.apart).toMatchObject({ change: 27, material: true });
});

test("steps from a world: every possible change of one variable, the largest first", () => {
  const t = table();
  const list = steps(t, 1, "goods");
  expect(list.map((x) => [x.variable, x.state, x.change])).toEqual([
    ["fee(A,b)", "low", -10],
    ["fee(A,b)", "high", 10],
  ]); // the pact alone would lead to the world that cannot be
  expect(list.every((x) => x.material)).toBe(true);
  expect(list[0]!.text).toBe("fee(A,b)=low");
  expect(steps(t, 4, "goods")).toEqual([]);
});
