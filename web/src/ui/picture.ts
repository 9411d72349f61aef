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
}

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

const strip = 64; // pixels of title and legend
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

/** Where the entries of a legend stand, from the left. */
function places(keys: Key[], from: number): { key: Key; x: number }[] {
  let x = from;
  return keys.map((key) => {
    const here = x;
    x += 44 + 7 * key.text.length;
    return { key, x: here };
  });
}

async function png(m: GLMap, s: Scene): Promise<void> {
  const from = m.getCanvas();
  const scale = from.width / m.getContainer().clientWidth;
  const to = document.createElement("canvas");
  to.width = from.width;
  to.height = from.height + strip * scale;
  const c = to.getContext("2d");
  if (!c) return;
  c.fillStyle = css("--paper");
  c.fillRect(0, 0, to.width, to.height);
  c.drawImage(from, 0, 0);
  c.scale(scale, scale);
  c.translate(0, from.height / scale);
  c.fillStyle = css("--ink");
  c.font = "600 14px sans-serif";
  c.fillText(s.title, 12, 22);
  c.font = "12px sans-serif";
  for (const { key, x } of places(s.keys, 12)) {
    c.strokeStyle = key.colour;
    c.setLineDash(key.dash ? [6, 3] : []);
    c.lineWidth = key.hollow ? 1.5 : key.width;
    for (const dy of key.hollow ? [-2.5, 2.5] : [0]) {
      c.beginPath();
      c.moveTo(x, 44 + dy);
      c.lineTo(x + 26, 44 + dy);
      c.stroke();
    }
    c.fillText(key.text, x + 32, 48);
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
        const d = path(shifted(pts, (side * Math.max(2.5, l.size - 2)) / 2), false);
        if (d) lines += stroke(d, s.colour(l), 1.5, dash, 1);
      }
      continue;
    }
    const d = path(pts, false);
    if (d) lines += stroke(d, s.colour(l), l.size, dash, 0.92);
  }
  let spots = "";
  for (const x of s.spots) {
    const [cx, cy] = at(x.at);
    if (cx < 0 || cy < 0 || cx > w || cy > h) continue;
    spots += `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${x.kind === "border" ? 2 : 4}" fill="${x.short || !x.open ? css("--bad") : x.kind === "zone" ? css("--ink") : css("--paper")}" stroke="${css("--ink")}"/>`;
  }
  let labels = "";
  for (const x of s.labels.filter((l) => l.state)) {
    const [cx, cy] = at(x.at);
    if (cx < 0 || cy < 0 || cx > w || cy > h) continue;
    labels += `<text x="${cx.toFixed(1)}" y="${cy.toFixed(1)}" text-anchor="middle" font-size="12" letter-spacing="1" fill="${css("--soft")}" stroke="${css("--land")}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${escape(x.name.toUpperCase())}</text>`;
  }
  let keys = "";
  for (const { key, x } of places(s.keys, 12)) {
    for (const dy of key.hollow ? [-2.5, 2.5] : [0]) keys += `<path d="M${x} ${h + 44 + dy}h26" stroke="${key.colour}" stroke-width="${key.hollow ? 1.5 : key.width.toFixed(1)}"${key.dash ? ' stroke-dasharray="6 3"' : ""}/>`;
    keys += `<text x="${x + 32}" y="${h + 48}" font-size="12" fill="${css("--ink")}">${escape(key.text)}</text>`;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h + strip}" viewBox="0 0 ${w} ${h + strip}" font-family="sans-serif"><title>${escape(s.title)}</title><defs><clipPath id="view"><rect width="${w}" height="${h}"/></clipPath></defs>` +
    `<rect width="${w}" height="${h + strip}" fill="${css("--paper")}"/><g clip-path="url(#view)"><rect width="${w}" height="${h}" fill="${css("--sea")}"/><path d="${land}" fill="${css("--land")}" stroke="${css("--soft")}" stroke-width="0.4" fill-rule="evenodd"/><g fill="none">${lines}</g>${spots}${labels}</g>` +
    `<text x="12" y="${h + 22}" font-size="14" font-weight="600" fill="${css("--ink")}">${escape(s.title)}</text><g fill="none">${keys.replaceAll("<text", '<text stroke="none"')}</g></svg>`
  );
}
