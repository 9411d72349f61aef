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

export const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
