import type { Num } from "../answer";

/** One mark of a chart of effects. */
export interface Mark {
  id: string;
  name: string;
  short: string; // one or two letters
  kind: "together" | "expert" | "consensus" | "reference";
  value: Num;
}

export interface Ranges {
  bounds: [Num, Num] | null; // what words alone allow
  worlds: [Num, Num] | null; // 5 to 95 % of weighted worlds
}

/** The part of the axis that is shown: all marks and zero, with as much again of the ranges around them. */
export function extent(marks: Mark[], r: Ranges): [number, number] {
  const all = [0, ...marks.map((m) => m.value)].filter((v): v is number => v !== null && Number.isFinite(v));
  const lo = Math.min(...all);
  const hi = Math.max(...all);
  const span = hi - lo || 1;
  const [w0, w1] = r.worlds ?? [null, null];
  return [Math.max(lo - 0.6 * span, Math.min(w0 ?? lo, lo) - 0.08 * span), Math.min(hi + 0.6 * span, Math.max(w1 ?? hi, hi) + 0.08 * span)];
}

/** Letters of marks that lie close together, put in rows above each other. */
export function rowsOf(at: number[], near: number): number[] {
  const order = at.map((_, i) => i).sort((a, b) => at[a]! - at[b]!);
  const last: number[] = [];
  const row = new Array<number>(at.length).fill(0);
  for (const i of order) {
    let k = last.findIndex((x) => at[i]! - x >= near);
    if (k < 0) k = last.length;
    last[k] = at[i]!;
    row[i] = k;
  }
  return row;
}

const high = 13; // of a row of letters

/** Effects as dots on a line with zero on it, ranges behind them. */
export function Dots({ marks, ranges, threshold, label }: { marks: Mark[]; ranges: Ranges; threshold: number; label: string }) {
  const seen = marks.filter((m): m is Mark & { value: number } => m.value !== null);
  const [lo, hi] = extent(marks, ranges);
  const x = (v: number) => (100 * (Math.min(hi, Math.max(lo, v)) - lo)) / (hi - lo);
  const pc = (v: number) => `${x(v).toFixed(2)}%`;
  const rows = rowsOf(
    seen.map((m) => x(m.value)),
    6,
  );
  const top = high * (1 + Math.max(0, ...rows)) + 2;
  const mid = top + 9;
  const [b0, b1] = ranges.bounds ?? [null, null];
  const [w0, w1] = ranges.worlds ?? [null, null];
  return (
    <svg class="dots" width="100%" height={mid + 14} role="img" aria-label={label}>
      {b0 !== null && b1 !== null && <rect class="bounds" x={pc(b0)} width={`${Math.max(0, x(b1) - x(b0)).toFixed(2)}%`} y={mid - 8} height={16} />}
      {threshold > 0 && <rect class="threshold" x={pc(-threshold)} width={`${Math.max(0, x(threshold) - x(-threshold)).toFixed(2)}%`} y={mid - 8} height={16} />}
      <line class="axis" x1="0" x2="100%" y1={mid} y2={mid} />
      {w0 !== null && w1 !== null && <line class="worlds" x1={pc(w0)} x2={pc(w1)} y1={mid} y2={mid} />}
      <line class="zero" x1={pc(0)} x2={pc(0)} y1={mid - 11} y2={mid + 11} />
      {Math.min(b0 ?? lo, w0 ?? lo) < lo && (
        <text class="more-there" x="0" y={mid + 4}>
          ◂
        </text>
      )}
      {Math.max(b1 ?? hi, w1 ?? hi) > hi && (
        <text class="more-there" x="100%" y={mid + 4} text-anchor="end">
          ▸
        </text>
      )}
      {seen.map((m, i) => (
        <g key={m.id} class={`mark ${m.kind}`}>
          <line class="stem" x1={pc(m.value)} x2={pc(m.value)} y1={top - high * rows[i]! - 2} y2={mid} />
          {m.kind === "reference" || m.kind === "consensus" ? (
            <svg x={pc(m.value)} y={mid} overflow="visible">
              <path d={m.kind === "reference" ? "M-4-4H4V4H-4Z" : "M0-6L6 0 0 6-6 0Z"} />
            </svg>
          ) : (
            <circle cx={pc(m.value)} cy={mid} r={m.kind === "together" ? 6 : 4} />
          )}
          <text x={pc(m.value)} y={top - 3 - high * rows[i]!} text-anchor="middle">
            {m.short}
          </text>
        </g>
      ))}
    </svg>
  );
}
