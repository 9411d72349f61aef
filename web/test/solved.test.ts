import { expect, test } from "vitest";
import type { Brief } from "../src/answer";
import { numbersChanged, sentencesChanged } from "../src/solved";
import { change, level } from "../src/style-of";

const outcome = (id: string, baseline: number | null, unit = "t/yr", materiality = 1e5) => ({ id, name: id, measure: "tonnes", unit, good: "up", materiality, base_year: 0, baseline, letter_c: 0, our_capacity: 0 });
const brief = (first: string, rail: number | null, share: number, effect: number | null, view = "reference"): Brief =>
  ({
    solved: true,
    headline: view,
    questions: [
      { id: "q", text: "What changes?", kind: "effects", first, acts: ["pact"], outcomes: ["rail", "share"] },
      { id: "r", text: "Who agrees?", kind: "experts", first: "Agreed: all. More of it.", acts: [], outcomes: [] },
    ],
    outcomes: [outcome("rail", rail), outcome("share", share, "", 0.01)],
    acts: [
      { id: "pact", name: "Pact", view, without: "none", states: ["yes"], held: null, effects: [{ state: "yes", outcome: "rail", effect, with: 0, without: 0, material: true }] },
      { id: "pact", name: "Pact", view: "someone", without: "none", states: ["yes"], held: null, effects: [{ state: "yes", outcome: "rail", effect: 9e9, with: 0, without: 0, material: true }] },
    ],
  }) as unknown as Brief;

test("first sentences that became others, and those alone", () => {
  const before = brief("More: rail. And more.\nLess: nothing.", 1e6, 0.5, 2e5);
  expect(sentencesChanged(before, brief("More: rail. And less.", 1e6, 0.5, 2e5))).toEqual([]);
  expect(sentencesChanged(before, brief("No change: rail.", 1e6, 0.5, 2e5))).toEqual([{ question: "What changes?", before: "More: rail.", after: "No change: rail." }]);
});

test("numbers that people read differently, the largest in thresholds first, of the headline's view alone", () => {
  const before = brief("", 1e6, 0.5, 2e5);
  expect(numbersChanged(before, brief("", 1e6, 0.5, 2e5))).toEqual([]);
  expect(numbersChanged(before, brief("", 1e6 + 10, 0.50001, 2e5))).toEqual([]); // reads the same
  const all = numbersChanged(before, brief("", 1.25e6, 0.6, 2.9e5));
  expect(all.map((c) => [c.name, c.where, (c.effect ? change : level)(c.style, c.before), (c.effect ? change : level)(c.style, c.after)])).toEqual([
    ["share", "", "50.0 %", "60.0 %"],
    ["rail", "", "1.00 Mt/yr", "1.25 Mt/yr"],
    ["rail", "Pact: yes", "+0.200 Mt/yr", "+0.290 Mt/yr"],
  ]);
});

test("a number that there was not, or is no more", () => {
  const [c] = numbersChanged(brief("", 1e6, 0.5, null), brief("", 1e6, 0.5, 2e5));
  expect(change(c!.style, c!.before)).toBe("–");
  expect(numbersChanged(brief("", null, 0.5, 2e5), brief("", null, 0.5, 2e5))).toEqual([]);
});
