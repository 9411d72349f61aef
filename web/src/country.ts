// What the page of a state makes of the answer.
import type { Change, Country, CountryRow, Energy, EnergyRun, Num } from "./answer";
import { count, listed, percent, upper } from "./numbers";
import { counts, styleOf, type Style } from "./style-of";

export interface Arm {
  act: string;
  state: string;
  name: string; // as a heading
  said: string; // in a sentence
}

/** What an act in a state changes; null where either side has no value. */
export const difference = (effects: Change[], arm: Arm): Num => {
  const e = effects.find((e) => e.act === arm.act && e.state === arm.state);
  return e && e.with !== null && e.without !== null ? e.with - e.without : null;
};

/** The style of a row of measures: its largest effect is to be read too. */
export function rowStyle(r: CountryRow): Style {
  if (counts.has(r.id)) {
    const parts = [r.base_year, r.baseline, ...r.effects.map((e) => (e.with ?? 0) - (e.without ?? 0))].some((v) => Math.abs((v ?? 0) - Math.round(v ?? 0)) >= 0.005);
    return { unit: "", changeUnit: "", by: 1, decimals: parts ? 2 : 0 }; // an expectation need not be whole
  }
  const changes = r.effects.map((e) => (e.with !== null && e.without !== null ? e.with - e.without : null));
  return styleOf(r.unit, r.id.includes("hhi") || r.id.includes("concentration") ? "hhi" : "", Math.max(0, ...changes.map((x) => Math.abs(x ?? 0))) / 10, [r.base_year, r.baseline, ...changes]);
}

/** How many independent ways lead out, in sentences. As many as share no country, so many states it takes to shut them all. */
export function waysText(c: Country, nameOf: (id: string) => string): string {
  const w = c.ways;
  if (!w.landlocked) return "It has ports on the open sea of its own.";
  if (w.countries === 0) return "It has no port on the open sea, and in the baseline world no way leads to one.";
  const ends = listed((w.through ?? []).map(nameOf));
  const apart = w.crossings > 1 ? `${w.crossings} of them share no border crossing and no foreign port` : "all of them share a border crossing or a foreign port";
  if (w.countries === 1) return `It has no port on the open sea. All its ways there share a foreign country, so that one state alone could shut them; ${apart}.${ends ? ` The way counted ends at ports of ${ends}.` : ""}`;
  return `It has no port on the open sea. ${upper(count(w.countries))} ways lead there that share no foreign country, so that it takes ${count(w.countries)} states to shut them all; ${w.crossings} ways share no border crossing and no foreign port.${ends ? ` Those ${count(w.countries)} end at ports of ${ends}.` : ""}`;
}

/** The part of a state's trade below which a loss is none: as the command line leaves out what moves by less. */
export const material = 0.01;

/** What goes of a state's own trade, in words: no loss to see below the threshold, less than 0 is a gain. */
export function lossText(part: Num): string {
  if (part === null) return "loss not known";
  if (Math.abs(part) < material) return "no loss to see";
  return part > 0 ? `loss ${percent(part)}` : `gain ${percent(-part)}`;
}

/** What is short in each run that the answer opens, and how the numbers of a state stand there. */
export function shortRuns(e: Energy, state: string): { run: EnergyRun; power: Num; powerYear: Num; gas: Num; gasYear: Num }[] {
  return e.runs.map((run) => {
    const at = (id: string) => run.countries.find((x) => x.id === state)?.numbers?.find((n) => n.id === id)?.value ?? null;
    return { run, power: at("power_short"), powerYear: at("power_unserved"), gas: at("gas_short"), gasYear: at("gas_unserved") };
  });
}
