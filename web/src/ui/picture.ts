// The map as a picture: what is in view, with a title and a legend, as pixels or vectors.
import type { Map as GLMap } from "maplibre-gl";
import type { FeatureCollection, Geometry } from "geojson";
import type { Drawn, Label, Line, Ribbon, Spot } from "./chart";

/** An entry of a legend. */
export interface Key {
  text: string;
  colour: string;
  width: number;
  dash: boolean;
  hollow?: boolean;
  dotted?: boolean;
}

/** Half the gap of a hollow line. */
const gapOf = (size: number): number => Math.max(2.5, size - 2) / 2;

const dashOf = (k: Key): number[] => (k.dotted ? [2, 3] : k.dash ? [6, 3] : []);

export interface Scene {
  lines: Line[];
  ribbons: Ribbon[];
  rises: (r: Ribbon) => string;
  comparing: boolean;
  spots: Spot[];
  labels: Label[];
  title: string;
  keys: Key[];
  base: { land: FeatureCollection; frontiers: Geometry } | null;
  colour: (l: Line) => string;
  falls: (l: Line) => boolean;
}

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function save(b: Blob, name: string) {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(b);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

export function picture(m: GLMap, scene: () => Scene): Drawn {
  return {
    png: () => png(m, scene()),
    svg: () => save(new Blob([svg(m, scene())], { type: "image/svg+xml" }), "map.svg"),
  };
}

/** The width of a text in pixels, in a font. */
type Measure = (text: string, font: string) => number;

const titleFont = "600 14px sans-serif";
const keyFont = "12px sans-serif";
const margin = 12;

function measured(): Measure {
  const c = document.createElement("canvas").getContext("2d");
  return (text, font) => {
    if (!c) return 7 * text.length;
    c.font = font;
    return c.measureText(text).width;
  };
}

export interface Strip {
  title: string[]; // its lines
  keys: { key: Key; x: number; y: number }[]; // from the left, and the middle from the top
  height: number;
}

/** Title and legend below a picture of a width: what does not fit in a line goes into the next. */
export function strip(title: string, keys: readonly Key[], width: number, measure: Measure): Strip {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && measure(`${last} ${word}`, titleFont) <= width - 2 * margin) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  let x = margin;
  let y = 18 * lines.length + 24;
  const out: Strip["keys"] = [];
  for (const key of keys) {
    const wide = 32 + measure(key.text, keyFont);
    if (x > margin && x + wide > width - margin) {
      x = margin;
      y += 22;
    }
    out.push({ key, x, y });
    x += wide + 16;
  }
  return { title: lines, keys: out, height: y + 20 };
}

async function png(m: GLMap, s: Scene): Promise<void> {
  const from = m.getCanvas();
  const scale = from.width / m.getContainer().clientWidth;
  const below = strip(s.title, s.keys, from.width / scale, measured());
  const to = document.createElement("canvas");
  to.width = from.width;
  to.height = from.height + below.height * scale;
  const c = to.getContext("2d");
  if (!c) return;
  c.fillStyle = css("--paper");
  c.fillRect(0, 0, to.width, to.height);
  c.drawImage(from, 0, 0);
  c.scale(scale, scale);
  c.translate(0, from.height / scale);
  c.fillStyle = css("--ink");
  c.font = titleFont;
  below.title.forEach((line, i) => c.fillText(line, margin, 22 + 18 * i));
  c.font = keyFont;
  for (const { key, x, y } of below.keys) {
    c.strokeStyle = key.colour;
    c.setLineDash(dashOf(key));
    c.lineWidth = key.hollow ? 1.5 : key.width;
    for (const dy of key.hollow ? [-gapOf(key.width), gapOf(key.width)] : [0]) {
      c.beginPath();
      c.moveTo(x, y + dy);
      c.lineTo(x + 26, y + dy);
      c.stroke();
    }
    c.fillText(key.text, x + 32, y + 4);
  }
  const b = await new Promise<Blob | null>((done) => to.toBlob(done, "image/png"));
  if (b) save(b, "map.png");
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!);

/** A path moved sideways by so many pixels, to the right of its direction. */
export function shifted(pts: [number, number][], by: number): [number, number][] {
  if (by === 0 || pts.length < 2) return pts;
  return pts.map((q, i) => {
    const a = pts[Math.max(0, i - 1)]!;
    const b = pts[Math.min(pts.length - 1, i + 1)]!;
    const dx = b[0] - a[0];
    const dy = b[1] - a[1];
    const n = Math.hypot(dx, dy) || 1;
    return [q[0] - (by * dy) / n, q[1] + (by * dx) / n];
  });
}

