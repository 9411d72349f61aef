import { expect, test } from "vitest";
import { cut, inOrder, type Place } from "../src/places";

const at = (claim: string, start: number, end: number): Place => ({ claim, status: "shown", why: "", start, end });

test("a text is cut at the code points of the claims", () => {
  const text = "\u{1F682} rail, then <b>road</b>\n";
  const pieces = cut(text, [at("rail", 2, 6), at("both", 2, 20)]);
  expect(pieces).toEqual([
    { text: "\u{1F682} ", claims: [], begins: [] },
    { text: "rail", claims: ["both", "rail"], begins: ["both", "rail"] },
    { text: ", then <b>road", claims: ["both"], begins: [] },
    { text: "</b>\n", claims: [], begins: [] },
  ]);
  expect(pieces.map((p) => p.text).join("")).toBe(text);
});

test("places at the ends, side by side, and those without words", () => {
  const text = "abcd";
  expect(cut(text, [at("x", 0, 2), at("y", 2, 4)]).map((p) => [p.text, p.claims.join(), p.begins.join()])).toEqual([
    ["ab", "x", "x"],
    ["cd", "y", "y"],
  ]);
  expect(cut(text, [{ ...at("x", 1, 2), status: "not_found" }, at("z", 3, 3)])).toEqual([{ text, claims: [], begins: [] }]);
  expect(cut(text, [at("far", 2, 99)]).map((p) => p.text)).toEqual(["ab", "cd"]);
  expect(cut("", [at("x", 0, 1)])).toEqual([]);
});

test("claims in the order of the text, those without a place last", () => {
  const lost: Place = { claim: "lost", status: "not_found", why: "", start: 0, end: 0 };
  const moved: Place = { claim: "moved", status: "other_words", why: "", start: 0, end: 0, locator: [1, 2] };
  expect(inOrder([lost, at("b", 9, 10), moved, at("a", 3, 4)]).map((p) => p.claim)).toEqual(["a", "b", "moved", "lost"]);
});
