import { useRef } from "preact/hooks";
import { moveBoth, moveEnd, share, stepped, type Interval } from "../beliefs";

export interface Tick {
  at: number;
  kind: "now" | "reference";
  text: string;
}

const settleKeys = 350; // after the last key of a slider, in milliseconds

/** An interval of probability as a range with two handles; the band between them moves both. */
export function Range({ label, value, ticks = [], move, settle }: { label: string; value: Interval; ticks?: Tick[]; move: (i: Interval) => void; settle: () => void }) {
  const track = useRef<HTMLDivElement>(null);
  const held = useRef<{ what: 0 | 1 | "both"; from: number; start: Interval } | null>(null);
  const quiet = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const at = (e: PointerEvent): number => {
    const r = track.current!.getBoundingClientRect();
    return (e.clientX - r.left) / r.width;
  };
  const down = (what: 0 | 1 | "both") => (e: PointerEvent) => {
    if (e.button !== 0) return;
    e.preventDefault();
    e.stopPropagation();
    const thumb = e.currentTarget as HTMLElement;
    thumb.setPointerCapture(e.pointerId);
    if (what !== "both") thumb.focus();
    held.current = { what, from: at(e), start: value };
  };
  const drag = (e: PointerEvent) => {
    const h = held.current;
    if (!h) return;
    const by = at(e) - h.from;
    const step = (v: number) => Math.round(100 * v) / 100; // whole per cents under the hand, finer ones by the case
    const next = h.what === "both" ? moveBoth(h.start, step(by)) : moveEnd(h.start, h.what, step(h.start[h.what] + by));
    if (next[0] !== value[0] || next[1] !== value[1]) move(next);
  };
  const up = () => {
    if (!held.current) return;
    held.current = null;
    settle();
  };
  const key = (end: 0 | 1) => (e: KeyboardEvent) => {
    const to = e.altKey || e.ctrlKey || e.metaKey ? null : stepped(e.key, e.shiftKey, value[end]);
    if (to === null) return;
    e.preventDefault();
    const next = moveEnd(value, end, to);
    if (next[0] === value[0] && next[1] === value[1]) return;
    move(next);
    clearTimeout(quiet.current);
    quiet.current = setTimeout(settle, settleKeys);
  };
  const pc = (v: number) => `${100 * v}%`;
  const thumb = (end: 0 | 1) => (
    <span
      role="slider"
      tabIndex={0}
      class={end === 0 ? "thumb low" : "thumb high"}
      style={{ left: pc(value[end]) }}
      aria-label={`${label}, ${end === 0 ? "at least" : "at most"}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Number((100 * value[end]).toFixed(1))}
      aria-valuetext={`${end === 0 ? "at least" : "at most"} ${share(value[end])}`}
      onPointerDown={down(end)}
      onPointerMove={drag}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key(end)}
    />
  );
  return (
    <div class="range">
      <div class="track" ref={track}>
        <span class="band" style={{ left: pc(value[0]), width: pc(value[1] - value[0]) }} onPointerDown={down("both")} onPointerMove={drag} onPointerUp={up} onPointerCancel={up} />
        {ticks.map((t) => (
          <span key={t.kind} class={`tick ${t.kind}`} style={{ left: pc(Math.min(1, Math.max(0, t.at))) }} title={t.text} />
        ))}
        {thumb(0)}
        {thumb(1)}
      </div>
    </div>
  );
}

export interface Chart {
  was: number | null; // as the case has it
  now: number | null;
  bounds: [number, number] | null;
  stale: boolean; // the bounds are of words before the change
  most: number; // the axis goes from -most to most
  threshold: number;
  label: string;
}

/** An effect on a line that stays where it is while the effect moves. */
export function Effect({ was, now, bounds, stale, most, threshold, label }: Chart) {
  const x = (v: number) => 50 + (50 * Math.min(most, Math.max(-most, v))) / most;
  const pc = (v: number) => `${x(v).toFixed(2)}%`;
  const y = 13;
  return (
    <svg class="live" width="100%" height={2 * y} role="img" aria-label={label}>
      {bounds && <rect class={stale ? "bounds stale" : "bounds"} x={pc(bounds[0])} width={`${Math.max(0, x(bounds[1]) - x(bounds[0])).toFixed(2)}%`} y={y - 9} height={18} />}
      {threshold > 0 && <rect class="threshold" x={pc(-threshold)} width={`${(x(threshold) - x(-threshold)).toFixed(2)}%`} y={y - 9} height={18} />}
      <line class="axis" x1="0" x2="100%" y1={y} y2={y} />
      <line class="zero" x1="50%" x2="50%" y1={y - 11} y2={y + 11} />
      {bounds && bounds[0] < -most && (
        <text x="0" y={y + 4}>
          ◂
        </text>
      )}
      {bounds && bounds[1] > most && (
        <text x="100%" y={y + 4} text-anchor="end">
          ▸
        </text>
      )}
      {was !== null && <circle class="was" cx={pc(was)} cy={y} r={4.5} />}
      {now !== null && <circle class="now" cx={pc(now)} cy={y} r={5.5} />}
    </svg>
  );
}

/** A half-width of an axis that holds all numbers with room, in steps, so that it stands still while they move. */
export function axis(numbers: (number | null)[], threshold: number): number {
  const largest = Math.max(threshold * 1.5, 1e-12, ...numbers.filter((n): n is number => n !== null && Number.isFinite(n)).map(Math.abs));
  return 2 ** Math.ceil(Math.log2(1.3 * largest));
}
