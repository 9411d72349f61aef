// The answer of a case as the API gives it: its brief, and the members that pages ask for
// by name. The whole is in docs/formats/answer.md; a number that has no value is null.

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
  our_capacity: Num;
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

/** An effect. What is optional is given under the headline alone. */
export interface Effect {
  state: string;
  outcome: string;
  effect: Num;
  with: Num;
  without: Num;
  material: boolean;
  words?: Num;
  reference?: Num;
  bounds?: Bounds;
  change_low?: Num;
  change_high?: Num;
  more?: Num;
  less?: Num;
  sign_holds?: Num;
  settles?: { variable: string; fall: number }[];
  sways?: { variable: string; when: string; state: string; letter: string; low_weight: number; high_weight: number; at_low: Num; at_high: Num }[];
}

export interface Act {
  id: string;
  name: string;
  view: string;
  without: string;
  states: string[];
  held: { act: string; state: string }[] | null;
  effects: Effect[];
  drivers?: { state: string; outcome: string; drivers: { variable: string; alone: number; only: number }[] }[];
}

export interface Fit {
  rows: number;
  inside: number;
  median_miss: Num;
}

/** What the opening page shows, or that the case has not been solved as it stands. */
export interface Brief {
  solved: true;
  answer: string;
  format: number;
  case: { id: string; title: string; focus: string; as_of: string; base_year: number; horizon: number };
  first: string;
  worlds: { worlds: number; effective: number; networks: number; not_converged: number; table_hash: string; engines?: { engine: string; effective: number; networks: number; not_converged: number }[] };
  views: View[];
  headline: string;
  outcomes: Outcome[];
  variables: { id: string; name: string; states: string[] }[];
  questions: Question[];
  acts: Act[];
  countries: { id: string; name: string }[];
  corridors: { id: string; name: string }[];
  fit: { fit: Fit; holdout: Fit; back_cast: Fit };
  hangs: { markets: number; markets_c: number; tonnes_c: Num; corridor_links: number; with_capacity: number; our_conversions: number };
  energy_first?: string[];
  notes: string[];
}

/** Members of the answer that are asked for by name. */
export interface Parts {
  countries: Country[];
  claims: { id: string; verdict: string; settled: string; evidence: string[] | null }[];
  agreements: Agreements | null;
  leverage: Leverage | null;
  energy: Energy | null;
  observed: Observed[];
}

/** The brief with some members of the answer. */
export type Answer<P extends keyof Parts = never> = Omit<Brief, P> & Pick<Parts, P>;

/** The base-year run against a published figure. */
export interface Observed {
  id: string;
  name: string;
  outcome: string;
  unit: string;
  period: string;
  use: string;
  back_cast: boolean;
  model: Num;
  value: number;
  low: number;
  high: number;
  miss: Num;
  inside: boolean;
  reason: string;
  letter: string;
  source: string[] | null;
}

/** Power and gas: the runs that the answer opens. */
export interface Energy {
  first: string[];
  blocks: { id: string; name: string; hours: number; peak: boolean }[];
  runs: EnergyRun[];
  not_answered: string[] | null;
}

export interface EnergyRun {
  id: string; // base_year, baseline, or the world
  name: string;
  changed: { variable: string; state: string; text: string }[];
  shortages: { country: string; block: string; carrier: string; amount: Num; words: string }[] | null;
  countries: { id: string; name: string; numbers: { id: string; value: Num }[] | null }[];
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
  dependence: Dependence[] | null;
  worst: { kind: string; element: string; name: string; block: string; country: string; power_shed: Num; gas_shed: Num; reason: string; words?: string }[] | null;
}

/** What a consumer owes to an origin of gas, or to a seller of power. */
export interface Dependence {
  carrier: string;
  consumer: string;
  origin: string;
  delivered: Num; // bcm/yr or GWh/yr
  share: Num; // of what the consumer used
  shed: Num; // further unserved load once the origin is gone
  shed_share: Num; // of the load
  power_shed: Num; // GWh/yr
  cost: Num; // USD/yr more
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
  claims: { claim: string; speaker: string; sentence: string; asserted: string[] | null }[] | null;
  lives: { agreement: string; name: string; parties: string[]; signed: string; in_force: string; ended: string; if: string; today: { state: string; why: string }; horizon: { state: string; why: string } }[];
}

/** The format of answers that this app reads. */
export const format = 2;
