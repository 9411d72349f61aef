import { Map as GLMap, NavigationControl, setWorkerUrl, type ExpressionSpecification, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { FeatureCollection, Geometry } from "geojson";
import { useEffect, useRef } from "preact/hooks";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { get } from "../api";
import type { Network } from "../network";
import { width } from "./legend";
import { theme } from "./theme";

setWorkerUrl(new URL(workerUrl, location.href).href);

export interface Picked {
  kind: "link" | "border" | "strait" | "node";
  id: string;
}

export interface Line {
  id: string;
  mode: string;
  from: string;
  to: string;
  tonnes: number;
  change: number;
  open: boolean;
}

/** What can be done with the drawing. */
export interface Drawn {
  png: () => Promise<void>;
  svg: () => void;
}

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function colourOf(l: Line, comparing: boolean): string {
  if (comparing) return css(l.change >= 0 ? "--more" : "--less");
  return css(l.mode === "rail" ? "--rail" : l.mode === "road" ? "--road" : "--ship");
}

const size = (l: Line, comparing: boolean): number => width(comparing ? Math.abs(l.change) : l.tonnes);

type Props = {
  network: Network;
  lines: Line[];
  comparing: boolean;
  picked: Picked | null;
  hovered: Picked | null;
  pick: (p: Picked | null) => void;
  hover: (p: Picked | null) => void;
  drawn: { current: Drawn | null };
};

function shapes(p: Props): FeatureCollection {
  const at = new Map(p.network.nodes.map((n) => [n.id, n.at]));
  return {
    type: "FeatureCollection",
    features: p.lines
      .filter((l) => at.has(l.from) && at.has(l.to))
      .map((l) => {
        const a = at.get(l.from) as [number, number];
        const b = [...(at.get(l.to) as [number, number])] as [number, number];
        if (Math.abs(b[0] - a[0]) > 180) b[0] += b[0] < a[0] ? 360 : -360; // the short way over the antimeridian
        const chosen = (x: Picked | null) => x?.kind === "link" && x.id === l.id;
        return {
          type: "Feature" as const,
          properties: {
            id: l.id,
            colour: colourOf(l, p.comparing),
            width: size(l, p.comparing),
            dash: p.comparing && l.change < 0,
            open: l.open,
            strong: chosen(p.picked) || chosen(p.hovered),
            sort: Math.abs(p.comparing ? l.change : l.tonnes),
          },
          geometry: { type: "LineString" as const, coordinates: [a, b] },
        };
      }),
  };
}

function points(p: Props): FeatureCollection {
  const seen = new Set<string>();
  const chosen = (kind: string, id: string) => (p.picked?.kind === kind && p.picked.id === id) || (p.hovered?.kind === kind && p.hovered.id === id);
  const out: FeatureCollection = { type: "FeatureCollection", features: [] };
  const add = (kind: Picked["kind"], id: string, at: [number, number], open: boolean) => {
    if (seen.has(kind + id)) return;
    seen.add(kind + id);
    out.features.push({ type: "Feature", properties: { kind, id, open, strong: chosen(kind, id) }, geometry: { type: "Point", coordinates: at } });
  };
  for (const b of p.network.crossings) add("border", b.id, b.at, b.open);
  for (const s of p.network.straits) add("strait", s.id, s.at, true);
  return out;
}

const prop = (name: string): ExpressionSpecification => ["get", name];

function style(): StyleSpecification {
  const empty = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
  const line = (id: string, dash: boolean): StyleSpecification["layers"][number] => ({
    id,
    type: "line",
    source: "links",
    filter: ["all", ["==", prop("dash"), dash], [">", prop("width"), 0], ["==", prop("open"), true]],
    layout: { "line-cap": dash ? "butt" : "round", "line-sort-key": prop("sort") },
    paint: { "line-color": prop("colour"), "line-width": ["+", prop("width"), ["case", prop("strong"), 3, 0]], "line-opacity": 0.9, ...(dash ? { "line-dasharray": [2, 1] } : {}) },
  });
  return {
    version: 8,
    sources: { land: empty, frontiers: empty, links: empty, points: empty },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": css("--sea") } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": css("--land"), "fill-outline-color": css("--rule") } },
      { id: "frontiers", type: "line", source: "frontiers", paint: { "line-color": css("--soft"), "line-width": 0.7, "line-opacity": 0.6 } },
      {
        id: "all",
        type: "line",
        source: "links",
        paint: { "line-color": css("--soft"), "line-width": ["case", prop("strong"), 3, 0.6], "line-opacity": ["case", prop("open"), 0.7, 0.25] },
      },
      { id: "shut", type: "line", source: "links", filter: ["==", prop("open"), false], paint: { "line-color": css("--bad"), "line-width": 1, "line-dasharray": [1, 3] } },
      line("flows", false),
      line("falls", true),
      {
        id: "points",
        type: "circle",
        source: "points",
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 3, ["case", prop("strong"), 6, ["==", prop("kind"), "strait"], 4, 1.5], 7, ["case", prop("strong"), 9, 6]],
          "circle-color": ["case", prop("open"), css("--paper"), css("--bad")],
          "circle-stroke-color": css("--ink"),
          "circle-stroke-width": ["case", prop("strong"), 3, 1.2],
        },
      },
    ],
  };
}