function svg(m: GLMap, s: Scene): string {
  const { clientWidth: w, clientHeight: h } = m.getContainer();
  const measure = measured();
  const below = strip(s.title, s.keys, w, measure);
  const at = (c: number[]): [number, number] => {
    const q = m.project([c[0] ?? 0, c[1] ?? 0]);
    return [q.x, q.y];
  };
  const seen = (pts: [number, number][]) => pts.some(([x, y]) => x > -w && x < 2 * w && y > -h && y < 2 * h);
  const path = (pts: [number, number][], close: boolean): string => (seen(pts) ? `M${pts.map((q) => q.map((v) => v.toFixed(1)).join(" ")).join("L")}${close ? "Z" : ""}` : "");
  let land = "";
  for (const f of s.base?.land.features ?? []) {
    const g = f.geometry;
    const polygons = g.type === "Polygon" ? [g.coordinates] : g.type === "MultiPolygon" ? g.coordinates : [];
    for (const rings of polygons) for (const ring of rings) land += path(ring.map(at), true);
  }
  const stroke = (d: string, colour: string, wide: number, dash: boolean, opacity: number) => `<path d="${d}" stroke="${colour}" stroke-width="${wide.toFixed(2)}" stroke-opacity="${opacity}"${dash ? ' stroke-dasharray="6 3"' : ' stroke-linecap="round"'}/>`;
  let lines = "";
  for (const l of s.lines) {
    if (l.open && l.size > 0) continue;
    const d = path(shifted(l.line.map(at), l.offset), false);
    if (d) lines += l.open ? `<path d="${d}" stroke="${css("--soft")}" stroke-width="0.6" stroke-opacity="${l.layer === "ship" ? 0.12 : 0.55}"/>` : `<path d="${d}" stroke="${css("--bad")}" stroke-width="1.2" stroke-dasharray="2 3"/>`;
  }
  for (const r of [...s.ribbons].sort((a, b) => a.size - b.size)) {
    const d = r.size > 0 ? path(r.line.map(at), false) : "";
    if (d) lines += stroke(d, s.rises(r), r.size, s.comparing && r.change < 0, 0.8);
  }
  for (const l of [...s.lines].sort((a, b) => a.size - b.size)) {
    if (l.size <= 0 || !l.open || l.layer === "ship") continue;
    const pts = shifted(l.line.map(at), l.offset);
    const dash = s.falls(l);
    if (l.layer === "gas") {
      for (const side of [-1, 1]) {
        const d = path(shifted(pts, side * gapOf(l.size)), false);
        if (d) lines += stroke(d, s.colour(l), 1.5, dash, 1);
      }
      continue;
    }
    const d = path(pts, false);
    if (d) lines += stroke(d, s.colour(l), l.size, dash, 0.92);
  }
  let arrows = "";
  for (const l of s.lines) {
    if (l.kind === "link" || s.comparing || l.size <= 0 || !l.open) continue;
    const pts = shifted(l.line.map(at), l.offset);
    const [a, b] = l.flow < 0 ? [pts[pts.length - 1]!, pts[0]!] : [pts[0]!, pts[pts.length - 1]!];
    const turn = (180 / Math.PI) * Math.atan2(b[1] - a[1], b[0] - a[0]);
    arrows += `<path d="M-5 -6L6 0L-5 6Z" transform="translate(${((a[0] + b[0]) / 2).toFixed(1)} ${((a[1] + b[1]) / 2).toFixed(1)}) rotate(${turn.toFixed(1)})" fill="${css("--ink")}" stroke="${css("--land")}" stroke-width="0.8"/>`;
  }
  let spots = "";
  for (const x of s.spots) {
    const [cx, cy] = at(x.at);
    if (cx < 0 || cy < 0 || cx > w || cy > h) continue;
    spots += `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${x.kind === "border" ? 2 : x.kind === "zone" ? 6 : 4}" fill="${x.short || !x.open ? css("--bad") : x.kind === "zone" ? css("--ink") : css("--paper")}" stroke="${css("--ink")}"/>`;
  }
  let labels = "";
  const taken: [number, number, number, number][] = [];
  for (const x of s.labels.filter((l) => l.state).sort((a, b) => a.rank - b.rank)) {
    const [cx, cy] = at(x.at);
    const half = measure(x.name.toUpperCase(), keyFont) / 2 + x.name.length / 2;
    const box: [number, number, number, number] = [cx - half, cy - 10, cx + half, cy + 3];
    if (box[0] < 0 || box[1] < 0 || box[2] > w || box[3] > h || taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
    taken.push(box);
    labels += `<text x="${cx.toFixed(1)}" y="${cy.toFixed(1)}" text-anchor="middle" font-size="12" letter-spacing="1" fill="${css("--soft")}" stroke="${css("--land")}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${escape(x.name.toUpperCase())}</text>`;
  }
  let keys = "";
  for (const { key, x, y } of below.keys) {
    for (const dy of key.hollow ? [-gapOf(key.width), gapOf(key.width)] : [0]) keys += `<path d="M${x.toFixed(1)} ${(h + y + dy).toFixed(1)}h26" stroke="${key.colour}" stroke-width="${key.hollow ? 1.5 : key.width.toFixed(1)}"${key.dash || key.dotted ? ` stroke-dasharray="${dashOf(key).join(" ")}"` : ""}/>`;
    keys += `<text x="${(x + 32).toFixed(1)}" y="${h + y + 4}" font-size="12" fill="${css("--ink")}">${escape(key.text)}</text>`;
  }
  const title = below.title.map((line, i) => `<text x="${margin}" y="${h + 22 + 18 * i}" font-size="14" font-weight="600" fill="${css("--ink")}">${escape(line)}</text>`).join("");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h + below.height}" viewBox="0 0 ${w} ${h + below.height}" font-family="sans-serif"><title>${escape(s.title)}</title><defs><clipPath id="view"><rect width="${w}" height="${h}"/></clipPath></defs>` +
    `<rect width="${w}" height="${h + below.height}" fill="${css("--paper")}"/><g clip-path="url(#view)"><rect width="${w}" height="${h}" fill="${css("--sea")}"/><path d="${land}" fill="${css("--land")}" stroke="${css("--soft")}" stroke-width="0.4" fill-rule="evenodd"/><g fill="none">${lines}</g>${arrows}${spots}${labels}</g>` +
    `${title}<g fill="none">${keys.replaceAll("<text", '<text stroke="none"')}</g></svg>`
  );
}
