import { LngLatBounds, Map as GLMap, NavigationControl, setWorkerUrl, type ExpressionSpecification, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { useEffect, useRef, useState } from "preact/hooks";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { get } from "../api";
import type { At, Layer, Stretch, Stroke } from "../strokes";
import { picture, type Key } from "./picture";
import { theme } from "./theme";

setWorkerUrl(new URL(workerUrl, location.href).href);

export interface Picked {
  kind: "link" | "tie" | "pipe" | "border" | "strait" | "zone" | "node";
  id: string;
}

/** A place that can be chosen. */
export interface Spot {
  kind: "border" | "strait" | "zone";
  id: string;
  at: At;
  open: boolean;
  short: boolean; // of power or gas
}

export interface Label {
  name: string;
  at: At;
  state: boolean; // else a place
  rank: number; // the smallest are put first
}

/** A stroke with the size that it is drawn at. */
export interface Line extends Stroke {
  size: number; // pixels, 0 for none
}

/** A stretch of water with the size that it is drawn at. */
export interface Ribbon extends Stretch {
  size: number;
  text: string; // what moves there
}

/** What can be done with the drawing. */
export interface Drawn {
  png: () => Promise<void>;
  svg: () => void;
}

export const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const colourOf = (layer: Layer): string => css(`--${layer}`);

export interface Props {
  lines: Line[];
  ribbons: Ribbon[]; // in the place of legs at sea
  spots: Spot[];
  labels: Label[];
  bounds: [number, number, number, number];
  comparing: boolean;
  picked: Picked | null;
  hovered: Picked | null;
  pick: (p: Picked | null) => void;
  hover: (p: Picked | null) => void;
  describe: (p: Picked) => string;
  title: string; // of a picture
  keys: () => Key[]; // of its legend
  drawn: { current: Drawn | null };
}

const arrowSize = 0.62;

const falls = (l: Line, comparing: boolean): boolean => comparing && l.change < 0;

const strokeColour = (l: Line, comparing: boolean): string => (comparing ? rises(l.change) : colourOf(l.layer));

function shapes(p: Props): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: p.lines.map((l) => ({
      type: "Feature" as const,
      properties: {
        kind: l.kind,
        id: l.id,
        layer: l.layer,
        colour: strokeColour(l, p.comparing),
        width: l.size,
        offset: l.offset,
        dash: falls(l, p.comparing),
        open: l.open,
        back: l.flow < 0,
        shift: [0, ((l.flow < 0 ? -1 : 1) * l.offset) / arrowSize],
        directed: l.kind !== "link" && !p.comparing && l.size > 0,
      },
      geometry: { type: "LineString" as const, coordinates: l.line },
    })),
  };
}

const rises = (change: number): string => css(change >= 0 ? "--more" : "--less");

function waters(p: Props): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: p.ribbons.map((r) => ({
      type: "Feature" as const,
      properties: { colour: p.comparing ? rises(r.change) : colourOf("ship"), width: r.size, dash: p.comparing && r.change < 0, text: r.legs.length > 1 ? r.text : "" },
      geometry: { type: "LineString" as const, coordinates: r.line },
    })),
  };
}

/** What is chosen or pointed at, drawn over the rest. */
function marked(p: Props): FeatureCollection {
  const out: Feature[] = [];
  for (const x of [p.hovered, p.picked]) {
    if (!x) continue;
    const l = p.lines.find((l) => l.kind === x.kind && l.id === x.id);
    if (l) out.push({ type: "Feature", properties: { width: l.size + 5, offset: l.offset }, geometry: { type: "LineString", coordinates: l.line } });
    const s = p.spots.find((s) => s.kind === x.kind && s.id === x.id);
    if (s) out.push({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: s.at } });
  }
  return { type: "FeatureCollection", features: out };
}

function points(p: Props): FeatureCollection {
  return { type: "FeatureCollection", features: p.spots.map((s) => ({ type: "Feature", properties: { kind: s.kind, id: s.id, open: s.open, short: s.short }, geometry: { type: "Point", coordinates: s.at } })) };
}