/** The drawing: coastlines, links by width, borders and straits. */
export function Chart(p: Props) {
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<GLMap | null>(null);
  const styled = useRef(false);
  const props = useRef(p);
  props.current = p;

  const show = () => {
    const m = map.current;
    if (!m || !styled.current) return;
    (m.getSource("links") as GeoJSONSource | undefined)?.setData(shapes(props.current));
    (m.getSource("points") as GeoJSONSource | undefined)?.setData(points(props.current));
  };

  useEffect(() => {
    if (!box.current) return;
    let here = true;
    const m = new GLMap({
      container: box.current,
      style: style(),
      bounds: bounds(props.current.network),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      maxZoom: 11,
      canvasContextAttributes: { preserveDrawingBuffer: true },
      locale: { "Map.Title": "Map of links and flows" },
    });
    map.current = m;
    m.touchZoomRotate.disableRotation();
    m.addControl(new NavigationControl({ showCompass: false }), "top-right");
    const land = get<Topology>("basemap").then((t) => {
      if (!here) return;
      const countries = t.objects["countries"] as GeometryCollection;
      base = { land: feature(t, countries), frontiers: mesh(t, countries, (a, b) => a !== b) };
    });
    let base: { land: FeatureCollection; frontiers: Geometry } | null = null;
    const dress = () => {
      styled.current = true;
      if (base) {
        (m.getSource("land") as GeoJSONSource | undefined)?.setData(base.land);
        (m.getSource("frontiers") as GeoJSONSource | undefined)?.setData(base.frontiers);
      }
      show();
    };
    m.on("style.load", dress);
    void land.then(
      () => here && styled.current && dress(),
      () => {},
    );
    const near = (x: number, y: number): Picked | null => {
      const around: [[number, number], [number, number]] = [
        [x - 5, y - 5],
        [x + 5, y + 5],
      ];
      const f = m.queryRenderedFeatures(around, { layers: ["points"] })[0] ?? m.queryRenderedFeatures(around, { layers: ["flows", "falls", "all"] })[0];
      if (!f) return null;
      return { kind: (f.properties["kind"] as Picked["kind"] | undefined) ?? "link", id: String(f.properties["id"]) };
    };
    m.on("mousemove", (e) => {
      const at = near(e.point.x, e.point.y);
      m.getCanvas().style.cursor = at ? "pointer" : "";
      const was = props.current.hovered;
      if (at?.id !== was?.id || at?.kind !== was?.kind) props.current.hover(at);
    });
    m.on("click", (e) => props.current.pick(near(e.point.x, e.point.y)));
    p.drawn.current = { png: () => png(m), svg: () => svg(m, props.current, base) };
    // The colours are read from the page when the style is made.
    const restyle = () => {
      if (!styled.current) return;
      styled.current = false;
      m.setStyle(style(), { diff: false });
    };
    const stop = theme.subscribe(restyle);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", restyle);
    return () => {
      here = false;
      stop();
      system.removeEventListener("change", restyle);
      styled.current = false;
      p.drawn.current = null;
      map.current = null;
      m.remove();
    };
  }, []);

  useEffect(show, [p.lines, p.comparing, p.picked, p.hovered, p.network]);
  return <div class="chart" ref={box} />;
}

