// Effects of a case as a form shows them: what a change may be made of, what its condition
// says, and where in the form a problem of the text belongs.
import type { Variable } from "./meta";
import type { Path, Yaml } from "./yaml-text";

export interface Row {
  id: string;
  name?: string;
  on?: string;
  units?: Record<string, string>;
}

export interface Key {
  key: string;
  about: string;
  many?: boolean;
  on?: string;
  words?: string[];
  rows?: Row[];
  units?: Record<string, string>;
}

export interface ChangeKind {
  op: string;
  about: string;
  on?: string;
  keys: string[];
  acts: string[];
  hows?: string[];
  words?: string[];
}

export interface Choices {
  changes: ChangeKind[];
  keys: Key[];
  clauses: Row[];
}

/** The kind of a change, the key of its own that names it. */
export const kindOf = (c: Choices, y: Yaml, change: Path): ChangeKind | undefined => c.changes.find((k) => y.keys(change).includes(k.op));

export const keyOf = (c: Choices, key: string): Key | undefined => c.keys.find((k) => k.key === key);

/** The network that a change acts on: that of its kind, or of a key that only power and gas have. */
export function networkOf(c: Choices, kind: ChangeKind, keys: readonly string[]): string {
  return kind.on ?? (keys.some((k) => keyOf(c, k)?.on === "energy") ? "energy" : "freight");
}

/** Keys that a selector may still get: of its network once it acts on something, else of either. */
export function moreKeys(c: Choices, kind: ChangeKind, keys: readonly string[]): string[] {
  const here = c.changes.find((k) => k.on === networkOf(c, kind, keys))?.keys ?? [];
  const acting = keys.some((k) => kind.acts.includes(k));
  return kind.keys.filter((k) => !keys.includes(k) && (!acting || here.includes(k)));
}

/** What a key may name on a network. */
export const rowsOf = (k: Key | undefined, network: string): Row[] => (k?.rows ?? []).filter((r) => r.on === undefined || r.on === network);

/** The unit of a bare number that a change sets or adds, "" for a plain number, undefined where nothing says so. */
export function unitOf(c: Choices, kind: ChangeKind, selector: readonly (readonly [string, string])[]): string | undefined {
  const keys = selector.map(([k]) => k);
  const on = networkOf(c, kind, keys);
  let unit: string | undefined;
  const special = selector.filter(([k]) => on !== "energy" || keyOf(c, k)?.on === "energy");
  for (const [k] of special.length > 0 ? special : selector) unit ??= keyOf(c, k)?.units?.[kind.op];
  for (const [k, id] of selector) unit = keyOf(c, k)?.rows?.find((r) => r.id === id)?.units?.[kind.op] ?? unit;
  return unit;
}

/** The name of what a word of a selector names, of both states where it names two. */
export function nameOf(rows: readonly Row[], id: string): string {
  const bare = id.replace(/^!/, "");
  const one = rows.find((r) => r.id === bare);
  if (one) return `${id.startsWith("!") ? "all but " : ""}${one.name ?? ""}`;
  const two = bare.split("-");
  return two.length === 2 ? two.map((t) => rows.find((r) => r.id === t)?.name ?? "").filter(Boolean).join(" – ") : "";
}

/** What a condition asks of one variable. */
export interface Atom {
  variable: string;
  states: string[];
}

const atom = /^\s*([\p{L}\p{N}_+][\p{L}\p{N}_+.-]*(?:\([^()]*\))?)\s*(?:=\s*([^\s{}=!()]+)|\bin\s*\{([^{}]*)\})\s*$/u;

/** The parts of a condition that asks one thing beside another, null for one of another form. */
export function atomsOf(when: string): Atom[] | null {
  if (when.trim() === "") return [];
  const out: Atom[] = [];
  for (const part of when.split(/\sand\s/)) {
    const m = atom.exec(part);
    if (!m || /\b(or|not)\b/.test(part) || part.includes("!=")) return null;
    out.push({ variable: m[1]!, states: m[2] !== undefined ? [m[2]] : m[3]!.split(",").map((s) => s.trim()).filter(Boolean) });
  }
  return out;
}

export const whenOf = (atoms: readonly Atom[]): string => atoms.map((a) => (a.states.length === 1 ? `${a.variable}=${a.states[0]}` : `${a.variable} in {${a.states.join(", ")}}`)).join(" and ");

