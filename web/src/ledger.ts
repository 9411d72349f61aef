// What became of claims, as the API gives it, and the form that adds a row.

export interface Range {
  best?: number;
  centre?: number;
  worst?: number;
}

export interface Entry {
  claim: string;
  speaker: string;
  speaker_name: string;
  kind: string;
  said: string;
  paraphrase: string;
  verdict: "held" | "failed" | "annulled" | "open";
  happened?: "yes" | "no";
  date?: string;
  added?: string;
  rows: number;
  letter?: string;
  note?: string;
  evidence: { id: string; text: string }[];
  resolves?: { by: string; default: boolean; past: boolean };
  never?: string;
  probability?: { low: number; centre: number; high: number; from: string };
  score?: { happened: boolean; brier: Range; log_nats: Range };
  unscored?: string;
}

export interface Speaker {
  speaker: string;
  speaker_name: string;
  claims: number;
  scored: number;
  happened: number;
  held: number;
  failed: number;
  annulled: number;
  open: number;
  brier: Range;
  log_nats: Range;
}

export interface Book {
  known: string;
  claims: Entry[];
  records: Speaker[];
  calibration: { scored: number; needed: number; bins: { from: number; to: number; claims: number; mean: number; happened: number; share: number; low: number; high: number }[] };
  murphy?: { brier: number; reliability: number; resolution: number; uncertainty: number };
}

export interface Ledger {
  book: Book;
  today: string;
  verdicts: string[];
  observed: { id: string; name: string }[];
}

export interface Row {
  verdict: string;
  happened: string;
  date: string;
  evidence: string[];
  letter: string;
  quote: string;
  note: string;
  by: string;
  publisher: string;
  title: string;
  published: string;
  address: string;
}

export const emptyRow: Row = { verdict: "", happened: "", date: "", evidence: [], letter: "", quote: "", note: "", by: "", publisher: "", title: "", published: "", address: "" };

/** A row that was kept in the browser; what is none of it, as of another version, is left out. */
export function rowOf(kept: unknown): Row {
  const out: Row = { ...emptyRow };
  const had = (kept ?? {}) as Record<string, unknown>;
  for (const k of Object.keys(emptyRow) as (keyof Row)[]) {
    const v = had[k];
    if (k === "evidence") out.evidence = Array.isArray(v) ? v.filter((x) => typeof x === "string") : [];
    else if (typeof v === "string") out[k] = v;
  }
  return out;
}

const settled = (verdict: string | undefined): boolean => verdict !== undefined && verdict !== "open" && verdict !== "";

/** What is sent: what is empty is left out, and a row on a settled claim says which it replaces. */
export function sent(e: Entry, r: Row): Record<string, unknown> {
  const out: Record<string, unknown> = { claim: e.claim, rows: e.rows, verdict: r.verdict, date: r.date };
  const put = (k: string, v: string) => {
    if (v.trim() !== "") out[k] = v.trim();
  };
  if (r.verdict === "held" || r.verdict === "failed") put("happened", r.happened);
  if (settled(e.verdict) && e.date) out["corrects"] = e.date;
  if (r.evidence.length > 0) out["evidence"] = r.evidence;
  put("letter", r.letter);
  put("quote", r.quote);
  put("note", r.note);
  put("by", r.by);
  if ([r.publisher, r.title, r.published, r.address].some((v) => v.trim() !== "")) {
    const source: Record<string, string> = { publisher: r.publisher.trim(), title: r.title.trim() };
    if (r.published.trim()) source["date"] = r.published.trim();
    if (r.address.trim()) source["address"] = r.address.trim();
    out["source"] = source;
  }
  return out;
}

/** Problems of a refusal by the field that they are shown at; "" for those of none. */
export function problems(body: unknown): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  const all = (body as { errors?: { message?: string; location?: string }[] } | null)?.errors ?? [];
  for (const p of all) {
    const field = (p.location ?? "").replace(/^body\.?/, "").replace(/^source\.date$/, "source.published");
    (out[field] ??= []).push(p.message ?? "");
  }
  return out;
}

/** A score with its range over the interval of the claim, "–" where nothing is scored. */
export function score(r: Range): string {
  if (r.best === undefined && r.centre === undefined && r.worst === undefined) return "–";
  const end = (v: number | undefined) => (v === undefined ? "infinite" : v.toFixed(3));
  if (r.best === r.worst && r.best === r.centre) return end(r.centre);
  return `${end(r.centre)} (${end(r.best)} to ${end(r.worst)})`;
}

/** Whether so few claims of a speaker are scored that a mean says nothing. */
export const tooFew = (s: Speaker, needed: number): boolean => s.scored > 0 && s.scored < needed;

/** The claims in groups: settled, open, and open without an event that could settle them. */
export function groups(b: Book): { settled: Entry[]; open: Entry[]; never: [string, Entry[]][] } {
  const never = new Map<string, Entry[]>();
  for (const e of b.claims) if (e.verdict === "open" && e.never) never.set(e.never, [...(never.get(e.never) ?? []), e]);
  const open = b.claims.filter((e) => e.verdict === "open" && !e.never);
  open.sort((a, b) => (a.resolves?.by ?? "9999").localeCompare(b.resolves?.by ?? "9999"));
  return { settled: b.claims.filter((e) => e.verdict !== "open"), open, never: [...never] };
}
