import { expect, test, vi } from "vitest";
import { bodyOf, decode, differs, edit, moveBoth, moveEnd, parseChange, restore, stepped, unchanged, why, writeChange, type Change } from "../src/beliefs";
import { Latest } from "../src/beliefs-live";
import { effects, still } from "../src/beliefs-reads";
import { Table, type TableMeta } from "../src/columns";

const some: Change = {
  view: "korybko",
  act: "pact",
  state: "in_force",
  lexicon: "kent",
  claims: { "soltan-align": { interval: [0.2, 0.35] }, "a=b": { off: true }, both: { off: true, interval: [0, 1] } },
  weights: { soltan: 0.5, own: 1 },
  own: [
    { id: "own-1", then: "position(IR,zangezur)=for or grid=linked", if: "pact=in_force", interval: [0.6, 0.8] },
    { id: "own-2", like: "arkov-prevents", interval: null },
  ],
};

test("an address restores what was changed", () => {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(writeChange(some))) if (v !== null) q.set(k, v);
  expect(parseChange(new URLSearchParams(q.toString()))).toEqual(some);
  expect(writeChange(unchanged)).toEqual({ v: null, a: null, s: null, l: null, c: null, w: null, own: null });
  expect(parseChange(new URLSearchParams())).toEqual(unchanged);
});

test("what makes no sense in an address is left out", () => {
  const q = new URLSearchParams({ c: "x=0.5~0.2;y=2~3;z;=off;w=nan~1", w: "a=2;b=-1;c", own: '[1,{"then":3},{"like":"k","i":[0.9,0.1]},null]' });
  const c = parseChange(q);
  expect(c.claims).toEqual({});
  expect(c.weights).toBeNull();
  expect(c.own).toEqual([{ id: "own-1", like: "k", interval: null }]);
  expect(parseChange(new URLSearchParams({ own: "{" })).own).toEqual([]);
});

test("edits add up, and nothing is left of one that is taken back", () => {
  const a = edit(edit(unchanged, "x", { interval: [0.1, 0.2] }), "x", { off: true });
  expect(a.claims).toEqual({ x: { interval: [0.1, 0.2], off: true } });
  expect(edit(a, "x", { off: false }).claims).toEqual({ x: { interval: [0.1, 0.2] } });
  expect(differs(restore(a, "x"))).toBe(false);
  expect(differs({ ...unchanged, view: "own", act: "pact" })).toBe(false);
  expect(differs({ ...unchanged, lexicon: "kent" })).toBe(true);
  expect(unchanged.claims).toEqual({});
});

test("ends stay within 0 to 1 and push rather than cross", () => {
  expect(moveEnd([0.2, 0.4], 0, 0.5)).toEqual([0.5, 0.5]);
  expect(moveEnd([0.2, 0.4], 1, -3)).toEqual([0, 0]);
  expect(moveEnd([0.2, 0.4], 1, 0.71239)).toEqual([0.2, 0.712]);
  expect(moveBoth([0.2, 0.4], 0.9)).toEqual([0.8, 1]);
  expect(moveBoth([0.2, 0.4], -0.9)).toEqual([0, 0.2]);
});

test("keys of a slider", () => {
  expect(stepped("ArrowRight", false, 0.2)).toBe(0.21);
  expect(stepped("ArrowDown", true, 0.2)).toBe(0.15);
  expect(stepped("PageUp", false, 0.95)).toBe(1);
  expect(stepped("Home", false, 0.95)).toBe(0);
  expect(stepped("a", false, 0.5)).toBeNull();
});

test("the body of a request", () => {
  expect(bodyOf(unchanged)).toEqual({ view: "mixture", claims: {}, own: [] });
  expect(bodyOf(some)).toEqual({
    view: "korybko",
    act: "pact",
    state: "in_force",
    lexicon: "kent",
    claims: { "soltan-align": { low: 0.2, high: 0.35 }, "a=b": { off: true }, both: { off: true, low: 0, high: 1 } },
    experts: { soltan: 0.5, own: 1 },
    own: [
      { id: "own-1", then: "position(IR,zangezur)=for or grid=linked", if: "pact=in_force", low: 0.6, high: 0.8 },
      { id: "own-2", like: "arkov-prevents" },
    ],
  });
});

/** A body as the server writes it. */
function packed(head: object, weights: number[]): ArrayBuffer {
  let text = JSON.stringify(head);
  while ((8 + new TextEncoder().encode(text).length) % 8 !== 0) text += " ";
  const json = new TextEncoder().encode(text);
  const b = new ArrayBuffer(8 + json.length + 8 * weights.length);
  new Uint8Array(b).set(new TextEncoder().encode("ASBW"));
  new DataView(b).setUint32(4, json.length, true);
  new Uint8Array(b).set(json, 8);
  new Float64Array(b, 8 + json.length).set(weights);
  return b;
}

