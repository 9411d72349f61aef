import { useMemo, useRef, useState } from "preact/hooks";
import type { Brief } from "../answer";
import { of } from "../api";
import type { EnergyNetwork } from "../energy";
import { shortOf, unitsOf } from "../energy";
import type { Meta } from "../meta";
import { day, inForceOn, type Network, type Use } from "../network";
import { plain } from "../numbers";
import { regionName } from "../regions";
import { remember, route, to } from "../route";
import { runQuery, sourceOf } from "../source";
import { changeScale, energyStrokes, flowScale, layers, linkStrokes, sideBySide, stretches, width, type At, type Layer, type Scale } from "../strokes";
import { Chart, type Drawn, type Label, type Line, type Picked, type Ribbon, type Spot } from "../ui/chart";
import { useFlows } from "../ui/flows";
import { keysOf, Legend } from "../ui/legend";
import { useLoad } from "../ui/load";
import { Opening } from "../ui/opening";
import { Details } from "../ui/place";
import { Solve } from "../ui/solve";
import { sourceName, Sources } from "../ui/source";
import { Trouble } from "../ui/trouble";
import "./map.css";

/** Rows of a list that are shown at once. */
const most = 40;

const layerNames: Record<Layer, string> = { rail: "Rail", road: "Road", ship: "Sea, ferry, river", power: "Power ties", gas: "Gas pipelines" };
const usual = "rail,road,ship";

