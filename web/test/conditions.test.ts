import { expect, test } from "vitest";
import { formula, inWords, proposition } from "../src/conditions";
import { short, typeset } from "../src/numbers";

const variables = [
  { id: "pact", name: "Treaty of A and B (2025)", kind: "act", states: ["none", "in_force"] },
  { id: "position(IR,zangezur)", name: "Stand of Iran", kind: "position", states: ["oppose", "tolerate"] },
  { id: "gas", name: "Gas A-B", kind: "event", states: ["flows", "stopped"] },
  { id: "war", name: "War", kind: "event", states: ["none", "small", "large", "total"] },
  { id: "strikes", name: "Strikes", kind: "event", states: ["no", "yes"] },
  { id: "built", name: "Railway", kind: "fact", states: ["no", "yes"] },
];

test("conditions are said in the names of the case", () => {
  const say = (text: string) => inWords(text, variables);
  expect(say("pact=in_force")).toBe("the Treaty of A and B is in force");
  expect(say("pact=none")).toBe("there is no Treaty of A and B");
  expect(say("pact=in_force and position(IR,zangezur)=oppose")).toBe("the Treaty of A and B is in force and Stand of Iran is “oppose”");
  expect(say("position(IR, zangezur)=oppose")).toBe("Stand of Iran is “oppose”");
  expect(say("gas=stopped or not (strikes=yes)")).toBe("“Gas A-B” is stopped or not (“Strikes” comes about)");
  expect(say("gas!=flows")).toBe("“Gas A-B” is stopped");
  expect(say("war in {small, large}")).toBe("“War” is small or large");
  expect(say("strikes!=yes")).toBe("“Strikes” does not come about");
  expect(say("built=no")).toBe("“Railway” is not so");
  expect(say("war not in {none}")).toBe("“War” is not none");
  expect(say("war=none")).toBe("there is no “War”");
  expect(say("war != total")).toBe("“War” is not total");
  expect(say("other=yes and true")).toBe("other=yes and true");
  expect(say("pact=in_force and gas=stopped or strikes=yes")).toBe("the Treaty of A and B is in force and “Gas A-B” is stopped; or “Strikes” comes about");
  expect(say("(position(IR,zangezur)=oppose and gas=stopped) or (strikes=yes)")).toBe("Stand of Iran is “oppose” and “Gas A-B” is stopped; or “Strikes” comes about");
  expect(say("pact=in_force and (gas=stopped or strikes=yes)")).toBe("the Treaty of A and B is in force and (“Gas A-B” is stopped or “Strikes” comes about)");
  expect(inWords("war=with_russia", [{ id: "war", name: "War", states: ["iran_alone", "with_russia"] }])).toBe("“War” is with Russia");
  expect(say("true")).toBe("always");
});

test("claims are sentences, with the formula behind them", () => {
  const c = { if: "pact=in_force", then: "strikes=yes" };
  expect(proposition(c, variables)).toBe("If the Treaty of A and B is in force, then “Strikes” comes about.");
  expect(proposition({ ...c, way: "lowers" }, variables)).toBe("If the Treaty of A and B is in force, this is less probable than otherwise: “Strikes” comes about.");
  expect(proposition({ then: "pact=in_force" }, variables)).toBe("The Treaty of A and B is in force.");
  expect(proposition({ if: "gas=stopped" }, variables)).toBe("On condition: “Gas A-B” is stopped.");
  expect(proposition({}, variables)).toBe("");
  expect(formula(c)).toBe("if pact=in_force then strikes=yes");
});

test("sentences of the program are printed with a true minus, and texts are cut at words", () => {
  expect(typeset("from -0.88 to +2.11 Mt/yr (-9 %), North-South 5-95 %, 2025-01-16")).toBe("from −0.88 to +2.11\u00a0Mt/yr (−9\u00a0%), North-South 5-95\u00a0%, 2025-01-16");
  expect(short("A short text.")).toBe("A short text");
  expect(short("one two three four", 10)).toBe("one two …");
});
