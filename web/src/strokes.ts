// What a map draws: a stroke for each link, tie and pipe, with its width, its side by
// side place among those between the same two places, and its change.
import type { Edge, EnergyFlows, EnergyNetwork } from "./energy";
import { pipeFlow, tieFlow } from "./energy";
import { day, openOn, type Network, type Strait, type Way } from "./network";

export type Layer = "rail" | "road" | "ship" | "power" | "gas";
export const layers: readonly Layer[] = ["rail", "road", "ship", "power", "gas"];

export type At = [number, number];

export interface Stroke {
  kind: "link" | "tie" | "pipe";
  id: string;
  layer: Layer;
  name: string;
  line: At[];
  flow: number; // t/yr, GWh/yr or MW, bcm/yr or mcm/d; along the line where it is below 0 against it
  change: number; // of the size of the flow
  moves: number; // size of the difference: of a flow that turns it is both ways together
  open: boolean;
  offset: number; // pixels to the right of the line
}

export const layerOf = (mode: string): Layer => (mode === "rail" ? "rail" : mode === "road" ? "road" : "ship");

/** What is drawn on one scale of widths. */
export type Kind = "freight" | "power" | "gas";
export const kindOf = (layer: Layer): Kind => (layer === "power" || layer === "gas" ? layer : "freight");

/** By kind, the flow that is drawn as wide as `pixels` below. */
export type Scale = Record<Kind, number>;

const pixels = 3.2;

/** The scale of flows: Mt/yr, half TWh/yr, bcm/yr; in a block 150 MW, 4 mcm/d. It is the same on every map, so that maps compare. */
export const flowScale = (block: number): Scale => ({ freight: 1e6, power: block < 0 ? 500 : 150, gas: block < 0 ? 1 : 4 });

/** The scale of changes: the largest of a kind is drawn 16 pixels wide, unless that would be wider than a flow of its size. */
export function changeScale(all: readonly { layer: Layer; moves: number }[], block: number): Scale {
  const flow = flowScale(block);
  const most: Scale = { freight: 0, power: 0, gas: 0 };
  for (const s of all) most[kindOf(s.layer)] = Math.max(most[kindOf(s.layer)], s.moves);
  const of = (k: Kind) => (most[k] > 0 ? Math.min(flow[k], Number((most[k] * (pixels / 16) ** 2).toPrecision(1))) : flow[k]);
  return { freight: of("freight"), power: of("power"), gas: of("gas") };
}

/** Width in pixels: by the root of the flow, so a fourfold flow is twice as wide. What would be thinner than a third of a pixel is nothing. */
export function width(layer: Layer, flow: number, scale: Scale): number {
  const w = pixels * Math.sqrt(Math.abs(flow) / scale[kindOf(layer)]);
  return w < 0.3 ? 0 : Math.min(26, Math.max(0.8, w));
}

/** The line of a link: by the straits that it passes, in the order that makes it shortest. */
export function lineOf(a: At, b: At, straits: At[]): At[] {
  let best: At[] = straits;
  let least = Infinity;
  const go = (done: At[], rest: At[], length: number) => {
    if (length >= least) return;
    const last = done[done.length - 1] ?? a;
    if (rest.length === 0) {
      const whole = length + apart(last, b);
      if (whole < least) {
        least = whole;
        best = done;
      }
      return;
    }
    rest.forEach((p, i) => go([...done, p], [...rest.slice(0, i), ...rest.slice(i + 1)], length + apart(last, p)));
  };
  if (straits.length > 0 && straits.length <= 6) go([], straits, 0);
  return shortWay([a, ...best, b]);
}

/** A line whose pieces run the short way over the antimeridian. */
export function shortWay(line: readonly At[]): At[] {
  const out: At[] = [];
  for (const p of line) {
    const last = out[out.length - 1] ?? p;
    out.push([p[0] + 360 * Math.round((last[0] - p[0]) / 360), p[1]]);
  }
  return out;
}

/** The angle between two places, in degrees. */
function apart(p: At, q: At): number {
  const r = Math.PI / 180;
  const c = Math.sin(p[1] * r) * Math.sin(q[1] * r) + Math.cos(p[1] * r) * Math.cos(q[1] * r) * Math.cos((p[0] - q[0]) * r);
  return Math.acos(Math.min(1, Math.max(-1, c))) / r;
}

/** Flows by link, of a run or expected. */
export type Totals = number[] | null;

