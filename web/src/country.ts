// What the page of a state makes of the answer.
import type { Change, Country, CountryRow, Energy, EnergyRun, Num } from "./answer";
import { plural } from "./numbers";
import { counts, styleOf, type Style } from "./style-of";

export interface Arm {
  act: string;
  state: string;
  name: string;
}

/** What an act in a state changes; null where either side has no value. */
export const difference = (effects: Change[], arm: Arm): Num => {
  const e = effects.find((e) => e.act === arm.act && e.state === arm.state);
  return e && e.with !== null && e.without !== null ? e.with - e.without : null;
};

/** The style of a row of measures: its largest effect is to be read too. */
export function rowStyle(r: CountryRow): Style {
  if (counts.has(r.id)) return { unit: "", changeUnit: "", by: 1, decimals: r.effects.length > 0 ? 2 : 0 };
  const changes = r.effects.map((e) => (e.with !== null && e.without !== null ? e.with - e.without : null));
  return styleOf(r.unit, r.id.includes("hhi") || r.id.includes("concentration") ? "hhi" : "", Math.max(0, ...changes.map((x) => Math.abs(x ?? 0))) / 10, [r.base_year, r.baseline, ...changes]);
}

/** How many independent ways lead out, in sentences. */
export function waysText(c: Country, nameOf: (id: string) => string): string {
  const w = c.ways;
  if (!w.landlocked) return "It has ports on the open sea of its own.";
  const through = (w.through ?? []).map(nameOf).join(", ");
  return `${plural(w.countries, "way leads", "ways lead")} to the open sea that share no foreign country, ${plural(w.crossings, "way", "ways")} that share no border crossing and no foreign port.${through ? ` They end at ports of ${through}.` : ""}`;
}

/** What is short in each run that the answer opens, and how the numbers of a state stand there. */
export function shortRuns(e: Energy, state: string): { run: EnergyRun; power: Num; powerYear: Num; gas: Num; gasYear: Num }[] {
  return e.runs.map((run) => {
    const at = (id: string) => run.countries.find((x) => x.id === state)?.numbers?.find((n) => n.id === id)?.value ?? null;
    return { run, power: at("power_short"), powerYear: at("power_unserved"), gas: at("gas_short"), gasYear: at("gas_unserved") };
  });
}
