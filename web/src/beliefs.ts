// Changed words: what the page of beliefs holds, its place in the address, what is asked
// of the server, and what comes back. An interval is a pair of shares from 0 to 1.

import { proposition, type Named } from "./conditions";
import { short } from "./numbers";

export type Interval = readonly [number, number];

export interface ClaimEdit {
  off?: boolean;
  interval?: Interval;
}

/** A claim of one's own: a proposition, or what a claim of the case says. */
export interface Own {
  id: string;
  like?: string; // claim of the case
  if?: string;
  then?: string;
  interval: Interval | null; // null for claims that have none, as that one thing raises another
}

/** What is changed, and how it is looked at. */
export interface Change {
  view: string; // mixture, consensus, own, reference or an expert
  act: string; // "" for the first
  state: string;
  lexicon: string; // "" for the case's
  claims: Record<string, ClaimEdit>;
  weights: Record<string, number> | null; // by expert, and of own; null: the experts alike
  own: Own[];
}

export const unchanged: Change = { view: "mixture", act: "", state: "", lexicon: "", claims: {}, weights: null, own: [] };

/** Whether words or weights differ from the case's. */
export const differs = (c: Change): boolean => c.lexicon !== "" || c.weights !== null || c.own.length > 0 || Object.keys(c.claims).length > 0;

/** The change with another edit of a claim; an empty one takes the claim as it stands. */
export function edit(c: Change, claim: string, e: ClaimEdit): Change {
  const claims = { ...c.claims };
  const next = { ...claims[claim], ...e };
  if (!next.off) delete next.off;
  if (next.off || next.interval) claims[claim] = next;
  else delete claims[claim];
  return { ...c, claims };
}

/** The change with a claim as it stands. */
export function restore(c: Change, claim: string): Change {
  const claims = { ...c.claims };
  delete claims[claim];
  return { ...c, claims };
}

// Shares are kept to a thousandth: finer than anybody means, and short in an address.
const grain = 1000;
export const rounded = (v: number): number => Math.round(Math.min(1, Math.max(0, v)) * grain) / grain;

/** An interval with one end moved; the other end is pushed along rather than crossed. */
export function moveEnd(i: Interval, end: 0 | 1, to: number): Interval {
  const v = rounded(to);
  return end === 0 ? [v, Math.max(v, i[1])] : [Math.min(v, i[0]), v];
}

/** An interval moved whole, as far as there is room. */
export function moveBoth(i: Interval, by: number): Interval {
  const d = Math.min(1 - i[1], Math.max(-i[0], by));
  return [rounded(i[0] + d), rounded(i[1] + d)];
}

/** Where a key takes an end of a slider; null for keys that are not the slider's. */
export function stepped(key: string, shift: boolean, at: number): number | null {
  const step = shift ? 0.05 : 0.01;
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return rounded(at + step);
    case "ArrowLeft":
    case "ArrowDown":
      return rounded(at - step);
    case "PageUp":
      return rounded(at + 0.1);
    case "PageDown":
      return rounded(at - 0.1);
    case "Home":
      return 0;
    case "End":
      return 1;
  }
  return null;
}

/** A share in per cent, with a decimal only where it has one. */
export const share = (v: number): string => `${Number((100 * v).toFixed(1))} %`;

// In the address: c=claim=0.2~0.3;claim=off, w=expert=0.5;own=0.2, own=a list as JSON.
const pairs = (text: string): [string, string][] =>
  text
    .split(";")
    .map((p): [string, string] => {
      const at = p.lastIndexOf("=");
      return [p.slice(0, Math.max(at, 0)), p.slice(at + 1)];
    })
    .filter(([k, v]) => k !== "" && v !== "");

const intervalOf = (text: string): Interval | null => {
  const [a, b] = text.split("~").map(Number);
  return a !== undefined && b !== undefined && a >= 0 && a <= b && b <= 1 ? [a, b] : null;
};

/** What the address says; parts that make no sense are left out. */
export function parseChange(q: URLSearchParams): Change {
  const claims: Record<string, ClaimEdit> = {};
  for (const [id, v] of pairs(q.get("c") ?? "")) {
    const [flag, rest] = v.startsWith("off") ? ["off", v.slice(3).replace(/^,/, "")] : ["", v];
    const e: ClaimEdit = flag ? { off: true } : {};
    const i = intervalOf(rest);
    if (i) e.interval = i;
    if (e.off || e.interval) claims[id] = e;
  }
  let weights: Record<string, number> | null = null;
  for (const [id, v] of pairs(q.get("w") ?? "")) if (Number(v) >= 0 && Number(v) <= 1) (weights ??= {})[id] = Number(v);
  return { view: q.get("v") || "mixture", act: q.get("a") ?? "", state: q.get("s") ?? "", lexicon: q.get("l") ?? "", claims, weights, own: ownOf(q.get("own") ?? "") };
}