export function linkStrokes(n: Network, now: Totals, then: Totals, asOf: string): Stroke[] {
  const nodes = new Map(n.nodes.map((x) => [x.id, x]));
  const straits = new Map<string, Strait>(n.straits.filter((s) => s.known).map((s) => [s.id, s]));
  const at = day(asOf);
  return n.links.flatMap((l: Way, i): Stroke[] => {
    const a = nodes.get(l.from);
    const b = nodes.get(l.to);
    if (!a || !b) return [];
    const flow = now?.[i] ?? 0;
    const change = now && then ? flow - (then[i] ?? 0) : 0;
    const by = (l.straits ?? []).map((s) => straits.get(s)?.at).filter((p): p is At => p !== undefined);
    return [{ kind: "link", id: l.id, layer: layerOf(l.mode), name: `${a.name} – ${b.name}`, line: l.via ? shortWay([a.at, ...l.via, b.at]) : lineOf(a.at, b.at, by), flow, change, moves: Math.abs(change), open: at === null || openOn(l, n, at), offset: 0 }];
  });
}

/** Whether a tie or pipe stands on a day. */
export function edgeOpenOn(e: Edge, at: number): boolean {
  const from = day(e.opens);
  const until = day(e.closes);
  if (until !== null && until <= at) return false;
  if (from !== null) return from <= at;
  return e.status === "operating";
}

export function energyStrokes(n: EnergyNetwork, now: EnergyFlows | null, then: EnergyFlows | null, block: number, asOf: string): Stroke[] {
  const zones = new Map(n.zones.map((z) => [z.id, z]));
  const at = day(asOf);
  const one = (kind: "tie" | "pipe", layer: Layer, e: Edge, flow: number, other: number | null, inService: boolean): Stroke[] => {
    const a = zones.get(e.from);
    const b = zones.get(e.to);
    if (!a || !b) return [];
    return [
      {
        kind,
        id: e.id,
        layer,
        name: e.name,
        line: lineOf(a.at, b.at, []),
        flow,
        change: other === null ? 0 : Math.abs(flow) - Math.abs(other),
        moves: other === null ? 0 : Math.abs(flow - other),
        open: at === null ? inService : edgeOpenOn(e, at),
        offset: 0,
      },
    ];
  };
  return [
    ...n.ties.flatMap((t, i) => one("tie", "power", t, tieFlow(now?.ties[i], block), now && then ? tieFlow(then.ties[i], block) : null, now?.ties[i]?.in_service ?? t.status === "operating")),
    ...n.pipes.flatMap((t, i) => one("pipe", "gas", t, pipeFlow(now?.pipes[i], block), now && then ? pipeFlow(then.pipes[i], block) : null, now?.pipes[i]?.in_service ?? t.status === "operating")),
  ];
}

/** A stretch of water with all that moves on it: legs at sea share ways. */
export interface Stretch {
  line: [At, At];
  flow: number; // t/yr
  change: number;
  moves: number;
  legs: string[]; // ids, those that move most first
}

/** The stretches of the legs at sea that move something, the flows of the legs on each added up. */
export function stretches(all: readonly Stroke[]): Stretch[] {
  const out = new Map<string, Stretch>();
  const legs = all.filter((s) => s.layer === "ship" && s.open && (s.flow !== 0 || s.moves !== 0)).sort((a, b) => b.moves - a.moves || b.flow - a.flow);
  for (const s of legs)
    for (let i = 1; i < s.line.length; i++) {
      const ends = [s.line[i - 1]!, s.line[i]!];
      const key = ends
        .map((p) => p.map((v) => v.toFixed(3)).join(" "))
        .sort()
        .join("|");
      const had = out.get(key);
      if (!had) out.set(key, { line: [ends[0]!, ends[1]!], flow: s.flow, change: s.change, moves: s.moves, legs: [s.id] });
      else {
        had.flow += s.flow;
        had.change += s.change;
        had.moves = Math.abs(had.change);
        had.legs.push(s.id);
      }
    }
  return [...out.values()];
}

/** Puts strokes on land between the same two places side by side; each keeps clear of the width of its neighbours. */
export function sideBySide(all: Stroke[], wide: (s: Stroke) => number): Stroke[] {
  const groups = new Map<string, Stroke[]>();
  const key = (s: Stroke) => {
    const ends = [s.line[0]!, s.line[s.line.length - 1]!].map((p) => p.map((v) => v.toFixed(3)).join(" "));
    return ends.sort().join("|");
  };
  for (const s of all) {
    if (s.layer === "ship") continue; // added up by stretch
    const k = key(s);
    const g = groups.get(k);
    if (g) g.push(s);
    else groups.set(k, [s]);
  }
  const placed = new Map<Stroke, number>();
  for (const g of groups.values()) {
    if (g.length < 2) continue;
    const sizes = g.map((s) => Math.max(1, wide(s)) + 1.5);
    let x = -sizes.reduce((a, b) => a + b, 0) / 2;
    g.forEach((s, i) => {
      const mine = x + sizes[i]! / 2;
      x += sizes[i]!;
      const a = s.line[0]!;
      const b = s.line[s.line.length - 1]!;
      placed.set(s, a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? mine : -mine); // to one side of the pair, whichever way a line runs
    });
  }
  return all.map((s) => ({ ...s, offset: placed.get(s) ?? 0 }));
}
