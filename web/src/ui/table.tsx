import type { ComponentChildren } from "preact";
import "./table.css";

export interface Column {
  head: ComponentChildren;
  n?: boolean; // numbers, set to the right
}

/** A table that scrolls sideways by itself where it is wider than the page. The first cell of a row is its head. */
export function Table({ caption, hide, columns, rows }: { caption: string; hide?: boolean; columns: Column[]; rows: { key: string; cells: ComponentChildren[] }[] }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class={hide ? "unseen" : ""}>
          <span class="said">{caption}</span>
        </caption>
        <thead>
          <tr>
            {columns.map((c, i) => (
              <th scope="col" key={i} class={c.n ? "n" : typeof c.head === "string" && /^[\d-]+$/.test(c.head) ? "day" : ""}>
                {c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.key}>
              {r.cells.map((c, i) =>
                i === 0 ? (
                  <th scope="row" key={i} class={typeof c === "string" && c.length > 14 ? "long" : ""}>
                    {c}
                  </th>
                ) : (
                  <td key={i} class={columns[i]?.n ? "n" : ""}>
                    {c}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Bars of one scale, each with its text; a ring is a second value on the same scale. */
export function Bars({ rows, most }: { rows: { key: string; name: ComponentChildren; value: number | null; ring?: number | null; text: ComponentChildren }[]; most: number }) {
  const pc = (v: number) => `${(100 * Math.min(1, Math.max(0, v / (most || 1)))).toFixed(2)}%`;
  return (
    <ul class="bars">
      {rows.map((r) => (
        <li key={r.key}>
          <span class="what">{r.name}</span>
          <svg width="100%" height="18" aria-hidden="true" overflow="visible">
            <line class="axis" x1="0" x2="100%" y1="9" y2="9" />
            <rect class="bar" x="0" y="4" height="10" width={pc(r.value ?? 0)} />
            {r.ring != null && <circle class="ring" cx={pc(r.ring)} cy="9" r="5" />}
          </svg>
          <span class="say">{r.text}</span>
        </li>
      ))}
    </ul>
  );
}
