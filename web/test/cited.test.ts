import { expect, test } from "vitest";
import { cited } from "../src/cited";

test("claims named in a sentence are told from the rest, which stays as it is", () => {
  const text = "In words: soltan-obstacles (Sadreddin Soltan) and k.9 (Andrew Korybko) cannot both hold (paraphrased).";
  const said = cited(text, ["Sadreddin Soltan", "Andrew Korybko"]);
  expect(said.filter((p) => p.claim).map((p) => p.text)).toEqual(["soltan-obstacles", "k.9"]);
  expect(said.map((p) => p.text).join("")).toBe(text);
  const other = "By expert it runs from +0.16 Mt/yr (Sadreddin Soltan) to +0.63 Mt/yr (Vitaliy Arkov).";
  expect(cited(other, ["Sadreddin Soltan", "Vitaliy Arkov"])).toEqual([{ text: other, claim: false }]);
});
