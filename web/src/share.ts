// Links that restore a view, and two runs side by side.
import { parse } from "./address";
import type { Brief, Num, Outcome } from "./answer";

/** Of the case's hash, what a link carries: enough to tell two states of a case apart. */
export const mark = (hash: string): string => hash.slice(0, 12);

/** The fragment of an address with the state of the case that it was made on. */
export function marked(fragment: string, hash: string): string {
  const [path = "", query = ""] = fragment.replace(/^#/, "").split("?", 2);
  const q = new URLSearchParams(query);
  q.set("at", mark(hash));
  return `#${path}?${q.toString()}`;
}

/** From this length on a link is given a short name: mail programs break longer ones. */
export const longLink = 240;

/** The id of a saved view in an address, as #/~abcdefgh; "" for others. */
export const viewOf = (first: string): string => (/^~[a-z2-7]{8}$/.test(first) ? first.slice(1) : "");

/** The address that a saved view opens: a page of this app, and no other saved view, which could lead round in a circle. */
export const opens = (address: string): string => (address.startsWith("#/") && !viewOf(parse(address).case) ? address : "#/");

/** A number of two runs. */
export interface Compared {
  key: string;
  outcome: Outcome;
  what: string; // "" is the baseline world, else the arm of an act
  a: Num;
  b: Num;
  change: Num;
  material: boolean;
}

export interface Comparison {
  rows: Compared[]; // in the order of the first run
  missing: string[]; // names of outcomes that one of the runs does not have
}

/** Two runs number by number. Material is a change of the outcome's materiality or more, or a value on one side only, as in astara compare. */
export function compare(a: Brief, b: Brief): Comparison {
  const rows: Compared[] = [];
  const inB = new Map(b.outcomes.map((o) => [o.id, o]));
  const inA = new Set(a.outcomes.map((o) => o.id));
  const add = (o: Outcome, what: string, x: Num, y: Num) => {
    const change = x === null || y === null ? null : y - x;
    rows.push({ key: `${what} ${o.id}`, outcome: o, what, a: x, b: y, change, material: (x === null) !== (y === null) || (change !== null && change !== 0 && Math.abs(change) >= o.materiality) });
  };
  for (const o of a.outcomes) {
    const other = inB.get(o.id);
    if (other) add(o, "", o.baseline, other.baseline);
  }
  const head = (x: Brief) => new Map(x.acts.filter((y) => y.view === x.headline).map((y) => [y.id, y]));
  const acts = head(b);
  for (const act of head(a).values())
    for (const e of act.effects) {
      const f = acts.get(act.id)?.effects.find((y) => y.state === e.state && y.outcome === e.outcome);
      const o = a.outcomes.find((y) => y.id === e.outcome);
      if (f && o) add(o, `${act.name}: ${e.state.replaceAll("_", " ")}`, e.effect, f.effect);
    }
  const missing = [...a.outcomes.filter((o) => !inB.has(o.id)), ...b.outcomes.filter((o) => !inA.has(o.id))].map((o) => o.name);
  return { rows, missing: missing.sort() };
}

/** A size for people. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1e6) return `${(n / 1e3).toFixed(n < 1e4 ? 1 : 0)} kB`;
  return `${(n / 1e6).toFixed(n < 1e7 ? 1 : 0)} MB`;
}
