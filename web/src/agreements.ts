// What the pages make of the agreements of an answer.
import type { Agreements, Duty, Finding } from "./answer";
import { day } from "./network";

/** A standing in words; the claim that it rests on apart. */
export function standing(s: string | undefined): { text: string; claim: string } {
  const claim = /^asserted_by:(.*)$/.exec(s ?? "")?.[1] ?? "";
  return claim ? { text: "only asserted", claim } : { text: s === "in_text" ? "in the text" : (s ?? "").replaceAll("_", " "), claim: "" };
}

const states: Record<string, string> = { binds_if: "binds in some worlds", pending: "signed, not in force", not_known: "not public yet" };

export const binds = (state: string): string => states[state] ?? state.replaceAll("_", " ");

/** What a clause asks, by its modality. */
export const modality = (kind: string): string => (kind === "align" ? "to take the same stand" : kind.replaceAll("_", " "));

/** Breaches and what cannot be kept together, as against tensions and clauses without effect. */
export const clashes = (f: Finding): boolean => (f.core ?? []).length > 0 && (f.concessions ?? []).length > 0;

/** All conflicts of today, then those up to the horizon that are not among them. */
export function findings(a: Agreements): { f: Finding; when: string }[] {
  const today = (a.today.verdicts ?? []).map((f) => ({ f, when: `on ${a.today.at}` }));
  const later = (a.horizon.verdicts ?? []).filter((f) => !today.some((t) => t.f.kind === f.kind && t.f.sentence === f.sentence)).map((f) => ({ f, when: `up to ${a.horizon.at}` }));
  return [...today, ...later];
}

/** Puts two lists so that lines between linked members cross little: each is sorted by the mean place of its links, in turns. */
export function untangle(left: string[], right: string[], linked: (l: string, r: string) => boolean): [string[], string[]] {
  let a = [...left];
  let b = [...right];
  const sorted = (what: string[], other: string[], of: (x: string, y: string) => boolean) => {
    const place = new Map(
      what.map((x, i) => {
        const at = other.map((y, k) => (of(x, y) ? k : -1)).filter((k) => k >= 0);
        return [x, at.length > 0 ? at.reduce((s, k) => s + k, 0) / at.length : i] as const;
      }),
    );
    return [...what].sort((x, y) => place.get(x)! - place.get(y)! || what.indexOf(x) - what.indexOf(y));
  };
  for (let i = 0; i < 4; i++) {
    b = sorted(b, a, (y, x) => linked(x, y));
    a = sorted(a, b, linked);
  }
  return [a, b];
}

/** A clause as anybody owes it, with who owes it to whom. */
export interface ClauseRow extends Duty {
  bearers: string[];
}

/** The clauses of an agreement, gathered from what its parties owe. */
export function clausesOf(a: Agreements, agreement: string): ClauseRow[] {
  const rows = new Map<string, ClauseRow>();
  for (const p of a.parties)
    for (const d of p.owes ?? []) {
      if (!d.clause.startsWith(`${agreement}/`)) continue;
      const row = rows.get(d.clause);
      if (row) row.bearers.push(p.actor);
      else rows.set(d.clause, { ...d, bearers: [p.actor] });
    }
  return [...rows.values()];
}

/** A day as years, for an axis of time. */
export function years(date: string): number | null {
  const d = day(date);
  return d === null ? null : d / 372;
}

/** A clause by what it is about and whose it is. */
export function clauseName(id: string, lives: readonly { agreement: string; name: string }[]): { clause: string; agreement: string } {
  const at = id.indexOf("/");
  const agreement = id.slice(0, at);
  return { clause: id.slice(at + 1).replaceAll("-", " ").replaceAll("_", " "), agreement: lives.find((l) => l.agreement === agreement)?.name ?? agreement };
}
