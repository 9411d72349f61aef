import { expect, test } from "vitest";
import type { CountryRow, Energy } from "../src/answer";
import { rowStyle, shortRuns, waysText } from "../src/country";
import { bareChange, level } from "../src/style-of";

const row = (id: string, unit: string, baseline: number, change: number): CountryRow => ({ id, name: id, unit, base_year: baseline, baseline, effects: [{ act: "p", state: "on", with: baseline + change, without: baseline }] });

test("ways are counted, shares are per cent", () => {
  const ways = row("power_ways", "", 2, 1);
  expect(level(rowStyle(ways), 2)).toBe("2.00");
  expect(bareChange(rowStyle(ways), 1)).toBe("+1.00");
  expect(level(rowStyle(row("n1_gas", "", 0.72, 0.01)), 0.72)).toMatch(/^72\.?0* %$/);
});

test("shortages of a state are read run by run", () => {
  const e = {
    first: [],
    blocks: [],
    not_answered: null,
    runs: [
      { id: "baseline", name: "Baseline", changed: [], shortages: null, countries: [{ id: "AM", name: "Armenia", numbers: [{ id: "gas_short", value: 0 }, { id: "power_short", value: 5 }] }] },
      { id: "x=y", name: "World", changed: [{ variable: "x", state: "y", text: "X is y" }], shortages: null, countries: [] },
    ],
  } satisfies Energy;
  const runs = shortRuns(e, "AM");
  expect(runs[0]).toMatchObject({ power: 5, gas: 0, gasYear: null });
  expect(runs[1]!.power).toBeNull();
});

test("a state with a sea of its own needs no ways", () => {
  const c = { ways: { landlocked: false, countries: 0, crossings: 0, through: null, cut_borders: null } } as never;
  expect(waysText(c, (id) => id)).toMatch(/ports on the open sea/);
});
