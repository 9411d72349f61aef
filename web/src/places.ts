// The text of a source with the places of claims in it. Places count code points, as the
// case's files do; a string of the browser counts units of UTF-16.

export interface Place {
  claim: string;
  status: "shown" | "not_attached" | "unreadable" | "other_words" | "outside" | "not_found" | "ambiguous";
  why: string;
  start: number; // code point, of a place that is shown
  end: number;
  locator?: [number, number];
}

export interface TextRow {
  source: string;
  title: string;
  attached: boolean;
  code_points: number;
  sha256?: string;
  declared_sha256?: string;
  same: boolean;
  changed?: string;
  places: Place[];
}

/** A stretch of a text in which the same claims have their words. */
export interface Piece {
  text: string;
  claims: string[]; // in the order of their places
  begins: string[]; // those whose words begin here
}

/** A text cut where the words of claims begin and end. The pieces put together are the text. */
export function cut(text: string, places: Place[]): Piece[] {
  const shown = places.filter((p) => p.status === "shown" && p.start < p.end).sort((a, b) => a.start - b.start || b.end - a.end);
  const cuts = [...new Set(shown.flatMap((p) => [p.start, p.end]))].sort((a, b) => a - b);
  const out: Piece[] = [];
  let at = 0; // code point
  let unit = 0; // of UTF-16
  const take = (to: number) => {
    const from = unit;
    const first = at;
    for (; at < to && unit < text.length; at++) unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
    if (unit === from) return;
    const here = shown.filter((p) => p.start <= first && first < p.end);
    out.push({ text: text.slice(from, unit), claims: here.map((p) => p.claim), begins: here.filter((p) => p.start === first).map((p) => p.claim) });
  };
  for (const c of cuts) take(c);
  if (unit < text.length) out.push({ text: text.slice(unit), claims: [], begins: [] });
  return out;
}

/** Claims in the order of the text: those that are shown, then those that are not. */
export function inOrder(places: Place[]): Place[] {
  const rank = (p: Place) => (p.status === "shown" ? p.start : (p.locator?.[0] ?? Infinity));
  return [...places].sort((a, b) => Number(b.status === "shown") - Number(a.status === "shown") || rank(a) - rank(b));
}

/** The largest text that can be attached, in bytes: the server's own limit. */
export const maxText = 8 << 20;
