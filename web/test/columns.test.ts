import { afterEach, expect, test, vi } from "vitest";
import { openTable, openWeights, type TableMeta } from "../src/columns";

/** A table of two worlds with one outcome, described and laid out as the API gives it. */
const meta = (hash: string): TableMeta & { solved: true } => ({
  solved: true, format: 1, case: "c", hash, bytes: 24, worlds: 2, codes: 2, baseline: 0,
  variables: [{ id: "v", name: "V", kind: "act", states: ["a", "b"], baseline: 0, stride: 1, influenced_by: [] }],
  engines: [{ name: "freight", rows: 2, depends: [true], unsettled: [] }],
  outcomes: [{ id: "o", name: "O", measure: "tonnes", unit: "t/yr", good: "up", materiality: 1, engine: 0, asked: true }],
  sections: [
    { name: "outcome/o", type: "float64", start: 0, count: 2 },
    { name: "steps", type: "uint16", start: 16, count: 2 },
    { name: "row/freight", type: "uint16", start: 20, count: 2 },
  ],
  arms: [{ name: "a", states: { v: 0 } }, { name: "b", states: { v: 1 } }],
  views: [{ id: "all", name: "All", kind: "mixture", hash: `${hash}-weights` }],
});

function body(value: number): ArrayBuffer {
  const b = new ArrayBuffer(24);
  new Float64Array(b, 0, 2).set([value, value]);
  new Uint16Array(b, 16, 2).set([0, 1]);
  new Uint16Array(b, 20, 2).set([0, 1]);
  return b;
}

/** Answers in order, by the last part of the address; the last one stays. */
function serve(answers: Record<string, (() => Response)[]>) {
  vi.stubGlobal("fetch", (url: string) => {
    const list = answers[url.split("?")[0]!.split("/").at(-1)!]!;
    return Promise.resolve((list.length > 1 ? list.shift()! : list[0]!)());
  });
}
const columns = (hash: string, value: number) => () => new Response(body(value), { headers: { ETag: `W/"${hash}"` } });
const table = (hash: string) => () => new Response(JSON.stringify(meta(hash)));

afterEach(() => vi.unstubAllGlobals());

test("columns of another state of the case are not taken for those that were described", async () => {
  serve({ table: [table("old"), table("new")], columns: [columns("new", 2)] });
  const t = await openTable("c");
  expect([t.meta.hash, t.value("o", 1)]).toEqual(["new", 2]);
  serve({ table: [table("one"), table("two"), table("three")], columns: [columns("other", 2)] });
  await expect(openTable("c")).rejects.toThrow(/changes while/);
});

test("weights are those of the table", async () => {
  serve({ table: [table("h")], columns: [columns("h", 1)], weights: [() => new Response(new Float64Array([1, 1]).buffer, { headers: { ETag: 'W/"h-weights"' } })] });
  const t = await openTable("c");
  expect([...(await openWeights("c", t, "all"))]).toEqual([1, 1]);
  serve({ weights: [() => new Response(new Float64Array([1, 1]).buffer, { headers: { ETag: 'W/"later"' } })] });
  await expect(openWeights("c", t, "all")).rejects.toThrow(/has changed/);
});
