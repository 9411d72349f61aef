// What two answers to a case say differently: first sentences, and numbers of the baseline and
// of the acts.
import type { Brief, Num, Outcome, Question } from "./answer";
import { sentences, styleOf, type Style } from "./style-of";

export interface SentenceChange {
  question: string;
  before: string;
  after: string;
}

export interface NumberChange {
  name: string;
  where: string; // the baseline, or an act in a state
  style: Style;
  before: Num;
  after: Num;
  effect: boolean; // a change against the world without the act
}

const lead = (q: Question | undefined): string => (q ? (sentences(q.first.split("\n")[0] ?? "")[0] ?? "") : "");

/** First sentences of questions that are not what they were. */
export const sentencesChanged = (before: Brief, after: Brief): SentenceChange[] =>
  after.questions
    .map((q) => ({ question: q.text, before: lead(before.questions.find((p) => p.id === q.id)), after: lead(q) }))
    .filter((c) => c.before !== c.after);

/** A number moves where people read another one. */
const moves = (s: Style, a: Num, b: Num): boolean => (a === null || b === null ? a !== b : Math.abs(a - b) / s.by >= 0.5 * 10 ** -s.decimals);

/** Numbers that are not what they were: outcomes at the baseline, then effects of acts under the headline, the largest in thresholds first. */
export function numbersChanged(before: Brief, after: Brief): NumberChange[] {
  const out: { c: NumberChange; size: number }[] = [];
  const add = (o: Outcome, where: string, a: Num, b: Num, effect: boolean) => {
    const style = styleOf(o.unit, o.measure, o.materiality, [a, b]);
    if (moves(style, a, b)) out.push({ c: { name: o.name, where, style, before: a, after: b, effect }, size: a === null || b === null ? Infinity : Math.abs(a - b) / (o.materiality || 1) });
  };
  for (const o of after.outcomes) {
    const old = before.outcomes.find((p) => p.id === o.id);
    if (old) add(o, "", old.baseline, o.baseline, false);
  }
  for (const act of after.acts.filter((a) => a.view === after.headline)) {
    const old = before.acts.find((a) => a.id === act.id && a.view === before.headline);
    for (const e of act.effects) {
      const o = after.outcomes.find((p) => p.id === e.outcome);
      const was = old?.effects.find((f) => f.state === e.state && f.outcome === e.outcome);
      if (o && was) add(o, `${act.name}: ${e.state}`, was.effect, e.effect, true);
    }
  }
  return out.sort((a, b) => b.size - a.size).map((x) => x.c);
}
