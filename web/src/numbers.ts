// Numbers for people: three figures that mean something, a true minus sign.
import type { Num } from "./answer";

/** A value with so many digits that its size can be told, as 3.86, 191, 0.403. */
export function plain(v: Num, signed = false): string {
  if (v === null || !Number.isFinite(v)) return "–";
  const a = Math.abs(v);
  const digits = a === 0 ? 0 : Math.max(0, Math.min(6, 2 - Math.floor(Math.log10(a))));
  let text = a.toLocaleString("en-GB", { minimumFractionDigits: 0, maximumFractionDigits: digits, useGrouping: a >= 10000 });
  if (Number(text.replaceAll(",", "")) === 0) return "0";
  if (v < 0) text = `−${text}`;
  else if (signed) text = `+${text}`;
  return text;
}

export const percent = (v: Num): string => (v === null ? "–" : `${plain(Math.round(100 * v))} %`);

/** A text of the program with the signs of print: a true minus before a number, and no line break before its unit. */
export const typeset = (text: string): string => text.replace(/(^|[\s(,])-(?=\d)/g, "$1−").replace(/(\d) (?=%|points\b|(?:[kMm]|m[cn]|bn|b)?\s?(?:t|USD|TEU|t-km|W|cm|Wh)\/|[MG]W\b|(?:mcm|bcm|[GT]Wh)\/|h\b)/g, "$1\u00a0");

/** A text cut at a word, "…" behind it, where it is longer than so many characters. */
export function short(text: string, most = 72): string {
  if (text.length <= most) return text.replace(/\.$/, "");
  const cut = text.slice(0, most);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), most / 2)).replace(/[\s,;:.–-]+$/, "")} …`;
}

/** "a, b and c". */
export const listed = (list: readonly string[], and = "and"): string => (list.length < 2 ? (list[0] ?? "") : `${list.slice(0, -1).join(", ")} ${and} ${list[list.length - 1]}`);

export const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const spelt = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** A count inside a sentence: spelt out below ten. */
export const count = (n: number): string => spelt[n] ?? String(n);

export const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
