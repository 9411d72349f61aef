import { expect, test } from "vitest";
import { bareChange, change, level, sentences, styleOf } from "../src/style-of";
import { extent, rowsOf, type Mark } from "../src/ui/dots";
import { plain } from "../src/numbers";

test("a row is written in the unit of its largest number, as in the report", () => {
  // Western branch of North-South: 3.86 instead of 3.56 Mt/yr (+0.31 Mt/yr), threshold 50,000 t/yr
  const s = styleOf("t/yr", "tonnes", 50000, [3863844.4, 3557934.3, 305910.1, -883676.9, 2112036.2]);
  expect(level(s, 3863844.4)).toBe("3.86 Mt/yr");
  expect(change(s, 305910.1)).toBe("+0.31 Mt/yr");
  expect(bareChange(s, -883676.9)).toBe("−0.88");
  expect(level(s, null)).toBe("–");
  // Zangezur passage: 0.471 instead of 0.403 Mt/yr, threshold 20,000 t/yr
  const z = styleOf("t/yr", "tonnes", 20000, [471000, 403000, 68000, -395000, 1827000]);
  expect(change(z, 68000)).toBe("+0.068 Mt/yr");
});

test("shares are per cent, their changes points; an index has points of 10,000", () => {
  const s = styleOf("", "border_share", 0.01, [0.0791, 0.0789]);
  expect(level(s, 0.0791)).toMatch(/^7\.9\d* %$/);
  expect(change(s, 0.004)).toMatch(/^\+0\.4\d* points$/);
  expect(level(styleOf("", "hhi", 0.01, [0.3314]), 0.3314)).toBe("3314");
});

test("money and power get a unit that fits, and nothing is minus zero", () => {
  expect(level(styleOf("USD/yr", "", 0, [203.4e6]), 203.4e6)).toBe("203 m USD/yr");
  expect(level(styleOf("MW", "", 0, [13400]), 13400)).toBe("13.4 GW");
  expect(bareChange(styleOf("t/yr", "", 0, [2e6]), -10)).toBe("0.00");
  expect(plain(-0.0000001)).toBe("0");
});

test("a paragraph falls into sentences, points of numbers do not end them", () => {
  expect(sentences("More: 3.86 instead of 3.56 Mt/yr. What was said makes +0.19 of it. It is more.")).toHaveLength(3);
});

test("the axis holds every mark and zero", () => {
  const marks: Mark[] = [0.2, 0.6, null].map((value, i) => ({ id: String(i), name: "", short: "", kind: "expert", value }));
  const [lo, hi] = extent(marks, { bounds: [-9, 9], worlds: [-5, 0.7] });
  expect(lo).toBeLessThanOrEqual(0);
  expect(lo).toBeGreaterThan(-1);
  expect(hi).toBeGreaterThanOrEqual(0.6);
});

test("letters that lie close get rows of their own", () => {
  const rows = rowsOf([10, 12, 50, 13], 6);
  expect(new Set([rows[0], rows[1], rows[3]]).size).toBe(3);
  expect(rows[2]).toBe(0);
});
