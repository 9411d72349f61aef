// Cells of a CSV text with their places, so that one can be changed and every other byte stays.

export interface Cell {
  value: string;
  start: number; // in the text, quotes included
  end: number;
}

export interface Row {
  line: number; // from 1, of its first character
  cells: Cell[];
}

/** Reads RFC 4180: quotes double inside quotes, line ends inside quotes belong to the cell. Empty lines are no rows. */
export function parseCSV(text: string): Row[] {
  const rows: Row[] = [];
  let line = 1;
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (i < text.length) {
    const row: Row = { line, cells: [] };
    for (;;) {
      const start = i;
      let value = "";
      if (text[i] === '"') {
        i++;
        for (; i < text.length; i++) {
          if (text[i] === '"') {
            if (text[i + 1] !== '"') break;
            i++;
          } else if (text[i] === "\n") line++;
          value += text[i];
        }
        i++; // the closing quote; a text that ends without it ends here
      }
      while (i < text.length && text[i] !== "," && text[i] !== "\n" && !(text[i] === "\r" && text[i + 1] === "\n")) value += text[i++];
      row.cells.push({ value, start, end: Math.min(i, text.length) });
      if (text[i] !== ",") break;
      i++;
    }
    if (text[i] === "\r") i++;
    if (text[i] === "\n") {
      i++;
      line++;
    }
    if (row.cells.length > 1 || row.cells[0]!.value !== "") rows.push(row);
  }
  return rows;
}

/** A value as it stands in a file: quoted where it has to be. */
export const quoted = (value: string): string => (/[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** The text with one cell changed. */
export const setCell = (text: string, cell: Cell, value: string): string => text.slice(0, cell.start) + quoted(value) + text.slice(cell.end);

/** Which cell of the rows a place of the text is in, line and column counted from 1, columns in characters; null between cells. */
export function cellAt(text: string, rows: Row[], line: number, column: number): { row: number; cell: number } | null {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return null;
    start = end + 1;
  }
  let at = start;
  for (let i = 1; i < column && at < text.length; i++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  for (let row = 0; row < rows.length; row++) {
    const cells = rows[row]!.cells;
    if (cells.at(-1)!.end < at) continue;
    const cell = cells.findIndex((c) => c.start <= at && at <= c.end);
    return cell < 0 ? null : { row, cell };
  }
  return null;
}