function ownOf(text: string): Own[] {
  let list: unknown;
  try {
    list = JSON.parse(text || "[]");
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  const out: Own[] = [];
  for (const x of list as Record<string, unknown>[]) {
    if (!x || typeof x !== "object" || (typeof x.like !== "string" && typeof x.then !== "string")) continue;
    const i = Array.isArray(x.i) ? intervalOf(x.i.join("~")) : null;
    const o: Own = { id: `own-${out.length + 1}`, interval: i };
    if (typeof x.like === "string") o.like = x.like;
    if (typeof x.then === "string") o.then = x.then;
    if (typeof x.if === "string" && x.if) o.if = x.if;
    out.push(o);
  }
  return out;
}

/** The change for the address; null takes a part out of it. */
export function writeChange(c: Change): Record<string, string | null> {
  const claims = Object.entries(c.claims).map(([id, e]) => `${id}=${[e.off ? "off" : "", e.interval ? e.interval.join("~") : ""].filter(Boolean).join(",")}`);
  const own = c.own.map((o) => ({ ...(o.like ? { like: o.like } : { ...(o.if ? { if: o.if } : {}), then: o.then }), ...(o.interval ? { i: o.interval } : {}) }));
  return {
    v: c.view === "mixture" ? null : c.view,
    a: c.act || null,
    s: c.state || null,
    l: c.lexicon || null,
    c: claims.join(";") || null,
    w: c.weights ? Object.entries(c.weights).map(([id, w]) => `${id}=${w}`).join(";") : null,
    own: own.length > 0 ? JSON.stringify(own) : null,
  };
}

/** A claim of one's own in the names of the case, without a point at its end. */
export const plainly = (variables: readonly Named[], o: Own): string => proposition({ ...(o.if ? { if: o.if } : {}), ...(o.then ? { then: o.then } : {}) }, variables).replace(/\.$/, "");

/** A claim in few words: what it says, cut short. */
export function brief(m: { claims: readonly { id: string; paraphrase: string }[]; variables: readonly Named[] }, own: readonly Own[], id: string): string {
  const o = own.find((x) => x.id === id);
  const said = (like: string): string | undefined => m.claims.find((k) => k.id === like)?.paraphrase;
  return short(o ? (o.like ? (said(o.like) ?? o.like) : plainly(m.variables, o)) : (said(id) ?? id));
}

/** The body of a request. */
export function bodyOf(c: Change): Record<string, unknown> {
  const claims: Record<string, unknown> = {};
  for (const [id, e] of Object.entries(c.claims)) claims[id] = { ...(e.off ? { off: true } : {}), ...(e.interval ? { low: e.interval[0], high: e.interval[1] } : {}) };
  return {
    view: c.view,
    ...(c.act ? { act: c.act } : {}),
    ...(c.state ? { state: c.state } : {}),
    ...(c.lexicon ? { lexicon: c.lexicon } : {}),
    claims,
    ...(c.weights ? { experts: c.weights } : {}),
    own: c.own.map((o) => ({ id: o.id, ...(o.like ? { like: o.like } : { ...(o.if ? { if: o.if } : {}), then: o.then ?? "" }), ...(o.interval ? { low: o.interval[0], high: o.interval[1] } : {}) })),
  };
}

export interface ArmLevel {
  arm: string;
  if: number | null;
  completed: number | null;
  reference: number | null;
}

export interface ClaimNow {
  claim: string;
  off?: boolean;
  idle?: string;
  aside?: boolean;
  ranged: boolean;
  soft_low: number | null;
  soft_high: number | null;
  low: number | null;
  high: number | null;
  lexicon?: string;
  phrase?: string;
  met: boolean;
  arms: ArmLevel[];
}

export interface SpeakerNow {
  id: string;
  name: string;
  share: number;
  bend: number;
  cores: string[][];
  converged: boolean;
  silent: string[];
  claims: ClaimNow[];
}

export interface Head {
  view: string;
  lexicon: string;
  speakers: SpeakerNow[];
  table: string;
  without: number;
  with: number;
}

export interface Completed {
  head: Head;
  without: Float64Array; // weights of the worlds of the arm without the act, in their order
  with: Float64Array;
}

/** Takes the answer to a change apart: see server/api_beliefs.go. */
export function decode(body: ArrayBuffer): Completed {
  const view = new DataView(body);
  if (body.byteLength < 8 || String.fromCharCode(...new Uint8Array(body, 0, 4)) !== "ASBW") throw new Error("The server sent no weights. Reload the page.");
  const size = view.getUint32(4, true);
  if (8 + size > body.byteLength) throw new Error("The weights were cut off.");
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 8, size))) as Head;
  if (8 + size + 8 * (head.without + head.with) !== body.byteLength) throw new Error("The weights were cut off.");
  return { head, without: new Float64Array(body, 8 + size, head.without), with: new Float64Array(body, 8 + size + 8 * head.without, head.with) };
}

export interface Contradiction {
  claims: string[];
  speakers: string[];
  from: string;
  until: string;
  bend: number | null;
  horizon: boolean;
}

export interface WordsNow {
  view: string;
  bounds: { outcome: string; bounds: { status: string; low: number | null; high: number | null; exact: boolean } }[];
  contradictions: Contradiction[];
  contradictions_complete: boolean;
}

/** Why claims do not hold together, in a sentence. */
export function why(k: Contradiction, name: (speaker: string) => string): string {
  const widen = k.bend === null ? "" : ` ${k.claims.length === 1 ? "It would fit if its interval were" : "They would fit if each interval were"} wider by ${Number((100 * k.bend).toFixed(1))} points at either end.`;
  const when = k.horizon ? "" : ` ${k.claims.length === 1 ? "It speaks" : "They speak"} of ${k.from} to ${k.until}, before the worlds begin, so no weight depends on it.`;
  if (k.claims.length === 1) return `No weights of the worlds keep this claim of ${k.speakers.map(name).join(", ")}, even alone.${widen}${when}`;
  const who = k.speakers.length === 1 ? `These words of ${name(k.speakers[0]!)} cannot all hold` : `These words of ${k.speakers.map(name).join(" and ")} cannot all hold`;
  return `${who}; without any one of them the rest can.${widen}${when}`;
}