function names(p: Props): FeatureCollection {
  return { type: "FeatureCollection", features: p.labels.map((l) => ({ type: "Feature", properties: { name: l.name, state: l.state, rank: l.rank }, geometry: { type: "Point", coordinates: l.at } })) };
}

const prop = (name: string): ExpressionSpecification => ["get", name];
type StyleLayer = StyleSpecification["layers"][number];

function style(): StyleSpecification {
  const empty = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
  const line = (id: string, layers: Layer[], dash: boolean, opacity: number): StyleLayer => ({
    id,
    type: "line",
    source: "lines",
    filter: ["all", ["in", prop("layer"), ["literal", layers]], ["==", prop("dash"), dash], [">", prop("width"), 0], ["==", prop("open"), true]],
    layout: { "line-cap": dash ? "butt" : "round", "line-join": "round", "line-sort-key": prop("width") },
    paint: { "line-color": prop("colour"), "line-width": prop("width"), "line-offset": prop("offset"), "line-opacity": opacity, ...(dash ? { "line-dasharray": [2, 1] } : {}) },
  });
  const ribbon = (id: string, dash: boolean): StyleLayer => ({
    id,
    type: "line",
    source: "ribbons",
    filter: ["all", ["==", prop("dash"), dash], [">", prop("width"), 0]],
    layout: { "line-cap": dash ? "butt" : "round", "line-join": "round", "line-sort-key": prop("width") },
    paint: { "line-color": prop("colour"), "line-width": prop("width"), "line-opacity": 0.8, ...(dash ? { "line-dasharray": [2, 1] } : {}) },
  });
  // A pipe is hollow: two lines with a gap.
  const pipe = (id: string, dash: boolean): StyleLayer => ({
    id,
    type: "line",
    source: "lines",
    filter: ["all", ["==", prop("layer"), "gas"], ["==", prop("dash"), dash], [">", prop("width"), 0], ["==", prop("open"), true]],
    layout: { "line-sort-key": prop("width") },
    paint: {
      "line-color": prop("colour"),
      "line-width": ["min", 2, ["max", 0.8, ["/", prop("width"), 3]]],
      "line-gap-width": ["max", 1, ["-", prop("width"), 4]],
      "line-offset": prop("offset"),
      ...(dash ? { "line-dasharray": [4, 2] } : {}),
    },
  });
  const label = (id: string, state: boolean): StyleLayer => ({
    id,
    type: "symbol",
    source: "names",
    filter: ["==", prop("state"), state],
    minzoom: state ? 0 : 4.2,
    layout: {
      "text-field": prop("name"),
      "text-font": ["sans-serif"],
      "text-size": state ? 12 : 11,
      "text-max-width": 9,
      "symbol-sort-key": prop("rank"),
      ...(state ? { "text-transform": "uppercase" as const, "text-letter-spacing": 0.12 } : { "text-variable-anchor": ["left", "right", "top", "bottom"] as ("left" | "right" | "top" | "bottom")[], "text-radial-offset": 0.5, "text-justify": "auto" as const }),
    },
    paint: { "text-color": css(state ? "--soft" : "--ink"), "text-halo-color": css("--land"), "text-halo-width": 1.6 },
  });
  return {
    version: 8,
    sources: { land: empty, frontiers: empty, lines: empty, ribbons: empty, marked: empty, spots: empty, names: empty },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": css("--sea") } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": css("--land"), "fill-outline-color": css("--rule") } },
      { id: "frontiers", type: "line", source: "frontiers", paint: { "line-color": css("--soft"), "line-width": 0.7, "line-opacity": 0.6 } },
      {
        id: "idle",
        type: "line",
        source: "lines",
        filter: ["all", ["==", prop("width"), 0], ["==", prop("open"), true]],
        paint: { "line-color": css("--soft"), "line-width": 0.6, "line-offset": prop("offset"), "line-opacity": ["case", ["==", prop("layer"), "ship"], 0.12, 0.55] },
      },
      { id: "shut", type: "line", source: "lines", filter: ["==", prop("open"), false], paint: { "line-color": css("--bad"), "line-width": 1.2, "line-offset": prop("offset"), "line-dasharray": [1, 3] } },
      ribbon("ribbons", false),
      ribbon("ribbon-falls", true),
      // Legs at sea are seen as ribbons; unseen, they are there to be chosen, the largest on top.
      { id: "legs", type: "line", source: "lines", filter: ["all", ["==", prop("layer"), "ship"], [">", prop("width"), 0], ["==", prop("open"), true]], layout: { "line-sort-key": prop("width") }, paint: { "line-width": ["max", 3, prop("width")], "line-opacity": 0 } },
      line("flows", ["road", "rail"], false, 0.92),
      line("falls", ["road", "rail"], true, 0.92),
      pipe("pipes", false),
      pipe("pipe-falls", true),
      line("ties", ["power"], false, 0.92),
      line("tie-falls", ["power"], true, 0.92),
      {
        id: "ways",
        type: "symbol",
        source: "lines",
        filter: ["all", ["==", prop("directed"), true], ["==", prop("open"), true]],
        layout: {
          "symbol-placement": "line-center",
          "icon-image": "arrow",
          "icon-rotate": ["case", prop("back"), 180, 0],
          "icon-size": arrowSize,
          "icon-offset": ["array", "number", 2, prop("shift")],
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
        },
        paint: { "icon-color": css("--ink"), "icon-halo-color": css("--land"), "icon-halo-width": 1 },
      },
      { id: "marked", type: "line", source: "marked", filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round" }, paint: { "line-color": css("--ink"), "line-width": prop("width"), "line-offset": prop("offset"), "line-opacity": 0.55 } },
      {
        id: "spots",
        type: "circle",
        source: "spots",
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 3, ["match", prop("kind"), "strait", 4, "zone", 6, 1.5], 7, ["match", prop("kind"), "zone", 9, 6]],
          "circle-color": ["case", prop("short"), css("--bad"), ["==", prop("kind"), "zone"], css("--ink"), ["!", prop("open")], css("--bad"), css("--paper")],
          "circle-stroke-color": ["case", ["==", prop("kind"), "zone"], css("--paper"), css("--ink")],
          "circle-stroke-width": 1.2,
        },
      },
      { id: "marked-spot", type: "circle", source: "marked", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 10, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": css("--ink"), "circle-stroke-width": 3 } },
      label("places", false),
      label("states", true),
    ],
  };
}