test("weights come apart, and what is cut off is refused", () => {
  const b = packed({ view: "own", table: "é", without: 2, with: 1, speakers: [] }, [0.25, 0.75, 1]);
  const c = decode(b);
  expect([...c.without]).toEqual([0.25, 0.75]);
  expect([...c.with]).toEqual([1]);
  expect(() => decode(b.slice(0, b.byteLength - 8))).toThrow("cut off");
  expect(() => decode(b.slice(0, 20))).toThrow("cut off");
  expect(() => decode(new ArrayBuffer(4))).toThrow("no weights");
});

// Four worlds: a pact and a bridge that it brings, which moves freight; power knows neither.
const meta = {
  format: 1, case: "t", hash: "h", bytes: 0, worlds: 4, codes: 4, baseline: 0,
  variables: [
    { id: "pact", name: "", kind: "act", states: ["none", "signed"], baseline: 0, stride: 2, influenced_by: [] },
    { id: "bridge", name: "", kind: "event", states: ["missing", "built"], baseline: 0, stride: 1, influenced_by: [0] },
  ],
  engines: [
    { name: "freight", rows: 2, depends: [false, true], unsettled: [] },
    { name: "energy", rows: 1, depends: [false, false], unsettled: [] },
  ],
  outcomes: [
    { id: "rail", name: "", measure: "tonnes", unit: "t/yr", good: "up", materiality: 0, engine: 0, asked: true },
    { id: "power", name: "", measure: "", unit: "MW", good: "none", materiality: 0, engine: 1, asked: true },
  ],
  sections: [
    { name: "steps", type: "uint32", start: 0, count: 4 },
    { name: "row/freight", type: "uint16", start: 16, count: 4 },
    { name: "row/energy", type: "uint16", start: 24, count: 4 },
    { name: "outcome/rail", type: "float64", start: 32, count: 2 },
    { name: "outcome/power", type: "float64", start: 48, count: 1 },
  ],
  arms: [
    { name: "pact=none", states: { pact: 0 } },
    { name: "pact=signed", states: { pact: 1 } },
  ],
  views: [],
} as unknown as TableMeta;

function table(): Table {
  const b = new ArrayBuffer(56);
  new Uint32Array(b, 0, 4).set([0, 1, 1, 1]);
  new Uint16Array(b, 16, 4).set([0, 1, 0, 1]);
  new Float64Array(b, 32, 3).set([10, 30, 7.1]);
  return new Table({ ...meta, bytes: 56 }, b);
}

test("effects under weights; none where nothing that the act moves reaches", () => {
  const t = table();
  expect(still(t, "pact")).toEqual([false, true]);
  const c = decode(packed({ view: "own", table: "h", without: 2, with: 2, speakers: [] }, [0.9, 0.1, 0.3, 0.7]));
  const [rail, power] = effects(t, c, "pact", "signed", ["rail", "power"]);
  expect(rail!.without).toBeCloseTo(12, 12);
  expect(rail!.with).toBeCloseTo(24, 12);
  expect(rail!.effect).toBeCloseTo(12, 12);
  expect(power).toEqual({ with: 7.1, without: 7.1, effect: 0 });
  expect(() => effects(t, { ...c, head: { ...c.head, table: "other" } }, "pact", "signed", ["rail"])).toThrow("another table");
});

test("the newest request follows the one under way; those between are never sent", async () => {
  vi.useFakeTimers();
  const asked: { q: number; done: (a: number) => void; fail: (e: Error) => void; signal: AbortSignal }[] = [];
  const got: [number, boolean][] = [];
  const failed: unknown[] = [];
  const l = new Latest<number, number>(
    (q, signal) => new Promise((done, fail) => asked.push({ q, done, fail, signal })),
    (a, more) => got.push([a, more]),
    (e) => failed.push(e),
    400,
  );
  for (const q of [1, 2, 3, 4]) l.send(q);
  expect(asked.map((a) => a.q)).toEqual([1]);
  asked[0]!.done(10);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.map((a) => a.q)).toEqual([1, 4]);
  expect(got).toEqual([[10, true]]);
  l.send(5);
  await vi.advanceTimersByTimeAsync(399);
  expect(asked[1]!.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(2);
  expect(asked[1]!.signal.aborted).toBe(true);
  asked[1]!.fail(new Error("aborted"));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.map((a) => a.q)).toEqual([1, 4, 5]);
  asked[2]!.fail(new Error("refused"));
  await vi.advanceTimersByTimeAsync(0);
  expect(failed).toEqual([new Error("refused")]);
  l.send(6);
  l.drop();
  asked[3]!.done(60);
  await vi.advanceTimersByTimeAsync(0);
  expect(got).toEqual([[10, true]]);
  vi.useRealTimers();
});

test("why claims do not hold together", () => {
  const name = (s: string) => s.toUpperCase();
  const k = { claims: ["x", "y"], speakers: ["a", "b"], from: "2025-01-16", until: "2030-12-31", bend: 0.4, horizon: true };
  expect(why(k, name)).toBe("These words of A and B cannot all hold; without any one of them the rest can. They would fit if each interval were wider by 40 points at either end.");
  expect(why({ ...k, claims: ["x"], speakers: ["a"], horizon: false, bend: 0.1 }, name)).toContain("before the worlds begin");
});
