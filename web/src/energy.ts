// Power and gas of a case and of its runs, as the API gives them.
import type { Figure } from "./network";

export interface Block {
  id: string;
  name: string;
  hours: number;
  peak: boolean;
}

export interface EnergyZone {
  id: string;
  name: string;
  other_names?: string[];
  country: string;
  at: [number, number];
  carriers: string[];
  boundary: boolean;
  plants: { fuel: string; mw: number; plants: number }[];
  gas_sources: { id: string; name: string; origin: string; capacity: Figure | null; status: string }[];
  letter: string;
  source?: string[];
  note?: string;
}

/** What a tie and a pipe have in common. */
export interface Edge {
  id: string;
  name: string;
  other_names?: string[];
  from: string;
  to: string;
  status: string;
  capacity: Figure | null;
  capacity_back?: Figure;
  opens?: string;
  closes?: string;
  letter: string;
  source?: string[];
  note?: string;
}

export interface Tie extends Edge {
  kv: number;
  circuits: number;
  coupling: string;
  joined?: string;
  loss?: Figure;
  km: number;
}

export interface Pipe extends Edge {
  unit?: Figure;
}

export interface EnergyNetwork {
  blocks: Block[];
  zones: EnergyZone[];
  ties: Tie[];
  pipes: Pipe[];
  named: { id: string; name: string }[];
}

/** Names of what words on shortages and losses speak of by id. */
export function namesOf(n: EnergyNetwork, state: (id: string) => string): Map<string, string> {
  const out = new Map<string, string>();
  for (const z of n.zones) out.set(z.country, state(z.country));
  for (const list of [n.zones, n.named, n.ties, n.pipes]) for (const x of list) if (x.name) out.set(x.id, x.name);
  for (const b of n.blocks) out.set(b.id, b.name.toLowerCase());
  return out;
}

/** A sentence with names in the place of ids. */
export const spoken = (words: string, names: Map<string, string>): string => words.replace(/[A-Za-z][A-Za-z0-9_-]*/g, (id) => (/[_A-Z-]/.test(id) || names.has(id) ? (names.get(id) ?? id) : id));

/** The flow of a tie: net from its first zone to its second, GWh/yr, and MW by block. A mean has no more. */
export interface TieFlow {
  energy: number;
  blocks: number[] | null;
  in_service: boolean;
  capacity?: number;
  capacity_back?: number;
  coupling?: string;
  bridge?: boolean;
}

/** The flow of a pipe: bcm/yr, and mcm/d by block. */
export interface PipeFlow {
  volume: number;
  blocks: number[] | null;
  in_service: boolean;
  capacity?: number;
  capacity_back?: number;
  origins?: { origin: string; amount: number }[];
}

export interface ZoneFlow {
  load: number[];
  unserved: number[];
  generation: number[];
  net_import: number[];
  gas_load: number[];
  gas_unserved: number[];
  gas_to_plants: number[];
  gas_from: { origin: string; amount: number }[];
}

export interface EnergyFlows {
  run?: string;
  converged?: boolean;
  ties: TieFlow[];
  pipes: PipeFlow[];
  zones?: ZoneFlow[];
  shortages?: { country: string; block: string; carrier: string; amount: number; words: string }[];
}

/** The flow of a tie over the year in GWh, or in a block in MW. */
export const tieFlow = (f: TieFlow | undefined, block: number): number => (!f ? 0 : block < 0 ? f.energy : (f.blocks?.[block] ?? 0));

/** The flow of a pipe over the year in bcm, or in a block in mcm/d. */
export const pipeFlow = (f: PipeFlow | undefined, block: number): number => (!f ? 0 : block < 0 ? f.volume : (f.blocks?.[block] ?? 0));

/** Units of power and gas over the year or in a block. */
export const unitsOf = (block: number): { power: string; gas: string } => (block < 0 ? { power: "GWh/yr", gas: "bcm/yr" } : { power: "MW", gas: "mcm/d" });

/** Which zones lack power or gas in a run, and how much at most in a block. */
export function shortOf(f: EnergyFlows | null, zone: number): { power: number; gas: number } {
  const z = f?.zones?.[zone];
  const most = (v: number[] | undefined, floor: number) => {
    const m = Math.max(0, ...(v ?? []));
    return m > floor ? m : 0;
  };
  return { power: most(z?.unserved, 0.5), gas: most(z?.gas_unserved, 0.005) };
}
