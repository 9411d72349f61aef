// What the effects of an act hang on, from the brief of an answer.
import type { Act, Answer, Effect, Outcome } from "./answer";

/** The effects of an act in a state that move beyond their thresholds. */
export const moved = (act: Act, state: string): Effect[] => act.effects.filter((e) => e.state === state && e.material);

/** By variable, the share of the spread that goes by learning it: the mean over the numbers that move, the largest first. */
export function falls(act: Act, state: string): { variable: string; fall: number }[] {
  const effects = moved(act, state).filter((e) => (e.settles ?? []).length > 0);
  const sum = new Map<string, number>();
  for (const e of effects) for (const s of e.settles ?? []) sum.set(s.variable, (sum.get(s.variable) ?? 0) + s.fall);
  return [...sum].map(([variable, fall]) => ({ variable, fall: fall / effects.length })).filter((x) => x.fall >= 0.005).sort((x, y) => y.fall - x.fall);
}

export interface Swayed {
  outcome: Outcome;
  sway: NonNullable<Effect["sways"]>[number];
  size: number; // of the range of the effect, in thresholds
}

/** Weights of the reference whose range moves an effect by a threshold or more, the furthest first, each number once. */
export function swaysOf(a: Answer, act: string, state: string): Swayed[] {
  const out: Swayed[] = [];
  for (const x of a.acts) {
    if (x.id !== act) continue;
    for (const e of x.effects) {
      const outcome = a.outcomes.find((o) => o.id === e.outcome);
      const sway = e.sways?.[0];
      if (e.state !== state || !outcome || !sway || sway.at_low === null || sway.at_high === null || outcome.materiality <= 0) continue;
      const size = Math.abs(sway.at_high - sway.at_low) / outcome.materiality;
      if (size >= 1 && !out.some((o) => o.outcome.id === outcome.id)) out.push({ outcome, sway, size });
    }
  }
  return out.sort((p, q) => q.size - p.size);
}
