import { useMemo, useRef, useState } from "preact/hooks";
import { of } from "../api";
import type { Meta } from "../meta";
import { day, flowsOf, openOn, type Flows, type Network, type Use } from "../network";
import { plain } from "../numbers";
import { remember, route } from "../route";
import { useLoad } from "../ui/load";
import { Chart, type Drawn, type Picked } from "../ui/chart";
import { Legend } from "../ui/legend";
import { Details } from "../ui/place";
import { Trouble } from "../ui/trouble";
import { World } from "../ui/world";

const mega = 1e6;

/** Rows of a list that are shown at once. */
const most = 40;

/** The map: what moves on each link in a world, or what changes against another. */
export function MapPage({ name }: { name: string }) {
  const q = route.value.query;
  const world = q.get("w") ?? "";
  const v = q.get("v"); // null: no comparison
  const against = v === "baseline" ? "" : v;
  const picked = pickedOf(q.get("at"));
  const asOf = q.get("d") ?? "";
  const network = useLoad<Network>(of(name, "network"));
  const meta = useLoad<Meta>(of(name));
  const flows = useLoad<Flows>(`${of(name)}/${flowsOf(world)}`);
  const other = useLoad<Flows>(against === null ? null : `${of(name)}/${flowsOf(against)}`);
  const uses = useLoad<Use[]>(picked && picked.kind !== "node" ? `${of(name)}/selectlink?place=${encodeURIComponent(picked.id)}&${flowsOf(world).split("?")[1]}` : null);
  const [hovered, hover] = useState<Picked | null>(null);
  const draw = useRef<Drawn | null>(null);

  const lines = useMemo(() => {
    const n = network.data;
    const f = flows.data;
    if (!n) return null;
    const o = against !== null ? other.data : null;
    const at = day(asOf);
    return n.links.map((l, i) => ({
      id: l.id,
      mode: l.mode,
      from: l.from,
      to: l.to,
      tonnes: f ? (f.total[i] ?? 0) : 0,
      change: f && o ? (f.total[i] ?? 0) - (o.total[i] ?? 0) : 0,
      open: at === null ? true : openOn(l, n, at),
    }));
  }, [network.data, flows.data, other.data, against, asOf]);

  if (network.error) return <Trouble error={network.error} again={network.again} />;
  const comparing = against !== null;
  const busy = !flows.data && !flows.error ? "Solving the world: the first time the network is prepared, which takes some seconds" : comparing && !other.data && !other.error ? "Solving the other world" : "";
  const variables = meta.data?.variables ?? [];
  const pick = (p: Picked | null) => remember({ at: p ? `${p.kind}:${p.id}` : null });
  return (
    <section class="mapped">
      <div class="controls">
        <h1 class="small">Map</h1>
        <World label="World" variables={variables} world={world} set={(w) => remember({ w })} base />
        <label class="check">
          <input type="checkbox" checked={comparing} onChange={(e) => remember({ v: e.currentTarget.checked ? "base" : null })} />
          Show the change against another world
        </label>
        {comparing && <World label="Against" variables={variables} world={against} set={(w) => remember({ v: w === "" ? "baseline" : w })} base />}
        <label class="date">
          <span>What was open on</span>
          <input type="range" min={2015} max={2035} step={0.25} value={asOf ? yearOf(asOf) : 2025} onInput={(e) => remember({ d: dateOf(Number(e.currentTarget.value)) })} aria-valuetext={asOf || "any day"} />
          <output>{asOf || "any day"}</output>
          {asOf && (
            <button type="button" onClick={() => remember({ d: null })}>
              any day
            </button>
          )}
        </label>
        {busy && (
          <p role="status" class="note">
            {busy}…
          </p>
        )}
        {flows.error !== null && <Trouble error={flows.error} again={flows.again} />}
        {other.error !== null && <Trouble error={other.error} again={other.again} />}
        {flows.data && !flows.data.converged && <p class="trouble">This world did not converge: its flows are where the solver stopped.</p>}
        <Legend comparing={comparing} />
        <div class="row">
          <button type="button" onClick={() => void draw.current?.png()}>
            PNG
          </button>
          <button type="button" onClick={() => draw.current?.svg()}>
            SVG
          </button>
        </div>
        {network.data && lines && <Finder network={network.data} lines={lines} comparing={comparing} picked={picked} pick={pick} hover={hover} />}
      </div>
      <div class="stage">
        {network.data && lines ? (
          <Chart network={network.data} lines={lines} comparing={comparing} picked={picked} hovered={hovered} pick={pick} hover={hover} drawn={draw} />
        ) : (
          <p class="waiting">Reading the network…</p>
        )}
        {picked && network.data && (
          <Details network={network.data} flows={flows.data} against={comparing ? other.data : null} picked={picked} uses={uses.data} error={uses.error} close={() => pick(null)} />
        )}
      </div>
    </section>
  );
}

function pickedOf(s: string | null): Picked | null {
  const m = /^(link|border|strait|node):(.+)$/.exec(s ?? "");
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

/** The links, borders and straits as a list: the map for the keyboard and for those who do not see it. */
function Finder(p: { network: Network; lines: { id: string; from: string; to: string; mode: string; tonnes: number; change: number }[]; comparing: boolean; picked: Picked | null; pick: (p: Picked) => void; hover: (p: Picked | null) => void }) {
  const [text, set] = useState("");
  const names = useMemo(() => new Map(p.network.nodes.map((n) => [n.id, n.name])), [p.network]);
  const rows = useMemo(() => {
    const all: { key: Picked; label: string; size: number; note: string }[] = p.lines.map((l) => ({
      key: { kind: "link", id: l.id },
      label: `${names.get(l.from) ?? l.from} – ${names.get(l.to) ?? l.to}`,
      size: Math.abs(p.comparing ? l.change : l.tonnes),
      note: `${l.mode}, ${plain((p.comparing ? l.change : l.tonnes) / mega, p.comparing)} Mt/yr`,
    }));
    const seen = new Set<string>();
    for (const b of p.network.crossings) {
      if (seen.has(b.id)) continue;
      seen.add(b.id);
      all.push({ key: { kind: "border", id: b.id }, label: `${b.name}, ${b.from}–${b.to}`, size: 0, note: `border, ${b.mode}` });
    }
    for (const s of p.network.straits) all.push({ key: { kind: "strait", id: s.id }, label: s.name, size: 0, note: "strait" });
    const want = text.trim().toLowerCase();
    const hits = want ? all.filter((r) => `${r.label} ${r.key.id} ${r.note}`.toLowerCase().includes(want)) : all;
    return hits.sort((a, b) => b.size - a.size);
  }, [p.network, p.lines, p.comparing, text]);
  return (
    <div class="finder">
      <label>
        <span>Find a link, border or strait</span>
        <input type="search" value={text} onInput={(e) => set(e.currentTarget.value)} />
      </label>
      <ul>
        {rows.slice(0, most).map((r) => (
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
      {rows.length > most && <p class="note">The largest {most} of {rows.length}; a word above finds the others.</p>}
    </div>
  );
}


