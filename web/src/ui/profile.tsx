import { hours, line, ticks, type Chain } from "../chains";
import { plain } from "../numbers";
import { useWidth } from "./width";

const panel = 150;
const gap = 40;
const left = 46;
const right = 30;
const top = 22;

/** The time-cost-distance chart: hours above, money below, on one axis of distance; borders and terminals rise in place. */
export function Profile({ chains, chosen, choose }: { chains: Chain[]; chosen: number; choose: (i: number) => void }) {
  const { ref, width } = useWidth<HTMLDivElement>(700);
  const km = Math.max(...chains.map((c) => c.km), 1);
  const x = (v: number) => left + ((width - left - right) * v) / km;
  const height = top + 2 * panel + gap + 34;
  const panels = [
    { of: "hours" as const, title: "Hours", y0: top },
    { of: "money" as const, title: "USD a tonne", y0: top + panel + gap },
  ];
  return (
    <div ref={ref} class="profile">
      <svg width={width} height={height} role="img" aria-label={`Time and cost over distance. ${chains.map((c, i) => `Chain ${i + 1}, ${c.modes}: ${plain(c.km)} km, ${hours(c.hours)} hours, ${plain(c.money)} USD a tonne`).join(". ")}.`}>
        {panels.map(({ of, title, y0 }) => {
          const most = Math.max(...chains.map((c) => c[of]), 1e-9);
          const y = (v: number) => y0 + panel - (panel * v) / most;
          return (
            <g key={of}>
              <text class="title" x={left} y={y0 - 8}>
                {title}
              </text>
              {ticks(most, 4).map((t) => (
                <g key={t} class="tick">
                  <line x1={left} x2={width - right} y1={y(t)} y2={y(t)} />
                  <text x={left - 6} y={y(t) + 4} text-anchor="end">
                    {plain(t)}
                  </text>
                </g>
              ))}
              {chains.map((c, i) => (
                <g key={i} class={`chain k${i % 4} ${i === chosen ? "chosen" : ""}`} onClick={() => choose(i)}>
                  <polyline points={line(c, of).map(([d, v]) => `${x(d).toFixed(1)},${y(v).toFixed(1)}`).join(" ")} />
                  <text x={x(c.km) + 5} y={y(c[of]) + 4}>
                    {i + 1}
                  </text>
                </g>
              ))}
            </g>
          );
        })}
        {ticks(km, Math.max(2, Math.floor(width / 140))).map((t) => (
          <text key={t} class="tick" x={x(t)} y={height - 14} text-anchor="middle">
            {plain(t)}
            {t > 0 ? " km" : ""}
          </text>
        ))}
      </svg>
    </div>
  );
}
