import { expect, test } from "vitest";
import type { CountryRow, Energy } from "../src/answer";
import { lossText, rowStyle, shortRuns, waysText } from "../src/country";
import { bareChange, level } from "../src/style-of";

const row = (id: string, unit: string, baseline: number, change: number): CountryRow => ({ id, name: id, unit, base_year: baseline, baseline, effects: [{ act: "p", state: "on", with: baseline + change, without: baseline }] });

test("ways are counted, shares are per cent", () => {
  const ways = row("power_ways", "", 2, 1);
  expect(level(rowStyle(ways), 2)).toBe("2");
  expect(bareChange(rowStyle(ways), 1)).toBe("+1");
  expect(bareChange(rowStyle(row("power_ways", "", 2, 0.3)), 0.3)).toBe("+0.30");
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

test("ways out are counted in words, of none, one and several", () => {
  const of = (countries: number, crossings: number, through: string[]) => waysText({ ways: { landlocked: true, countries, crossings, through, cut_borders: null } } as never, (id) => id);
  expect(of(0, 0, [])).toBe("It has no port on the open sea, and in the baseline world no way leads to one.");
  expect(of(1, 3, ["GE"])).toMatch(/one state alone could shut them; 3 of them share no border crossing and no foreign port\. The way counted ends at ports of GE\./);
  expect(of(1, 1, ["GE"])).toMatch(/all of them share a border crossing or a foreign port/);
  expect(of(5, 22, ["CN", "GE"])).toMatch(/^It has no port on the open sea\. Five ways lead there that share no foreign country, so that it takes five states to shut them all; 22 ways .* Those five end at ports of CN and GE\.$/);
  expect(of(12, 22, [])).toMatch(/12 ways lead there/);
});

test("a loss below the threshold is none, less than nothing is a gain", () => {
  expect(lossText(-0.009)).toBe("no loss to see");
  expect(lossText(0)).toBe("no loss to see");
  expect(lossText(0.17)).toBe("loss 17 %");
  expect(lossText(-0.03)).toBe("gain 3 %");
  expect(lossText(null)).toBe("loss not known");
});
