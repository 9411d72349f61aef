// The answer of a case as the API gives it: the parts that pages read. The whole is in
// docs/formats/answer.md; a number that has no value is null.

export type Num = number | null;

export interface View {
  id: string;
  name: string;
  kind: "reference" | "speaker" | "mixture" | "consensus";
}

export interface Outcome {
  id: string;
  name: string;
  measure: string;
  unit: string;
  good: "up" | "down" | "none";
  corridor?: string;
  materiality: number;
  base_year: Num;
  baseline: Num;
  letter_c: Num;
}

export interface Question {
  id: string;
  text: string;
  kind: string;
  first: string;
  acts: string[];
  outcomes: string[];
}

export interface Bounds {
  low: Num;
  high: Num;
  status: string;
}

export interface Effect {
  state: string;
  outcome: string;
  with: Num;
  without: Num;
  effect: Num;
  words: Num;
  reference: Num;
  bounds?: Bounds;
  material: boolean;
  change_low: Num;
  change_high: Num;
  more: Num;
  less: Num;
  sign_holds: Num;
  settles: { variable: string; fall: number }[] | null;
}

export interface Act {
  id: string;
  name: string;
  view: string;
  without: string;
  effects: Effect[];
}

export interface Fit {
  rows: number;
  inside: number;
  median_miss: Num;
}

export interface Answer {
  format: number;
  case: { id: string; title: string; focus: string; as_of: string; base_year: number; horizon: number };
  first: string;
  worlds: { worlds: number; effective: number; networks: number; not_converged: number; table_hash: string };
  views: View[];
  headline: string;
  outcomes: Outcome[];
  variables: { id: string; name: string; states: string[] }[];
  questions: Question[];
  acts: Act[];
  fit: { fit: Fit; holdout: Fit; back_cast: Fit };
  hangs: { markets: number; markets_c: number; tonnes_c: number; corridor_links: number; with_capacity: number; our_conversions: number };
  corridors: { id: string; name: string }[];
  countries: Country[];
  claims: { id: string; verdict: string; settled: string; evidence: string[] | null }[];
  agreements: Agreements | null;
  leverage: Leverage | null;
  energy?: { first: string[] };
  notes: string[];
}

/** The expectation of a number with a state of an act and without it. */
export interface Change {
  act: string;
  state: string;
  with: Num;
  without: Num;
}

export interface CountryRow {
  id: string;
  name: string;
  unit: string;
  base_year: Num;
  baseline: Num;
  effects: Change[];
}

export interface Neighbour {
  id: string;
  name: string;
  exposure: Num;
  tonnes: Num;
  lost: Num;
  lost_part: Num;
  cost: Num;
  benefit: Num;
  transit: Num;
  revenue: Num;
}

export interface Country {
  id: string;
  name: string;
  focus: boolean;
  rows: CountryRow[];
  payers: { id: string; name: string; base_year: Num; baseline: Num; effects: Change[] }[] | null;
  neighbours: Neighbour[] | null;
  corridors: { corridor: string; tonnes: Num; teu: Num; revenue: Num; effects: Change[] }[] | null;
  ways: { landlocked: boolean; countries: number; crossings: number; through: string[] | null; cut_borders: string[] | null };
  energy?: CountryEnergy;
}

export interface CountryEnergy {
  rows: CountryRow[];
  dependence: { carrier: string; consumer: string; origin: string; delivered: Num; share: Num; shed: Num; shed_share: Num; power_shed: Num }[] | null;
  worst: { kind: string; element: string; name: string; block: string; country: string; power_shed: Num; gas_shed: Num; reason: string; words?: string }[] | null;
}

export interface Leverage {
  denials: { id: string; name: string; transit: Num; others: Num; losses: { id: string; loss: Num; benefit: Num; revenue: Num; trade: Num }[] }[] | null;
  idle: string[] | null;
  game: null | { players: { id: string; name: string; shapley: Num; part: Num; alone: Num; last: Num; costs: Num; own: Num }[]; worth: Num };
}

/** A clause or a fact of a conflict. */
export interface CoreMember {
  role: string;
  clause?: string;
  bearers?: string[];
  toward?: string[];
  modality?: string;
  standing?: Standing;
  paraphrase?: string;
  text: string;
  fact?: string;
  reason?: string;
}

/** in_text, hypothetical, or asserted_by:claim. */
export type Standing = string;

export interface Finding {
  kind: string;
  sub?: string;
  bearers: string[] | null;
  core: CoreMember[] | null;
  condition: null | { shortest: { text: string; literals: unknown[] | null }; all: { text: string }[] | null };
  concessions: { clauses: string[]; weight: number }[] | null;
  sentence: string;
  weights: { view: string; act: string; state: string; weight: Num }[] | null;
}

export interface Reading {
  at: string;
  known: string[] | null;
  verdicts: Finding[] | null;
  clauses: { clause: string; modality: string; standing: Standing; state: string; why: string }[] | null;
  notes: string[] | null;
  unfinished: string[] | null;
}

export interface Duty {
  clause: string;
  others: string[] | null;
  modality: string;
  standing: Standing;
  paraphrase: string;
  in_model: boolean;
  today: string;
  horizon: string;
}

export interface Agreements {
  first: string;
  today: Reading;
  horizon: Reading;
  parties: { actor: string; name: string; focus: boolean; owes: Duty[] | null; owed: Duty[] | null }[];
  claims: { claim: string; speaker: string; sentence: string }[] | null;
  lives: { agreement: string; name: string; parties: string[]; signed: string; in_force: string; ended: string; if: string; today: { state: string; why: string }; horizon: { state: string; why: string } }[];
}

/** The format of answers that this app reads. */
export const format = 2;