/** An arrow to the right, as a signed distance would have it: one colour that the style sets. */
function arrow(): { width: number; height: number; data: Uint8ClampedArray } {
  const size = 32;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const c = canvas.getContext("2d")!;
  c.fillStyle = "#000";
  c.beginPath();
  c.moveTo(8, 6);
  c.lineTo(26, 16);
  c.lineTo(8, 26);
  c.closePath();
  c.fill();
  return { width: size, height: size, data: c.getImageData(0, 0, size, size).data };
}

const shownLayers = ["flows", "falls", "legs", "ties", "tie-falls", "pipes", "pipe-falls", "idle", "shut"];

/** The drawing: coastlines, lines by width, places that can be chosen. */
export function Chart(p: Props) {
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<GLMap | null>(null);
  const styled = useRef(false);
  const clicked = useRef(false); // what is chosen was chosen on the map
  const props = useRef(p);
  props.current = p;
  const [tip, point] = useState<{ x: number; y: number; also: string } | null>(null);

  const put = (id: string, data: FeatureCollection) => (map.current?.getSource(id) as GeoJSONSource | undefined)?.setData(data);
  const showLines = () => {
    if (!styled.current) return;
    put("lines", shapes(props.current));
    put("ribbons", waters(props.current));
  };
  const showSpots = () => {
    if (styled.current) put("spots", points(props.current));
  };
  const showMarked = () => {
    if (styled.current) put("marked", marked(props.current));
  };
  const showNames = () => {
    if (styled.current) put("names", names(props.current));
  };

  useEffect(() => {
    if (!box.current) return;
    let here = true;
    const m = new GLMap({
      container: box.current,
      style: style(),
      bounds: props.current.bounds,
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
    let base: { land: FeatureCollection; frontiers: Geometry } | null = null;
    const land = get<Topology>("basemap").then((t) => {
      const countries = t.objects["countries"] as GeometryCollection;
      base = { land: feature(t, countries), frontiers: mesh(t, countries, (a, b) => a !== b) };
    });
    const dress = () => {
      styled.current = true;
      if (!m.hasImage("arrow")) m.addImage("arrow", arrow(), { sdf: true });
      if (base) {
        (m.getSource("land") as GeoJSONSource | undefined)?.setData(base.land);
        (m.getSource("frontiers") as GeoJSONSource | undefined)?.setData(base.frontiers);
      }
      showLines();
      showSpots();
      showMarked();
      showNames();
    };
    m.on("style.load", () => here && dress());
    void land.then(
      () => here && styled.current && dress(),
      () => {},
    );
    const near = (x: number, y: number): Picked | null => {
      if (!styled.current) return null;
      const around: [[number, number], [number, number]] = [
        [x - 5, y - 5],
        [x + 5, y + 5],
      ];
      const f = m.queryRenderedFeatures(around, { layers: ["spots"] })[0] ?? m.queryRenderedFeatures(around, { layers: shownLayers })[0];
      return f ? { kind: f.properties["kind"] as Picked["kind"], id: String(f.properties["id"]) } : null;
    };
    m.on("mousemove", (e) => {
      const at = near(e.point.x, e.point.y);
      m.getCanvas().style.cursor = at ? "pointer" : "";
      const r = at?.kind === "link" ? m.queryRenderedFeatures([e.point.x, e.point.y], { layers: ["ribbons", "ribbon-falls"] })[0] : undefined;
      point(at ? { x: e.point.x, y: e.point.y, also: String(r?.properties["text"] ?? "") } : null);
      const was = props.current.hovered;
      if (at?.id !== was?.id || at?.kind !== was?.kind) props.current.hover(at);
    });
    m.on("mouseout", () => {
      point(null);
      props.current.hover(null);
    });
    m.on("click", (e) => {
      clicked.current = true;
      props.current.pick(near(e.point.x, e.point.y));
    });
    p.drawn.current = picture(m, () => ({ ...props.current, base, colour: (l: Line) => strokeColour(l, props.current.comparing), falls: (l: Line) => falls(l, props.current.comparing), rises: (r: Ribbon) => (props.current.comparing ? rises(r.change) : colourOf("ship")), comparing: props.current.comparing, keys: props.current.keys() }));
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

  useEffect(showLines, [p.lines, p.ribbons, p.comparing]);
  useEffect(showSpots, [p.spots]);
  useEffect(showMarked, [p.lines, p.spots, p.picked, p.hovered]);
  useEffect(showNames, [p.labels]);
  useEffect(() => {
    const m = map.current;
    const by = clicked.current;
    clicked.current = false;
    if (!m || !p.picked || by) return;
    const points = p.lines.find((l) => l.kind === p.picked!.kind && l.id === p.picked!.id)?.line ?? p.spots.filter((s) => s.kind === p.picked!.kind && s.id === p.picked!.id).map((s) => s.at);
    const seen = m.getBounds();
    if (points.length === 0 || points.some((q) => seen.contains(q))) return;
    m.fitBounds(
      points.reduce((b, q) => b.extend(q), new LngLatBounds(points[0]!, points[0]!)),
      { padding: 60, maxZoom: Math.max(5, m.getZoom()), duration: 0 },
    );
  }, [p.picked?.kind, p.picked?.id]);
  const near = tip && p.hovered ? p.describe(p.hovered) : "";
  return (
    <>
      <div class="chart" ref={box} />
      {tip && near && (
        <div class="tip" aria-hidden="true" style={{ left: `${tip.x + 14}px`, top: `${tip.y + 14}px` }}>
          {near}
          {tip.also && <div>{tip.also}</div>}
        </div>
      )}
    </>
  );
}
