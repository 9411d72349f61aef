import { expect, test } from "vitest";
import { fieldOf, interval, setField } from "../src/claim-text";
import { cellAt, parseCSV, setCell } from "../src/csv";

const csv = 'id,name,note\r\na,"x, ""y""","two\nlines"\r\nb,,\r\n\r\nc,z,last';

test("cells with their values, and the line that a row starts on", () => {
  const rows = parseCSV(csv);
  expect(rows.map((r) => r.cells.map((c) => c.value))).toEqual([
    ["id", "name", "note"],
    ["a", 'x, "y"', "two\nlines"],
    ["b", "", ""],
    ["c", "z", "last"],
  ]);
  expect(rows.map((r) => r.line)).toEqual([1, 2, 4, 6]);
});

test("changing a cell leaves every other byte, and what is written is read again", () => {
  const rows = parseCSV(csv);
  for (let i = 0; i < rows.length; i++)
    for (let k = 0; k < rows[i]!.cells.length; k++)
      for (const value of ["7.5", "", 'say "so", twice', "a\nb", " pad"]) {
        const cell = rows[i]!.cells[k]!;
        const text = setCell(csv, cell, value);
        expect(text.startsWith(csv.slice(0, cell.start))).toBe(true);
        expect(text.endsWith(csv.slice(cell.end))).toBe(true);
        expect(parseCSV(text)[i]!.cells[k]!.value).toBe(value);
      }
});

test("a place of the text is found in its cell", () => {
  const rows = parseCSV(csv);
  expect(cellAt(csv, rows, 1, 4)).toEqual({ row: 0, cell: 1 });
  expect(cellAt(csv, rows, 2, 3)).toEqual({ row: 1, cell: 1 });
  expect(cellAt(csv, rows, 3, 1)).toEqual({ row: 1, cell: 2 }); // the second line of a cell
  expect(cellAt(csv, rows, 6, 5)).toEqual({ row: 3, cell: 2 });
  expect(cellAt(csv, rows, 9, 1)).toBeNull();
  const wide = "id,name\n\u{1f6a2},x"; // a character of two units before the cell
  expect(cellAt(wide, parseCSV(wide), 2, 3)).toEqual({ row: 1, cell: 1 });
});

test("a text that ends inside quotes is read to its end", () => {
  expect(parseCSV('a,"b').at(-1)!.cells.map((c) => c.value)).toEqual(["a", "b"]);
});

const yaml = `# head
claims:

- id: one
  paraphrase: "hedge: not this"
  hedge: might # as said
  interval: [0.10, 0.40, 0.60]
  letter: b

# between
- id: two
  hedge: could
  letter: c
`;

test("fields of a claim are found in its own block", () => {
  expect(fieldOf(yaml, "one", "hedge")).toBe("might");
  expect(fieldOf(yaml, "two", "hedge")).toBe("could");
  expect(fieldOf(yaml, "two", "interval")).toBe("");
  expect(interval(fieldOf(yaml, "one", "interval"))).toEqual([0.1, 0.4, 0.6]);
});

test("setting a field changes one line", () => {
  const a = setField(yaml, "one", "hedge", "likely");
  expect(a).toBe(yaml.replace("hedge: might # as said", "hedge: likely # as said"));
  const b = setField(yaml, "two", "interval", "[0.2, 0.5]");
  expect(b).toBe(yaml.replace("hedge: could\n  letter", "hedge: could\n  interval: [0.2, 0.5]\n  letter"));
  expect(setField(b, "two", "interval", "")).toBe(yaml);
  expect(setField(yaml, "three", "hedge", "x")).toBe(yaml);
});