/** Whether a condition speaks of a variable, and of a state of it where one is given; one of another form than a list of parts speaks of all that it names. */
export function speaksOf(when: string, variable: string, state: string): boolean {
  const atoms = atomsOf(when);
  if (atoms) return atoms.some((a) => a.variable === variable && (state === "" || a.states.includes(state)));
  const has = (w: string): boolean => new RegExp(`(^|[^\\p{L}\\p{N}_])${w.replace(/[^\p{L}\p{N}_]/gu, "\\$&")}($|[^\\p{L}\\p{N}_])`, "u").test(when);
  return has(variable) && (state === "" || has(state));
}

/** A figure in a few words: "0.6 (0.35 to 1)". */
export function figureWords(y: Yaml, path: Path): string {
  switch (y.shape(path)) {
    case "word":
      return y.word(path);
    case "list": {
      const w = y.words(path);
      return w.length === 3 ? `${w[1]} (${w[0]} to ${w[2]})` : w.join(" to ");
    }
    case "record": {
      const [value, low, high] = ["value", "low", "high"].map((k) => y.word([...path, k]));
      return low !== "" && high !== "" ? `${value} (${low} to ${high})` : value!;
    }
  }
  return "";
}

const verbs: Record<string, string> = { open: "opens", close: "closes", join: "joins", set: "becomes", add: "grows by", times: "times" };

/** A change in a few words: "hours, border nrnadzor_road: times 0.6 (0.35 to 1)". */
export function changeWords(c: Choices, y: Yaml, change: Path): string {
  const kind = kindOf(c, y, change);
  if (!kind) return "a change without a kind";
  const selector = [...change, kind.op];
  const what = y
    .keys(selector)
    .map((k) => `${k} ${y.words([...selector, k]).join(", ") || "…"}`)
    .join(", ");
  const how = ["set", "add", "times"].find((h) => y.has([...change, h]));
  if (!kind.hows) return `${verbs[kind.op] ?? kind.op} ${what || "…"}`;
  return `${y.keys(selector).includes(kind.op) ? "" : `${kind.op}, `}${what || "…"}: ${how ? `${kind.words ? "" : `${verbs[how]} `}${figureWords(y, [...change, how]) || "…"}` : "…"}`;
}

export interface Placed<M> {
  /** Problems of a field, by its path in JSON. */
  at: (path: Path) => M[];
}

/** Problems by the field that they stand in: the smallest of the fields that hold their place. */
export function placed<M extends { line: number; column: number }>(y: Yaml, marks: readonly M[], fields: readonly Path[]): Placed<M> {
  const ranges = fields.flatMap((p) => {
    const r = y.range(p);
    return r ? [{ path: JSON.stringify(p), from: r[0], to: r[1] }] : [];
  });
  const by = new Map<string, M[]>();
  for (const m of marks) {
    const at = y.offset(m.line, m.column);
    const best = ranges.filter((r) => r.from <= at && at <= r.to).sort((a, b) => a.to - a.from - (b.to - b.from))[0];
    if (best) by.set(best.path, [...(by.get(best.path) ?? []), m]);
  }
  return { at: (p) => by.get(JSON.stringify(p)) ?? [] };
}

/** The fields of an effect that show their own problems, the effect and its changes themselves last. */
export function fieldsOf(y: Yaml, c: Choices, effect: Path): Path[] {
  const out: Path[] = [effect];
  for (const k of ["id", "name", "when", "share_of_year"]) out.push([...effect, k]);
  for (const k of ["clause", "claim", "source", "letter", "reason"]) out.push([...effect, "why", k]);
  for (let i = 0; i < y.count([...effect, "changes"]); i++) {
    const change = [...effect, "changes", i];
    out.push(change);
    const kind = kindOf(c, y, change);
    for (const k of kind ? y.keys([...change, kind.op]) : []) out.push([...change, kind!.op, k]);
    for (const h of ["set", "add", "times"]) out.push([...change, h]);
  }
  return out;
}

/** A name for a new effect that none has. */
export function freeId(y: Yaml, variable: string, state: string): string {
  const base = [variable, state].filter(Boolean).join("_").replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "") || "effect";
  const taken = new Set(Array.from({ length: y.count(["effects"]) }, (_, i) => y.word(["effects", i, "id"])));
  for (let i = 1; ; i++) {
    const id = i === 1 ? base : `${base}_${i}`;
    if (!taken.has(id)) return id;
  }
}

/** A first condition for a variable that has none yet: the first state that is not where the case starts. */
export const firstAtom = (v: Variable): Atom => ({ variable: v.id, states: [v.states.find((_, i) => i !== v.baseline) ?? v.states[0] ?? ""] });
