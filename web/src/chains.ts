// Transport chains as the API gives them, and what pages make of them.
import type { Network } from "./network";
import { plain } from "./numbers";

export interface Step {
  kind: string; // load, unload, move, tranship, gauge, border, strait, rule
  name: string;
  mode: string;
  country: string;
  from: string;
  to: string;
  km: number;
  hours: number;
  queue: number;
  spread: number;
  money: number;
  price: number;
  payments: { kind: string; row: string; payer: string; earned: Record<string, number> | null; usd_per_t: number }[] | null;
}

export interface Chain {
  modes: string;
  steps: Step[];
  totals: { km: number; hours: number; money: number }[];
  km: number;
  hours: number;
  spread: number;
  money: number;
  price: number;
  generalised_cost: number;
}

/** Hours for people: to a tenth, whole ones from a hundred on. */
export const hours = (v: number): string => plain(Math.abs(v) < 100 ? Math.round(10 * v) / 10 : v);

/** Address of the chains between two zones in a world; "base" is the base year. */
export function chainsOf(from: string, to: string, goods: string, world: string, max: number): string {
  const q = new URLSearchParams({ from, to, commodity: goods, max: String(max) });
  if (world === "base") q.set("base_year", "true");
  else if (world) q.set("world", world);
  return `chains?${q}`;
}

/** Names of places and rules by the ids that steps carry. */
export function namer(n: Network): (id: string) => string {
  const names = new Map<string, string>();
  for (const x of n.nodes) names.set(x.id, x.name);
  for (const x of n.straits) names.set(x.id, x.name);
  for (const x of n.crossings) names.set(x.id, x.name);
  for (const x of n.rules) names.set(x.id, x.name);
  // A border in a chain is its id with the direction, as samur_road (RU-AZ).
  const get = (id: string) => names.get(id) ?? names.get(id.replace(/ \([A-Z]+-[A-Z]+\)$/, "")) ?? id;
  for (const l of n.links) names.set(l.id, `${get(l.from)} – ${get(l.to)}`);
  return get;
}

/** One row of what is done along a chain: links of one mode in one country are one move. */
export interface Operation {
  kind: string;
  place: string;
  km: number;
  hours: number;
  queue: number;
  money: number;
  price: number;
  earned: Record<string, number>;
}

export function operations(c: Chain, name: (id: string) => string): Operation[] {
  const out: (Operation & { mode: string; country: string; from: string })[] = [];
  for (const s of c.steps) {
    const earned: Record<string, number> = {};
    for (const p of s.payments ?? []) for (const [k, v] of Object.entries(p.earned ?? {})) earned[k] = (earned[k] ?? 0) + v;
    const last = out[out.length - 1];
    if (s.kind === "move" && last?.kind === "move" && last.mode === s.mode && last.country === s.country) {
      last.km += s.km;
      last.hours += s.hours;
      last.queue += s.queue;
      last.money += s.money;
      last.price += s.price;
      last.place = `${name(last.from)} – ${name(s.to)}`;
      for (const [k, v] of Object.entries(earned)) last.earned[k] = (last.earned[k] ?? 0) + v;
      continue;
    }
    out.push({
      kind: s.kind,
      mode: s.mode,
      country: s.country,
      from: s.from,
      place: s.kind === "move" ? `${name(s.from)} – ${name(s.to)}` : name(s.name),
      km: s.km,
      hours: s.hours,
      queue: s.queue,
      money: s.money,
      price: s.price,
      earned,
    });
  }
  return out.map(({ from: _from, mode, country: _country, ...o }) => ({ ...o, kind: o.kind === "move" ? mode : o.kind }));
}

/** By which borders and straits a chain goes, each once, in order. */
export function by(c: Chain, name: (id: string) => string): string {
  const seen = new Set<string>();
  for (const s of c.steps) if (s.kind === "border" || s.kind === "strait") seen.add(name(s.name));
  return [...seen].join(", ");
}

/** Points of the line of a chain: how far, and hours or money until there. A standing step rises in place. */
export function line(c: Chain, of: "hours" | "money"): [number, number][] {
  return [[0, 0], ...c.totals.map((t): [number, number] => [t.km, t[of]])];
}

/** Round values on an axis up to most, about n of them. */
export function ticks(most: number, n: number): number[] {
  if (!(most > 0)) return [0];
  const raw = most / n;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((k) => k * power >= raw) ?? 10);
  const out: number[] = [];
  for (let v = 0; v <= most * (1 + 1e-9); v += step) out.push(v);
  return out;
}

/** Worlds whose best chain is the same to a hundredth of an hour and a cent, in the order of the first of each. */
export function alike(list: { world: string; chain: Chain }[]): { worlds: string[]; chain: Chain }[] {
  const out: { key: string; worlds: string[]; chain: Chain }[] = [];
  for (const { world, chain } of list) {
    const key = `${chain.steps.map((s) => `${s.kind} ${s.name}`).join("|")} ${chain.hours.toFixed(2)} ${chain.money.toFixed(2)}`;
    const had = out.find((g) => g.key === key);
    if (had) had.worlds.push(world);
    else out.push({ key, worlds: [world], chain });
  }
  return out.map(({ worlds, chain }) => ({ worlds, chain }));
}
