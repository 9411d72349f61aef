import { expect, test } from "vitest";
import type { Brief, Outcome } from "../src/answer";
import { parse } from "../src/address";
import { bytes, compare, marked, opens, viewOf } from "../src/share";
import { isPage } from "../src/ui/out";

test("a link carries the state of the case, and all else as it was", () => {
  const link = marked("#/my%20case/map?w=a%3Db%2Cc%3Dd&at=old", "0123456789abcdef");
  expect(link).toBe("#/my%20case/map?w=a%3Db%2Cc%3Dd&at=0123456789ab");
  const r = parse(link);
  expect([r.case, r.page, r.query.get("w"), r.query.get("at")]).toEqual(["my case", "map", "a=b,c=d", "0123456789ab"]);
  expect(marked("#/c", "ffffffffffffffff")).toBe("#/c?at=ffffffffffff");
  expect(["~abcdefg2", "caucasus", "~ABC", "~abcdefgh9", ""].map(viewOf)).toEqual(["abcdefg2", "", "", "", ""]);
});

test("a saved view opens a page of this app, and no other saved view", () => {
  expect(opens("#/c/map?w=a%3Db")).toBe("#/c/map?w=a%3Db");
  for (const bad of ["#/~abcdefg2", "#/%7Eabcdefg2?x=1", "javascript:alert(1)", "https://example.org/#/c", "//example.org", "#x", ""]) expect(opens(bad)).toBe("#/");
});

test("only pages of the web become links", () => {
  for (const good of ["https://example.org", "http://example.org:8080/a?b#c", "HTTPS://Example.org/"]) expect(isPage(good)).toBe(true);
  for (const bad of ["javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "https:", "https://", "vbscript:x", "file:///etc/passwd", "#/c", "//example.org", "a book"]) expect(isPage(bad)).toBe(false);
});

const outcome = (id: string, baseline: number | null, materiality = 10): Outcome => ({ id, name: id.toUpperCase(), measure: "tonnes", unit: "t/yr", good: "up", materiality, base_year: null, baseline, letter_c: null, our_capacity: null });
const brief = (outcomes: Outcome[], effects: [string, number | null][]): Brief =>
  ({
    outcomes,
    headline: "all",
    acts: [
      { id: "pact", name: "Pact", view: "all", without: "none", states: ["in_force"], held: null, effects: effects.map(([outcome, effect]) => ({ state: "in_force", outcome, effect, with: null, without: null, material: true })) },
      { id: "pact", name: "Pact", view: "one", without: "none", states: ["in_force"], held: null, effects: [{ state: "in_force", outcome: "x", effect: 99, with: null, without: null, material: true }] },
    ],
  }) as unknown as Brief;

test("two runs: below materiality is no change, a value on one side only is one", () => {
  const a = brief([outcome("x", 100), outcome("y", 5), outcome("z", null), outcome("gone", 1)], [["x", 1], ["y", 2]]);
  const b = brief([outcome("x", 110), outcome("y", 6), outcome("z", 3), outcome("new", 1)], [["x", -20], ["y", 2]]);
  const c = compare(a, b);
  expect(c.rows.map((r) => [r.what, r.outcome.id, r.change, r.material])).toEqual([
    ["", "x", 10, true],
    ["", "y", 1, false],
    ["", "z", null, true],
    ["Pact: in force", "x", -21, true],
    ["Pact: in force", "y", 0, false],
  ]);
  expect(c.missing).toEqual(["GONE", "NEW"]);
});

test("sizes", () => {
  expect([12, 1234, 45678, 2_500_000, 12_000_000].map(bytes)).toEqual(["12 B", "1.2 kB", "46 kB", "2.5 MB", "12 MB"]);
});
