import { expect, test } from "vitest";
import { clauseName, standing, untangle, years } from "../src/agreements";

test("standings", () => {
  expect(standing("in_text")).toEqual({ text: "in the text", claim: "" });
  expect(standing("asserted_by:soltan-align")).toEqual({ text: "only asserted", claim: "soltan-align" });
});

test("lists are put so that lines do not cross where they need not", () => {
  const links = new Set(["a z", "b y", "c x"]);
  const [l, r] = untangle(["a", "b", "c"], ["x", "y", "z"], (p, q) => links.has(`${p} ${q}`));
  for (const [i, p] of l.entries()) expect(links.has(`${p} ${r[i]}`)).toBe(true);
  expect([...l].sort()).toEqual(["a", "b", "c"]);
});

test("days are years on an axis", () => {
  expect(years("2025-01-01")).toBe(2025);
  expect(years("")).toBeNull();
  expect(years("2025-07")! - 2025).toBeCloseTo(0.5, 2);
});

test("clauses are said by name", () => {
  expect(clauseName("ru-ir-2025/align-positions", [{ agreement: "ru-ir-2025", name: "Treaty" }])).toEqual({ clause: "align positions", agreement: "Treaty" });
});