/** The map: what moves on each link, tie and pipeline in a run or as expected, or what changes against another. */
export function MapPage({ name }: { name: string }) {
  const q = route.value.query;
  const world = q.get("w") ?? "";
  const v = q.get("v"); // null: no comparison
  const against = v === "baseline" ? "" : v;
  const comparing = against !== null;
  const picked = pickedOf(q.get("pick"));
  const asOf = q.get("d") ?? "";
  const on = useMemo(() => new Set(layers.filter((l) => (q.get("l") ?? usual).split(",").includes(l))), [q.get("l")]);
  const withEnergy = on.has("power") || on.has("gas");
  const source = sourceOf(world);
  const network = useLoad<Network>(of(name, "network"));
  const energy = useLoad<EnergyNetwork>(withEnergy ? of(name, "energy", "network") : null);
  const meta = useLoad<Meta>(of(name));
  const brief = useLoad<Brief | { solved: false }>(meta.data && meta.data.errors === 0 ? of(name, "answer", "brief") : null);
  const answer = brief.data?.solved ? brief.data : null;
  const unsolved = brief.data?.solved === false;
  const now = useFlows(name, source, withEnergy);
  const then = useFlows(name, against === null ? null : sourceOf(against), withEnergy);
  const askable = picked && picked.kind !== "node" && picked.kind !== "tie" && picked.kind !== "pipe" && picked.kind !== "zone";
  const uses = useLoad<Use[]>(askable && source.kind !== "mean" ? `${of(name)}/selectlink?place=${encodeURIComponent(picked.id)}&${runQuery(source)}` : null);
  const [hovered, hover] = useState<Picked | null>(null);
  const draw = useRef<Drawn | null>(null);
  const blocks = energy.data?.blocks ?? [];
  const block = blocks.findIndex((b) => b.id === q.get("b"));
  const nothing = day(asOf) !== null ? asOf : "";

  const drawing = useMemo((): { lines: Line[]; ribbons: Ribbon[]; scale: Scale } | null => {
    if (!network.data) return null;
    const all = [
      ...linkStrokes(network.data, now.freight?.total ?? null, comparing ? (then.freight?.total ?? null) : null, nothing),
      ...(energy.data ? energyStrokes(energy.data, now.energy, comparing ? then.energy : null, block, nothing) : []),
    ].filter((s) => on.has(s.layer));
    const wide = stretches(all);
    const scale = comparing ? changeScale([...all, ...wide.map((s) => ({ ...s, layer: "ship" as const }))], block) : flowScale(block);
    const size = (s: { layer: Layer; flow: number; moves: number }) => width(s.layer, comparing ? s.moves : s.flow, scale);
    const ribbons = wide.map((s) => ({ ...s, size: size({ ...s, layer: "ship" }), text: `${s.legs.length} legs share this way: ${plain((comparing ? s.change : s.flow) / 1e6, comparing)} Mt/yr` }));
    return { scale, ribbons, lines: sideBySide(all, size).map((s) => ({ ...s, size: size(s) })) };
  }, [network.data, energy.data, now.freight, now.energy, then.freight, then.energy, comparing, nothing, block, on]);
  const lines = drawing?.lines ?? null;
  const scale = drawing?.scale ?? flowScale(block);

  const spots = useMemo((): Spot[] => {
    const seen = new Set<string>();
    const out: Spot[] = [];
    const add = (s: Spot) => {
      if (seen.has(s.kind + s.id)) return;
      seen.add(s.kind + s.id);
      out.push(s);
    };
    const freight = on.has("rail") || on.has("road") || on.has("ship");
    if (freight) for (const b of network.data?.crossings ?? []) add({ kind: "border", id: b.id, at: b.at, open: b.open, short: false });
    if (on.has("ship")) for (const s of network.data?.straits ?? []) add({ kind: "strait", id: s.id, at: s.at, open: true, short: false });
    energy.data?.zones.forEach((z, i) => {
      const s = shortOf(now.energy, i);
      if (z.carriers.some((c) => on.has(c as Layer))) add({ kind: "zone", id: z.id, at: z.at, open: true, short: !z.boundary && ((on.has("power") && s.power > 0) || (on.has("gas") && s.gas > 0)) });
    });
    return out;
  }, [network.data, energy.data, now.energy, on]);

  const labels = useMemo(() => labelsOf(network.data, meta.data), [network.data, meta.data]);
  const view = useMemo(() => (network.data ? bounds(network.data) : null), [network.data]);

  if (network.error) return <Trouble error={network.error} again={network.again} />;
  const variables = meta.data?.variables ?? [];
  const m = meta.data;
  const state = (id: string) => m?.actors.find((a) => a.id === id)?.name ?? regionName(id);
  const named = (text: string) => sourceName(sourceOf(text), answer, variables, m?.horizon ?? 0, m?.base_year ?? 0);
  const dated = nothing ? `; dotted: not open at ${nothing}` : "";
  const known = (x: typeof now) => (x.freight !== null || !["rail", "road", "ship"].some((l) => on.has(l as Layer))) && (x.energy !== null || !withEnergy);
  const still = comparing && known(now) && known(then) && lines !== null && lines.every((l) => l.size === 0);
  const title = comparing ? `Change: ${named(world)} against ${named(against)}` : named(world).replace(/^./, (c) => c.toUpperCase());
  const pick = (p: Picked | null) => remember({ pick: p ? `${p.kind}:${p.id}` : null });
  const toggle = (l: Layer, yes: boolean) => {
    const list = layers.filter((x) => (x === l ? yes : on.has(x)));
    remember({ l: list.join(",") === usual ? null : list.join(",") || "none" });
  };
  const pending = (l: Line): string => {
    const of = (x: typeof now) => (l.kind === "link" ? x.freight : x.energy);
    const without = [now, ...(comparing ? [then] : [])].filter((x) => of(x) === null);
    if (without.length === 0) return "";
    return without.some((x) => x.error != null) ? "not known" : without.some((x) => x.missing) ? "not added up yet" : "being solved";
  };
  const say = (l: Line): string => {
    const wait = pending(l);
    if (wait) return wait;
    const scale = l.kind === "link" ? 1e-6 : 1;
    const unit = l.kind === "link" ? "Mt/yr" : l.kind === "tie" ? unitsOf(block).power : unitsOf(block).gas;
    return comparing ? `${plain(scale * (l.change === 0 ? l.moves : l.change), true)} ${unit}` : `${plain(Math.abs(scale * l.flow))} ${unit}`;
  };
  const describe = (p: Picked): string => {
    const l = lines?.find((x) => x.kind === p.kind && x.id === p.id);
    if (l) return `${l.name}: ${l.open ? say(l) : "shut or not there"}`;
    if (p.kind === "zone") return energy.data?.zones.find((z) => z.id === p.id)?.name ?? p.id;
    const b = network.data?.crossings.find((x) => x.id === p.id);
    return p.kind === "border" && b ? `${b.name}, ${state(b.from)} – ${state(b.to)}, ${b.mode}` : (network.data?.straits.find((x) => x.id === p.id)?.name ?? p.id);
  };
  return (
    <section class="mapped">
      <div class="controls" tabIndex={0} role="region" aria-label="What the map shows">
        <h1 class="small">Map</h1>
        <Sources label="Show" name={name} unsolved={unsolved} variables={variables} answer={answer} source={world} set={(w) => remember({ w })} />
        <label class="check">
          <input type="checkbox" checked={comparing} onChange={(e) => remember({ v: e.currentTarget.checked ? "base" : null })} />
          <span>the change against</span>
        </label>
        {comparing && <Sources label="Against" name={name} unsolved={unsolved} variables={variables} answer={answer} source={against} set={(w) => remember({ v: w === "" ? "baseline" : w })} />}
        <fieldset class="layers">
          <legend>Layers</legend>
          {layers.map((l) => (
            <label class="check" key={l}>
              <input type="checkbox" checked={on.has(l)} onChange={(e) => toggle(l, e.currentTarget.checked)} />
              <span>{layerNames[l]}</span>
            </label>
          ))}
        </fieldset>
        {withEnergy && blocks.length > 0 && (
          <label class="over">
            <span>Power and gas over</span>
            <select value={block < 0 ? "" : blocks[block]!.id} onChange={(e) => remember({ b: e.currentTarget.value })}>
              <option value="">the year (GWh, bcm)</option>
              {blocks.map((b) => (
                <option key={b.id} value={b.id}>
                  {b.name}, {plain(b.hours)} h (MW, mcm/d)
                </option>
              ))}
            </select>
          </label>
        )}
        {energy.data && energy.data.zones.length === 0 && <p class="note">This case has no power and gas.</p>}
        <label class="date">
          <span>
            What was open on <output>{asOf || "any day"}</output>
          </span>
          <input type="range" min={2015} max={2035} step={0.25} value={asOf ? yearOf(asOf) : 2025} onInput={(e) => remember({ d: dateOf(Number(e.currentTarget.value)) })} aria-valuetext={asOf || "any day"} />
          {asOf && (
            <button type="button" onClick={() => remember({ d: null })}>
              any day
            </button>
          )}
        </label>
        {asOf && <p class="note">Flows stay those of the run; what was not open on that day is dotted, in red.</p>}
        {asOf && m && m.agreements.length > 0 && <InForce m={m} asOf={asOf} name={name} />}
        {(now.busy || then.busy) && (
          <div class="busy">
            <Opening name={name} what="Solving what is shown" />
          </div>
        )}
        {[now, then].map(
          (x, i) =>
            x.error != null && <Trouble key={i} error={x.error} again={x.again} />,
        )}
        {(now.missing || then.missing) && m && (
          <>
            <p role="status">
              The flows expected over all worlds have not been added up yet, so the map shows none. It takes a minute or two, once for this case as it stands.
            </p>
            <Solve
              name={name}
              hash={m.hash}
              kind="flows"
              done={() => {
                now.again();
                then.again();
              }}
            />
          </>
        )}
        {now.freight?.converged === false && source.kind !== "mean" && <p class="trouble">This world did not converge: its flows are where the solver stopped.</p>}
        {still && <p role="status">Nothing that is shown differs between the two.</p>}
        <Legend on={on} comparing={comparing} scale={scale} block={block} />
        <div class="row">
          <button type="button" onClick={() => void draw.current?.png()}>
            PNG
          </button>
          <button type="button" onClick={() => draw.current?.svg()}>
            SVG
          </button>
        </div>
        {lines && <Finder lines={lines} spots={spots} say={say} describe={describe} known={JSON.stringify([now, then].map((x) => [x.missing, x.error != null, x.freight !== null, x.energy !== null]))} comparing={comparing} picked={picked} pick={pick} hover={hover} />}
      </div>
      <div class="stage" role="region" aria-label="The map and what is chosen on it">
        {lines && view && m ? (
          <Chart lines={lines} ribbons={drawing?.ribbons ?? []} spots={spots} labels={labels} bounds={view} comparing={comparing} picked={picked} hovered={hovered} pick={pick} hover={hover} describe={describe} title={title + dated} keys={() => keysOf(on, comparing, scale, block, lines.some((l) => !l.open))} drawn={draw} />
        ) : (
          <p class="waiting">Reading the network…</p>
        )}
        {picked && network.data && (
          <Details name={name} state={state} network={network.data} energy={energy.data} now={now} then={comparing ? then : null} block={block} picked={picked} asked={source.kind !== "mean"} uses={uses.data} error={uses.error} close={() => pick(null)} />
        )}
      </div>
    </section>
  );
}