function bounds(n: Network): [number, number, number, number] {
  // Where most of the network lies, not the far ends of its sea legs.
  const xs = n.crossings.map((b) => b.at[0]).sort((a, b) => a - b);
  const ys = n.crossings.map((b) => b.at[1]).sort((a, b) => a - b);
  const q = (v: number[], f: number) => v[Math.min(v.length - 1, Math.floor(f * v.length))] ?? 0;
  return xs.length > 4 ? [q(xs, 0.1) - 3, q(ys, 0.08) - 2, q(xs, 0.9) + 3, q(ys, 0.92) + 2] : [20, 20, 80, 60];
}

function save(b: Blob, name: string) {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(b);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

async function png(m: GLMap): Promise<void> {
  const b = await new Promise<Blob | null>((done) => m.getCanvas().toBlob(done, "image/png"));
  if (b) save(b, "map.png");
}

/** The same drawing as vectors: what is in view, projected as on the screen. */
function svg(m: GLMap, p: Props, base: { land: FeatureCollection; frontiers: Geometry } | null) {
  const { clientWidth: w, clientHeight: h } = m.getContainer();
  const at = (c: number[]): [number, number] => {
    const q = m.project([c[0] ?? 0, c[1] ?? 0]);
    return [Math.round(q.x * 10) / 10, Math.round(q.y * 10) / 10];
  };
  const seen = (pts: [number, number][]) => pts.some(([x, y]) => x > -w && x < 2 * w && y > -h && y < 2 * h);
  const path = (cs: number[][], close: boolean): string => {
    const pts = cs.map(at);
    return seen(pts) ? `M${pts.map((q) => q.join(" ")).join("L")}${close ? "Z" : ""}` : "";
  };
  let land = "";
  for (const f of base?.land.features ?? []) {
    const g = f.geometry;
    const polygons = g.type === "Polygon" ? [g.coordinates] : g.type === "MultiPolygon" ? g.coordinates : [];
    for (const rings of polygons) for (const ring of rings) land += path(ring, true);
  }
  let lines = "";
  const where = new Map(p.network.nodes.map((n) => [n.id, n.at]));
  for (const l of [...p.lines].sort((a, b) => size(a, p.comparing) - size(b, p.comparing))) {
    const a = where.get(l.from);
    const b = where.get(l.to);
    const wide = size(l, p.comparing);
    if (!a || !b || wide <= 0 || !l.open) continue;
    const d = path([a, b], false);
    if (d) lines += `<path d="${d}" stroke="${colourOf(l, p.comparing)}" stroke-width="${wide.toFixed(2)}"${p.comparing && l.change < 0 ? ' stroke-dasharray="6 3"' : ' stroke-linecap="round"'}/>`;
  }
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"><rect width="${w}" height="${h}" fill="${css("--sea")}"/>` +
    `<path d="${land}" fill="${css("--land")}" stroke="${css("--soft")}" stroke-width="0.4" fill-rule="evenodd"/><g fill="none" stroke-opacity="0.9">${lines}</g></svg>`;
  save(new Blob([text], { type: "image/svg+xml" }), "map.svg");
}
