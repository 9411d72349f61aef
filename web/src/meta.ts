// What a case is made of, as the API gives it.
import type { CaseRow } from "./api";

export interface Variable {
  id: string;
  name: string;
  about?: string;
  kind: "act" | "event" | "position" | "fact";
  states: string[];
  baseline: number;
  influenced_by: string[];
}

export interface Claim {
  id: string;
  speaker: string;
  source: string;
  paragraph?: string;
  date: string;
  paraphrase: string;
  kind: string;
  reading: string;
  if?: string;
  then?: string;
  way?: "raises" | "lowers" | "leaves";
  hedge?: string;
  interval?: [number, number];
  bears_on?: string[];
  letter: string;
  note?: string;
  file: string;
  line: number;
}

export interface Meta extends CaseRow {
  about: string;
  base_year: number;
  lexicon: string;
  lexicons: string[];
  worlds: number;
  questions: { id: string; text: string; kind: string; acts: string[]; outcomes: string[] }[];
  variables: Variable[];
  impossible: { when: string; reason: string }[];
  actors: { id: string; name: string; kind: string; other_names?: string[]; about?: string }[];
  claims: Claim[];
  agreements: { id: string; name: string; parties: string[]; signed?: string; in_force?: string; ended?: string }[];
  corridors: { id: string; name: string }[];
  outcomes: { id: string; name: string; about?: string; unit: string; engine: string; good: string }[];
  sources: { id: string; publisher: string; title: string; date?: string; address?: string; kind: string; text?: string }[];
  events: { id: string; date: string; text: string; kind: string; letter: string; source?: string[] }[];
}
