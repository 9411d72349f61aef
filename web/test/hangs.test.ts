import { expect, test } from "vitest";
import type { Act, Answer, Effect } from "../src/answer";
import { falls, moved, swaysOf } from "../src/hangs";

const effect = (outcome: string, material: boolean, more: Partial<Effect>): Effect => ({ state: "on", outcome, effect: 1, with: 2, without: 1, material, ...more });

const act: Act = {
  id: "pact",
  name: "Pact",
  view: "all",
  without: "off",
  states: ["on"],
  held: [],
  effects: [
    effect("a", true, { settles: [{ variable: "war", fall: 0.6 }, { variable: "rail", fall: 0.1 }] }),
    effect("b", true, { settles: [{ variable: "rail", fall: 0.5 }] }),
    effect("c", false, { settles: [{ variable: "gas", fall: 0.9 }] }),
    { ...effect("d", true, { settles: [{ variable: "gas", fall: 0.9 }] }), state: "half" },
  ],
};

test("what settles is the mean over the numbers that move, in the state asked for", () => {
  expect(moved(act, "on").map((e) => e.outcome)).toEqual(["a", "b"]);
  const list = falls(act, "on");
  expect(list.map((x) => x.variable)).toEqual(["war", "rail"]);
  expect(list[0]!.fall).toBeCloseTo(0.3, 12);
  expect(list[1]!.fall).toBeCloseTo(0.3, 12);
  expect(falls(act, "never")).toEqual([]);
});

test("weights that sway by less than a threshold are left out, each number stands once", () => {
  const sway = { variable: "war", when: "", state: "yes", letter: "c", low_weight: 0.1, high_weight: 0.3, at_low: 0, at_high: 3 };
  const outcome = { id: "a", name: "A", measure: "tonnes", unit: "t/yr", good: "up" as const, materiality: 1, base_year: 0, baseline: 0, letter_c: 0, our_capacity: 0 };
  const a = {
    outcomes: [outcome, { ...outcome, id: "b" }],
    acts: [
      { ...act, view: "reference", effects: [effect("a", true, { sways: [sway] }), effect("b", true, { sways: [{ ...sway, at_high: 0.5 }] })] },
      { ...act, effects: [effect("a", true, { sways: [sway] })] },
    ],
  } as unknown as Answer;
  const list = swaysOf(a, "pact", "on");
  expect(list.map((x) => x.outcome.id)).toEqual(["a"]);
  expect(list[0]!.size).toBe(3);
});
