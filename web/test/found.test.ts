import { expect, test } from "vitest";
import { pieces } from "../src/found";

test("a find is cut where its words stand", () => {
  expect(pieces("the \uE000Zangezur\uE001 passage \uE000by\uE001")).toEqual([
    { text: "the ", hit: false },
    { text: "Zangezur", hit: true },
    { text: " passage ", hit: false },
    { text: "by", hit: true },
  ]);
  expect(pieces("")).toEqual([]);
});