/** The agreements that were in force on a day. */
function InForce({ m, asOf, name }: { m: Meta; asOf: string; name: string }) {
  const list = inForceOn(m.agreements, asOf);
  return (
    <details>
      <summary>
        {list.length} of {m.agreements.length} agreements in force on that day
      </summary>
      <ul>
        {list.map((a) => (
          <li key={a.id}>
            <a href={to(name, "agreements", [], { p: `agreement:${a.id}` })}>{a.name}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function pickedOf(s: string | null): Picked | null {
  const m = /^(link|tie|pipe|border|strait|zone|node):(.+)$/.exec(s ?? "");
  return m ? { kind: m[1] as Picked["kind"], id: m[2] ?? "" } : null;
}

function yearOf(date: string): number {
  const d = day(date);
  return d === null ? 2025 : d / 372;
}

function dateOf(year: number): string {
  const y = Math.floor(year);
  const month = Math.round((year - y) * 12) + 1;
  return `${y}-${String(month).padStart(2, "0")}`;
}

/** Where most of the network lies, not the far ends of its sea legs. */
function bounds(n: Network): [number, number, number, number] {
  const many = n.crossings.length > 10;
  const at: At[] = (many ? n.crossings : n.nodes).map((b) => b.at);
  if (at.length === 0) return [-30, -40, 150, 70];
  const xs = at.map((p) => p[0]).sort((a, b) => a - b);
  const ys = at.map((p) => p[1]).sort((a, b) => a - b);
  const q = (v: number[], f: number) => v[Math.min(v.length - 1, Math.floor(f * v.length))] ?? 0;
  return many ? [q(xs, 0.1) - 3, q(ys, 0.08) - 2, q(xs, 0.9) + 3, q(ys, 0.92) + 2] : [xs[0]! - 1, ys[0]! - 1, q(xs, 1) + 1, q(ys, 1) + 1];
}

/** Names of the states, amid their places near the middle of the case, and of places. */
function labelsOf(n: Network | null, m: Meta | null): Label[] {
  if (!n) return [];
  const [x0, y0, x1, y1] = bounds(n);
  const by = new Map<string, At[]>();
  for (const v of n.nodes) {
    if (!/^[A-Z]{2}$/.test(v.country) || v.country === "XZ") continue;
    const inside = v.at[0] > x0 && v.at[0] < x1 && v.at[1] > y0 && v.at[1] < y1;
    if (!inside) continue;
    by.set(v.country, [...(by.get(v.country) ?? []), v.at]);
  }
  const states = [...by].map(([id, at]): Label => {
    const mean = (k: 0 | 1) => at.reduce((s, p) => s + p[k], 0) / at.length;
    return { name: m?.actors.find((a) => a.id === id)?.name ?? regionName(id), at: [mean(0), mean(1)], state: true, rank: -at.length };
  });
  const zones = new Set(n.zones.map((z) => z.node));
  const places = n.nodes.map((v): Label => ({ name: v.name.replace(/ \(.*\)$/, ""), at: v.at, state: false, rank: zones.has(v.id) ? 0 : 1 }));
  return [...states, ...places];
}

/** What can be chosen, as a list: the map for the keyboard and for those who do not see it. */
function Finder(p: { lines: Line[]; spots: Spot[]; say: (l: Line) => string; describe: (p: Picked) => string; known: string; comparing: boolean; picked: Picked | null; pick: (p: Picked) => void; hover: (p: Picked | null) => void }) {
  const [text, set] = useState("");
  const [whole, show] = useState(false);
  const rows = useMemo(() => {
    const all: { key: Picked; label: string; size: number; note: string }[] = p.lines.map((l) => ({ key: { kind: l.kind, id: l.id }, label: l.name, size: l.size, note: `${layerNames[l.layer].toLowerCase()}, ${p.say(l)}` }));
    for (const s of p.spots) all.push({ key: { kind: s.kind, id: s.id }, label: p.describe(s), size: s.short ? 30 : 0, note: s.short ? `${s.kind}, short` : s.kind });
    const want = text.trim().toLowerCase();
    const hits = want ? all.filter((r) => `${r.label} ${r.key.id} ${r.note}`.toLowerCase().includes(want)) : all;
    return hits.sort((a, b) => b.size - a.size);
  }, [p.lines, p.spots, p.known, text]);
  return (
    <div class="finder">
      <label>
        <span>Find a link, tie, pipeline, border, strait or zone</span>
        <input type="search" value={text} onInput={(e) => set(e.currentTarget.value)} />
      </label>
      <ul>
        {(whole ? rows : rows.slice(0, most)).map((r) => (
          <li key={`${r.key.kind}:${r.key.id}`}>
            <button
              type="button"
              aria-pressed={p.picked?.kind === r.key.kind && p.picked.id === r.key.id}
              onClick={() => p.pick(r.key)}
              onFocus={() => p.hover(r.key)}
              onBlur={() => p.hover(null)}
              onMouseEnter={() => p.hover(r.key)}
              onMouseLeave={() => p.hover(null)}
            >
              {r.label} <small>{r.note}</small>
            </button>
          </li>
        ))}
      </ul>
      {rows.length > most && (
        <p class="note">
          {whole ? `All ${rows.length}.` : `The ${p.comparing ? "largest changes" : "largest"}, ${most} of ${rows.length}; a word above finds the others.`}{" "}
          <button type="button" onClick={() => show(!whole)}>
            {whole ? "Only the largest" : `List all ${rows.length}`}
          </button>
        </p>
      )}
    </div>
  );
}
