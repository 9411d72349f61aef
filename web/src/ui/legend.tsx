import { unitsOf } from "../energy";
import { plain } from "../numbers";
import { kindOf, width, type Kind, type Layer, type Scale } from "../strokes";
import { colourOf, css } from "./chart";
import type { Key } from "./picture";

const names: Record<Layer, string> = { rail: "rail", road: "road", ship: "sea, ferry, river", power: "power", gas: "gas" };

interface Row {
  unit: string;
  kind: Kind;
  sizes: { text: string; width: number }[];
}

/** Round sizes that are drawn well apart: about 1, 4, 8 and 14 pixels wide. */
function sizesOf(kind: Kind, scale: Scale, by: number): { text: string; width: number }[] {
  const layer = kind === "freight" ? "rail" : kind;
  const out = new Map<number, number>();
  for (const pixels of [1.2, 4, 8, 14]) {
    const v = scale[kind] * (pixels / 3.2) ** 2;
    const ten = 10 ** Math.floor(Math.log10(v));
    const round = [1, 2, 5, 10].map((k) => k * ten).reduce((a, b) => (Math.abs(Math.log(b / v)) < Math.abs(Math.log(a / v)) ? b : a));
    out.set(round, width(layer, round, scale));
  }
  return [...out].map(([v, w]) => ({ text: plain(v / by), width: w }));
}

/** The widths of the layers that are on, each kind in its unit. */
export function rowsOf(on: ReadonlySet<Layer>, scale: Scale, block: number): Row[] {
  const u = unitsOf(block);
  const kinds = new Set([...on].map(kindOf));
  const units: Record<Kind, [string, number]> = { freight: scale.freight >= 2e4 ? ["Mt/yr", 1e6] : ["kt/yr", 1e3], power: scale.power >= 400 && block < 0 ? ["TWh/yr", 1e3] : [u.power, 1], gas: [u.gas, 1] };
  return [...kinds].map((kind) => ({ kind, unit: units[kind][0], sizes: sizesOf(kind, scale, units[kind][1]) }));
}

/** The legend of a picture. */
export function keysOf(on: ReadonlySet<Layer>, comparing: boolean, scale: Scale, block: number, shut: boolean): Key[] {
  const kinds: Key[] = comparing
    ? [
        { text: "more", colour: css("--more"), width: 4, dash: false },
        { text: "less", colour: css("--less"), width: 4, dash: true },
      ]
    : [...on].map((l) => ({ text: names[l], colour: colourOf(l), width: l === "gas" ? 7 : 4, dash: false, hollow: l === "gas" }));
  return [...kinds, ...rowsOf(on, scale, block).flatMap((r) => r.sizes.slice(1, 3).map((x) => ({ text: `${x.text} ${r.unit}`, colour: css("--ink"), width: x.width, dash: false, hollow: r.kind === "gas" }))), ...(shut ? [{ text: "shut or not there", colour: css("--bad"), width: 1.2, dash: false, dotted: true }] : [])];
}

/** Widths by the rule of the map, and what the colours mean. */
export function Legend({ on, comparing, scale, block }: { on: ReadonlySet<Layer>; comparing: boolean; scale: Scale; block: number }) {
  const rows = rowsOf(on, scale, block);
  const kinds = comparing ? ["more", "less"] : [...on].map((l) => names[l]);
  return (
    <div class="legend" role="img" aria-label={`Line width: ${rows.map((r) => `${r.sizes.map((s) => s.text).join(", ")} ${r.unit}`).join("; ")}. Colours: ${kinds.join(", ")}.`}>
      {rows.map((r) => (
        <div key={r.unit}>
          {r.sizes.map((s) => (
            <span key={s.text}>
              <Swatch colour="currentColor" width={s.width} hollow={r.kind === "gas"} />
              {s.text}
            </span>
          ))}
          <span>{r.unit}</span>
        </div>
      ))}
      <div>
        {comparing ? (
          <>
            <span>
              <Swatch colour="var(--more)" width={4} />
              more
            </span>
            <span>
              <Swatch colour="var(--less)" width={4} dash />
              less
            </span>
          </>
        ) : (
          [...on].map((l) => (
            <span key={l}>
              <Swatch colour={`var(--${l})`} width={l === "gas" ? 6 : 4} hollow={l === "gas"} />
              {names[l]}
            </span>
          ))
        )}
        <span>
          <svg width="20" height="14" aria-hidden="true">
            <line x1="1" x2="19" y1="7" y2="7" style={{ stroke: "var(--bad)" }} stroke-width="1.5" stroke-dasharray="2 3" />
          </svg>
          shut or not there
        </span>
      </div>
      <p class="note">
        {comparing ? "Widths are of the change; what changes by less than a hundredth or so of the largest is a thin grey line. " : ""}On land lines run straight between places, also where a railway bends. At sea they follow the usual ways of ships, which we have drawn by hand and no number depends on; what shares a way is added up. Open dots are borders and straits, red ones borders shut in the base year.
        {on.has("power") || on.has("gas") ? " Ties and pipes join the middles of their zones; arrows show the net direction. A full dot is a zone, red where it is short." : ""}
      </p>
    </div>
  );
}

function Swatch({ colour, width: wide, dash, hollow }: { colour: string; width: number; dash?: boolean; hollow?: boolean }) {
  const gap = Math.max(2.5, wide - 2) / 2;
  return (
    <svg width="28" height={Math.max(14, Math.ceil(wide) + 2)} aria-hidden="true">
      {hollow ? (
        [-gap, gap].map((d) => <line key={d} x1="1" x2="27" y1="50%" y2="50%" transform={`translate(0 ${d})`} style={{ stroke: colour }} stroke-width="1.5" />)
      ) : (
        <line x1="1" x2="27" y1="50%" y2="50%" style={{ stroke: colour }} stroke-width={wide} stroke-dasharray={dash ? "6 3" : ""} />
      )}
    </svg>
  );
}
