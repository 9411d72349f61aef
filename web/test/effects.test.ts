import { expect, test } from "vitest";
import flagship from "../../cases/caucasus/effects.yaml?raw";
import { atomsOf, changeWords, fieldsOf, freeId, moreKeys, nameOf, networkOf, placed, rowsOf, speaksOf, unitOf, whenOf, type Choices } from "../src/effects";
import { Yaml } from "../src/yaml-text";

const freight = ["border", "link", "country", "direction", "modes"];
const energy = ["country", "tie", "direction", "carrier", "fuel"];
const choices: Choices = {
  changes: [
    { op: "close", about: "", keys: [...freight, "tie"], acts: ["border", "country", "tie"] },
    { op: "hours", about: "", on: "freight", keys: freight, acts: ["border"], hows: ["set", "add", "times"] },
    { op: "capacity", about: "", keys: [...freight, "tie", "fuel"], acts: ["link", "country", "tie", "fuel"], hows: ["set", "add", "times"] },
    { op: "load", about: "", on: "energy", keys: energy, acts: ["country"], hows: ["set", "add", "times"] },
    { op: "coupling", about: "", on: "energy", keys: energy, acts: ["tie"], hows: ["set"], words: ["ac", "radial"] },
  ],
  keys: [
    { key: "border", about: "", rows: [{ id: "b1", name: "Bridge, road" }], units: { hours: "h" } },
    { key: "link", about: "", units: { capacity: "Mt/yr" } },
    { key: "country", about: "", rows: [{ id: "RU", name: "Russia" }, { id: "AZ", name: "Azerbaijan", on: "freight" }, { id: "TR", name: "Türkiye", on: "energy" }], units: { capacity: "Mt/yr", load: "MW" } },
    { key: "tie", about: "", on: "energy", units: { capacity: "MW" } },
    { key: "fuel", about: "", on: "energy", units: { capacity: "MW" } },
    { key: "carrier", about: "", on: "energy", words: ["power", "gas"], rows: [{ id: "gas", units: { load: "mcm/d" } }], units: { load: "MW" } },
    { key: "modes", about: "", many: true },
    { key: "direction", about: "" },
  ],
  clauses: [],
};
const kind = (op: string) => choices.changes.find((k) => k.op === op)!;

test("conditions are read as parts and written as they were", () => {
  const y = new Yaml(flagship);
  let n = 0;
  for (let i = 0; i < y.count(["effects"]); i++) {
    const when = y.word(["effects", i, "when"]);
    const atoms = atomsOf(when);
    expect(atoms).not.toBeNull();
    expect(whenOf(atoms!)).toBe(when);
    n += atoms!.length;
  }
  expect(n).toBeGreaterThan(20);
  expect(atomsOf("position(IR,zangezur) in {against, neutral} and pact=yes")).toEqual([
    { variable: "position(IR,zangezur)", states: ["against", "neutral"] },
    { variable: "pact", states: ["yes"] },
  ]);
  for (const other of ["a=b or c=d", "not a=b", "a!=b", "(a=b)", "a not in {b}", "false", "a=b and (c=d or e=f)"]) expect(atomsOf(other)).toBeNull();
});

test("an effect belongs to the states that its condition speaks of", () => {
  expect(speaksOf("war in {alone, both} and pact=yes", "war", "both")).toBe(true);
  expect(speaksOf("war in {alone, both} and pact=yes", "war", "none")).toBe(false);
  expect(speaksOf("war in {alone, both} and pact=yes", "war", "")).toBe(true);
  expect(speaksOf("not war=none", "war", "none")).toBe(true);
  expect(speaksOf("not cold_war=none", "war", "")).toBe(false);
});

test("units follow what a change acts on", () => {
  expect(unitOf(choices, kind("capacity"), [["country", "RU"]])).toBe("Mt/yr");
  expect(unitOf(choices, kind("capacity"), [["country", "RU"], ["fuel", "gas"]])).toBe("MW");
  expect(unitOf(choices, kind("load"), [["country", "RU"]])).toBe("MW");
  expect(unitOf(choices, kind("load"), [["country", "RU"], ["carrier", "gas"]])).toBe("mcm/d");
  expect(unitOf(choices, kind("capacity"), [["modes", "rail"]])).toBeUndefined();
});

test("keys and rows are those of one network", () => {
  expect(networkOf(choices, kind("capacity"), ["country"])).toBe("freight");
  expect(networkOf(choices, kind("capacity"), ["country", "fuel"])).toBe("energy");
  expect(moreKeys(choices, kind("capacity"), [])).toEqual(kind("capacity").keys);
  expect(moreKeys(choices, kind("capacity"), ["tie"])).toEqual(["country", "direction", "fuel"]);
  expect(moreKeys(choices, kind("capacity"), ["link"])).toEqual(["border", "country", "direction", "modes"]);
  const country = choices.keys.find((k) => k.key === "country")!;
  expect(rowsOf(country, "freight").map((r) => r.id)).toEqual(["RU", "AZ"]);
  expect(nameOf(country.rows!, "RU-AZ")).toBe("Russia – Azerbaijan");
  expect(nameOf(country.rows!, "!RU")).toBe("all but Russia");
});

const text = `effects:
- id: one
  why: {letter: c, reason: guess}
  changes:
  - hours: {border: b1}
    times: {value: 0.6, low: 0.35, high: 1.0}
  - close: {country: RU-AZ, modes: [road, rail]}
  - coupling: {tie: t}
    set: radial
  - close: {}
`;

test("a change in words", () => {
  const y = new Yaml(text);
  const words = [0, 1, 2, 3].map((i) => changeWords(choices, y, ["effects", 0, "changes", i]));
  expect(words).toEqual(["hours, border b1: times 0.6 (0.35 to 1.0)", "closes country RU-AZ, modes road, rail", "coupling, tie t: radial", "closes …"]);
});

test("a problem stands at the smallest field that holds it", () => {
  const y = new Yaml(text);
  const fields = fieldsOf(y, choices, ["effects", 0]);
  const mark = (line: number, column: number) => ({ line, column });
  const marks = [mark(2, 7), mark(3, 28), mark(5, 21), mark(6, 31), mark(7, 5), mark(9, 10)];
  const at = placed(y, marks, fields).at;
  const path = (...p: (string | number)[]) => ["effects", 0, ...p];
  expect(at(path("id"))).toEqual([marks[0]]);
  expect(at(path("why", "letter"))).toEqual([]);
  expect(at(path("why", "reason"))).toEqual([marks[1]]);
  expect(at(path("changes", 0, "hours", "border"))).toEqual([marks[2]]);
  expect(at(path("changes", 0, "times"))).toEqual([marks[3]]);
  expect(at(path("changes", 1))).toEqual([marks[4]]);
  expect(at(path("changes", 2, "set"))).toEqual([marks[5]]);
});

test("a new effect has a name that none has", () => {
  const y = new Yaml("effects:\n- id: pact_yes\n- id: position_IR_x_y\n");
  expect(freeId(y, "pact", "no")).toBe("pact_no");
  expect(freeId(y, "pact", "yes")).toBe("pact_yes_2");
  expect(freeId(y, "position(IR,x)", "y")).toBe("position_IR_x_y_2");
  expect(freeId(y, "", "")).toBe("effect");
});
