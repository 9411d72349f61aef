// The network of a case and the flows of runs, as the API gives them.

export interface Figure {
  value: number;
  low: number;
  high: number;
  letter: string;
  source?: string[];
}

export interface Place {
  id: string;
  name: string;
  other_names?: string[];
  type: string;
  country: string;
  at: [number, number];
}

export interface Way {
  id: string;
  from: string;
  to: string;
  mode: string;
  km: number;
  capacity?: Figure;
  straits?: string[];
  via?: [number, number][]; // by which a leg at sea is drawn; no number depends on them
  open: boolean;
  project?: string;
  opens?: string;
  closes?: string;
  letter: string;
  source?: string[];
  note?: string;
}

export interface Charge {
  id: string;
  flow: string;
  commodity: string;
  money: Figure | null;
  payer: string;
  earner: string;
}

export interface Crossing {
  id: string;
  name: string;
  other_names?: string[];
  from: string;
  to: string;
  nodes: [string, string];
  mode: string;
  at: [number, number];
  hours?: Figure;
  spread?: Figure;
  capacity?: Figure;
  gauge_change: boolean;
  permits?: string;
  open: boolean;
  fees?: Charge[];
  letter: string;
  source?: string[];
  note?: string;
}

export interface Strait {
  id: string;
  name: string;
  other_names?: string[];
  detour?: string;
  at: [number, number];
  known: boolean; // that it lies there
  fees?: Charge[];
  note?: string;
}

export interface Project {
  id: string;
  name: string;
  other_names?: string[];
  links: string[];
  opens_by: string;
  year?: Figure;
  known_since?: string;
  note?: string;
}

export interface Network {
  nodes: Place[];
  links: Way[];
  crossings: Crossing[];
  straits: Strait[];
  projects: Project[];
  zones: { id: string; name: string; country: string; node: string }[];
  commodities: { id: string; name: string }[];
  rules: { id: string; name: string }[];
  markets: { id: string; name: string }[];
}

export interface Flows {
  ready?: boolean; // of expected flows: false until they have been worked out
  networks?: number; // of expected flows
  run: string;
  converged: boolean;
  total: number[];
  domestic: number[];
  import: number[];
  export: number[];
  transit: number[];
  outcomes: Record<string, number>;
  limits: { kind: string; id: string; name: string; from: string; to: string; tonnes: number; capacity: number; queue: number; price: number }[];
}

export interface Use {
  market: string;
  commodity: string;
  origin: string;
  destination: string;
  tonnes: number;
  share: number;
}

/** The start of a date as written, 2025, 2025-03 or 2025-03-01, as a number to compare by. */
export function day(date: string | undefined): number | null {
  const m = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(date ?? "");
  return m ? Number(m[1]) * 372 + (Number(m[2] ?? 1) - 1) * 31 + Number(m[3] ?? 1) - 1 : null;
}

/** Whether a link could be used on a day: open when the case begins, or opened since, and not closed. */
export function openOn(l: Way, n: Network, at: number): boolean {
  const from = day(l.opens);
  const until = day(l.closes);
  if (until !== null && until <= at) return false;
  if (from !== null) return from <= at;
  if (l.project) {
    const p = n.projects.find((p) => p.id === l.project);
    if (!l.open) return p?.opens_by === "date" && p.year !== undefined && day(String(Math.round(p.year.value))) !== null && Math.round(p.year.value) * 372 <= at;
  }
  return l.open;
}

/** The agreements that were in force on a day, by the dates of the case. */
export function inForceOn<T extends { in_force?: string; ended?: string }>(list: readonly T[], date: string): T[] {
  const at = day(date);
  return list.filter((a) => {
    const from = day(a.in_force);
    const until = day(a.ended);
    return at !== null && from !== null && from <= at && (until === null || until > at);
  });
}
