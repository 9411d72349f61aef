// How numbers of a row are written alike: in one unit that fits the largest of them, with
// the decimals that its threshold asks for. The rules are those of answer.Style in Go.
import type { Num } from "./answer";

/** From which size on a unit is written in a larger one, the largest first. */
const steps: Record<string, [from: number, by: number, unit: string][]> = {
  "t/yr": [[1e5, 1e6, "Mt/yr"], [1e3, 1e3, "kt/yr"], [0, 1, "t/yr"]],
  "USD/yr": [[1e9, 1e9, "bn USD/yr"], [1e6, 1e6, "m USD/yr"], [1e3, 1e3, "k USD/yr"], [0, 1, "USD/yr"]],
  "TEU/yr": [[1e6, 1e6, "m TEU/yr"], [1e4, 1e3, "k TEU/yr"], [0, 1, "TEU/yr"]],
  "t-km/yr": [[1e9, 1e9, "bn t-km/yr"], [1e6, 1e6, "mn t-km/yr"], [0, 1, "t-km/yr"]],
  MW: [[1e3, 1e3, "GW"], [0, 1, "MW"]],
  "GWh/yr": [[1e3, 1e3, "TWh/yr"], [0, 1, "GWh/yr"]],
  "bcm/yr": [[0.1, 1, "bcm/yr"], [0, 1e-3, "mcm/yr"]],
};

const three = (v: number): number => Number(v.toPrecision(3));

export interface Style {
  unit: string; // of levels, "" for plain points
  changeUnit: string;
  by: number;
  decimals: number;
}

/** Measures that count things: no shares, though they have no unit either. */
export const counts = new Set(["power_ways"]);

/** The style of numbers in a unit. A unit of "" is a share, unless the measure is an index of concentration or a count. */
export function styleOf(unit: string, measure: string, threshold: number, numbers: Num[]): Style {
  const largest = Math.max(0, ...numbers.map((n) => Math.abs(n ?? 0)));
  let s: Style;
  if (measure === "hhi") s = { unit: "", changeUnit: "", by: 1e-4, decimals: 0 };
  else if (counts.has(measure)) s = { unit: "", changeUnit: "", by: 1, decimals: 0 };
  else if (unit === "") s = { unit: "%", changeUnit: "points", by: 0.01, decimals: 0 };
  else {
    const v = three(largest);
    const all = steps[unit] ?? [[0, 1, unit]];
    const step = (v !== 0 && all.find(([from]) => v >= from)) || all[all.length - 1]!;
    s = { unit: step[2], changeUnit: step[2], by: step[1], decimals: 0 };
  }
  const place = (v: number) => Math.floor(Math.log10(v / s.by));
  let d = largest > 0 ? 2 - place(largest) : 0;
  if (threshold > 0) {
    d = Math.max(d, Math.ceil(Math.log10((5 * s.by) / threshold) - 1e-9));
    if (largest > 0) d = Math.min(d, 3 - place(largest));
  }
  const whole = counts.has(measure) && numbers.every((n) => n === null || Math.abs(n - Math.round(n)) < 0.005); // an expectation of a count need not be
  s.decimals = whole ? 0 : Math.min(Math.max(d, 0), 3);
  return s;
}

// Making a format takes far longer than using it.
const formats = new Map<string, Intl.NumberFormat>();

function format(decimals: number, grouped: boolean): Intl.NumberFormat {
  const key = `${decimals} ${grouped}`;
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.NumberFormat("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: grouped })));
  return f;
}

/** A level without its unit, "–" where there is none. */
export function bare(s: Style, n: Num): string {
  if (n === null || !Number.isFinite(n)) return "–";
  const text = format(s.decimals, Math.abs(n / s.by) >= 1e4).format(Math.abs(n / s.by));
  return n < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** A change with its sign and without its unit. */
export function bareChange(s: Style, n: Num): string {
  const text = bare(s, n);
  return n !== null && n > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

const joined = (text: string, unit: string): string => (text === "–" || unit === "" ? text : `${text} ${unit}`);

export const level = (s: Style, n: Num): string => joined(bare(s, n), s.unit);
export const change = (s: Style, n: Num): string => joined(bareChange(s, n), s.changeUnit);

/** The unit of changes for a table; what has no unit is said to be points of an index, or a count. */
export const unitText = (s: Style, measure: string): string => s.changeUnit || (measure === "hhi" ? "points of HHI" : counts.has(measure) ? "count" : "");

/** A range of levels, the unit once, one number where both ends are alike. */
export const levels = (s: Style, low: Num, high: Num): string => (bare(s, low) === bare(s, high) ? level(s, low) : joined(`${bare(s, low)} to ${bare(s, high)}`, s.unit));

/** A range of changes, the unit once. */
export const changes = (s: Style, low: Num, high: Num): string => (bareChange(s, low) === bareChange(s, high) ? change(s, low) : joined(`${bareChange(s, low)} to ${bareChange(s, high)}`, s.changeUnit));

/** Sentences of a paragraph. A point inside a number, or before a small letter, ends none. */
export const sentences = (text: string): string[] => text.split(/(?<=[.!?]["”]?)\s+(?=[A-Z“"])/).filter((x) => x !== "");
