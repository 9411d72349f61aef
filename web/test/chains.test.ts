import { expect, test } from "vitest";
import { alike, by, chainsOf, hours, line, operations, ticks, type Chain, type Step } from "../src/chains";

const step = (s: Partial<Step>): Step => ({ kind: "move", name: "", mode: "", country: "", from: "", to: "", km: 0, hours: 0, queue: 0, spread: 0, money: 0, price: 0, payments: null, ...s });

const chain: Chain = {
  modes: "rail",
  steps: [
    step({ kind: "load", name: "a", hours: 6, money: 2 }),
    step({ name: "L1", mode: "rail", country: "RU", from: "a", to: "b", km: 100, hours: 4, money: 3, payments: [{ kind: "haulage", row: "x", payer: "", earned: { RU: 3 }, usd_per_t: 3 }] }),
    step({ name: "L2", mode: "rail", country: "RU", from: "b", to: "c", km: 50, hours: 2, queue: 1, money: 1.5, payments: [{ kind: "haulage", row: "x", payer: "", earned: { RU: 1.5 }, usd_per_t: 1.5 }] }),
    step({ kind: "border", name: "samur", hours: 20 }),
    step({ name: "L3", mode: "rail", country: "AZ", from: "c", to: "d", km: 80, hours: 3, money: 4 }),
  ],
  totals: [
    { km: 0, hours: 6, money: 2 },
    { km: 100, hours: 10, money: 5 },
    { km: 150, hours: 13, money: 6.5 },
    { km: 150, hours: 33, money: 6.5 },
    { km: 230, hours: 36, money: 10.5 },
  ],
  km: 230,
  hours: 36,
  spread: 3,
  money: 10.5,
  price: 0,
  generalised_cost: 20,
};

test("links of one mode in one country are one move, and sums are kept", () => {
  const rows = operations(chain, (id) => id.toUpperCase());
  expect(rows.map((r) => `${r.kind} ${r.place}`)).toEqual(["load A", "rail A – C", "border SAMUR", "rail C – D"]);
  expect(rows[1]).toMatchObject({ km: 150, hours: 6, queue: 1, money: 4.5, earned: { RU: 4.5 } });
  for (const k of ["km", "money"] as const) expect(rows.reduce((a, r) => a + r[k], 0)).toBeCloseTo(chain[k], 12);
  expect(rows.reduce((a, r) => a + r.hours + r.queue, 0)).toBeCloseTo(chain.hours, 12);
});

test("borders by name, lines from nothing to the totals", () => {
  expect(by(chain, (id) => id)).toBe("samur");
  expect(line(chain, "hours")[0]).toEqual([0, 0]);
  expect(line(chain, "money").at(-1)).toEqual([230, 10.5]);
});

test("addresses of worlds and of the base year", () => {
  expect(chainsOf("a", "b", "grain", "base", 4)).toBe("chains?from=a&to=b&commodity=grain&max=4&base_year=true");
  expect(chainsOf("a", "b", "grain", "pact=in_force", 1)).toContain("world=pact%3Din_force");
});

test("ticks are round and end before the most", () => {
  expect(ticks(230, 4)).toEqual([0, 100, 200]);
  expect(ticks(0, 4)).toEqual([0]);
});

test("worlds with the same best chain share a line", () => {
  const slower = { ...chain, hours: 40 };
  const groups = alike([
    { world: "base", chain },
    { world: "a=b", chain: slower },
    { world: "", chain: { ...chain } },
  ]);
  expect(groups.map((g) => g.worlds)).toEqual([["base", ""], ["a=b"]]);
  expect(groups[1]!.chain.hours).toBe(40);
});

test("hours are told to a tenth, from a hundred on whole", () => {
  expect([0.0766, 0.04, 16.14, 99.96, 139.4].map(hours)).toEqual(["0.1", "0", "16.1", "100", "139"]);
});
