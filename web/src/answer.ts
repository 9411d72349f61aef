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
  settles: { variable: string; fall: number }[];
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
  notes: string[];
}

/** The format of answers that this app reads. */
export const format = 2;
