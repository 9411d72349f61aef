// Whose flows a map shows: of the base year, of a world, or expected under a view with
// an act in a state.

export type Source = { kind: "base" } | { kind: "world"; world: string } | { kind: "mean"; view: string; act: string; state: string };

/** As it stands in the address: "base", a world as text ("" is the baseline), or mean:view:act:state. */
export function sourceOf(text: string): Source {
  if (text === "base") return { kind: "base" };
  const m = /^mean:([^:]*):([^:]*):([^:]*)$/.exec(text);
  return m ? { kind: "mean", view: m[1] ?? "", act: m[2] ?? "", state: m[3] ?? "" } : { kind: "world", world: text };
}

export const textOf = (s: Source): string => (s.kind === "base" ? "base" : s.kind === "world" ? s.world : `mean:${s.view}:${s.act}:${s.state}`);

/** The query that asks the API for a run; "" of a mean, which is no run. */
export function runQuery(s: Source): string {
  if (s.kind === "base") return "base_year=true";
  return s.kind === "world" ? `world=${encodeURIComponent(s.world)}` : "";
}

/** Addresses of the flows of freight, and of power and gas, below a case. */
export function pathsOf(s: Source): { freight: string; energy: string } {
  if (s.kind === "mean") {
    const path = `flows/mean?${new URLSearchParams({ view: s.view, act: s.act, state: s.state })}`;
    return { freight: path, energy: path };
  }
  return { freight: `flows?${runQuery(s)}`, energy: `energy/flows?${runQuery(s)}` };
}
