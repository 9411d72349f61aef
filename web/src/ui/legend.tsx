/** Widths in Mt/yr, drawn by the rule of the map, and what the colours mean. */
export const width = (tonnes: number): number => (tonnes <= 0 ? 0 : Math.max(0.8, 3.2 * Math.sqrt(Math.abs(tonnes) / 1e6)));

const sizes = [0.1, 1, 5, 10];

export function Legend({ comparing }: { comparing: boolean }) {
  const keys = comparing
    ? [
        { c: "var(--more)", t: "more", dash: "" },
        { c: "var(--less)", t: "less", dash: "4 2" },
      ]
    : [
        { c: "var(--rail)", t: "rail", dash: "" },
        { c: "var(--road)", t: "road", dash: "" },
        { c: "var(--ship)", t: "sea, ferry, river", dash: "" },
      ];
  return (
    <div class="legend" role="img" aria-label={`Line width is Mt/yr: ${sizes.join(", ")}. Colours: ${keys.map((k) => k.t).join(", ")}.`}>
      {sizes.map((s) => (
        <span key={s}>
          <svg width="34" height="14" aria-hidden="true">
            <line x1="2" x2="32" y1="7" y2="7" stroke="currentColor" stroke-width={width(s * 1e6)} />
          </svg>
          {s}
        </span>
      ))}
      <span>Mt/yr</span>
      {keys.map((k) => (
        <span key={k.t}>
          <svg width="20" height="14" aria-hidden="true">
            <line x1="1" x2="19" y1="7" y2="7" style={{ stroke: k.c }} stroke-width="4" stroke-dasharray={k.dash} />
          </svg>
          {k.t}
        </span>
      ))}
      <span class="note">Lines run straight between places, also at sea.</span>
    </div>
  );
}
