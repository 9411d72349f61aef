import { useEffect, useRef, useState } from "preact/hooks";
import { namesOf, pipeFlow, spoken, tieFlow, unitsOf, type Edge, type EnergyNetwork } from "../energy";
import type { Charge, Figure, Network, Use } from "../network";
import { percent, plain } from "../numbers";
import { to } from "../route";
import type { Picked } from "./chart";
import type { Moving } from "./flows";
import { Opening } from "./opening";
import { Trouble } from "./trouble";
import { words } from "./world";

const mega = 1e6;

const letters: Record<string, string> = { a: "read in the source", m: "computed from the source", b: "own knowledge of a named source", c: "our estimate" };

function Letter({ of: x }: { of: string }) {
  return <abbr title={letters[x] ?? ""}>{x}</abbr>;
}

function Sources({ list, letter, note, name }: { list: string[] | undefined; letter: string; note: string | undefined; name: string }) {
  return (
    <>
      <dt>Source</dt>
      <dd>
        {(list ?? []).map((s, i) => (
          <span key={s}>
            {i > 0 ? ", " : ""}
            <a href={to(name, "evidence", [], { t: "sources", on: `source/${s}` })}>{s}</a>
          </span>
        ))}
        {list?.length ? " " : "none, "}
        <Letter of={letter} />
        {note && <small>{note}</small>}
      </dd>
    </>
  );
}

/** A figure with its range and letter; bare, where the table has no letter for it alone and its note says what it is. */
function Range({ f, unit, scale = 1, none = "not known", bare = false }: { f: Figure | undefined | null; unit: string; scale?: number; none?: string; bare?: boolean }) {
  if (!f) return <>{none}</>;
  return (
    <>
      {plain(f.value / scale)} {unit}
      {f.low !== f.high ? ` (${plain(f.low / scale)} to ${plain(f.high / scale)})` : ""} {!bare && <Letter of={f.letter} />}
    </>
  );
}

function Fees({ fees, n, state }: { fees: Charge[] | undefined; n: Network; state: PlaceProps["state"] }) {
  if (!fees || fees.length === 0) return <p class="note">No fee is known here.</p>;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Fees here">
      <table>
        <caption>Fees here</caption>
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col" class="n">
              USD/t
            </th>
            <th scope="col">Pays</th>
            <th scope="col">Earns</th>
          </tr>
        </thead>
        <tbody>
          {fees.map((f) => (
            <tr key={f.id}>
              <td>
                {f.flow === "all" ? "all traffic" : f.flow}
                {f.commodity !== "*" ? `, ${n.commodities.find((c) => c.id === f.commodity)?.name ?? f.commodity}` : ""}
              </td>
              <td class="n">
                <Range f={f.money} unit="" />
              </td>
              <td>{f.payer}</td>
              <td>{state(f.earner)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface PlaceProps {
  name: string; // of the case
  state: (id: string) => string; // the name of a state
  network: Network;
  energy: EnergyNetwork | null;
  now: Moving;
  then: Moving | null;
  block: number;
  picked: Picked;
  asked: boolean; // whether it can be asked whose cargo it is
  uses: Use[] | null;
  error: unknown;
  close: () => void;
}

/** What is known of a place, what moves there, and whose cargo uses it. */
export function Details(p: PlaceProps) {
  const { picked } = p;
  const { title, body } = (picked.kind === "link" ? link : picked.kind === "border" ? border : picked.kind === "strait" ? strait : picked.kind === "tie" ? tie : picked.kind === "pipe" ? pipe : picked.kind === "zone" ? zone : node)(p);
  const cargo = body != null && (picked.kind === "link" || picked.kind === "border" || picked.kind === "strait");
  const box = useRef<HTMLElement>(null);
  const from = useRef<HTMLElement | null>(null);
  // What was chosen in the list takes the focus; the list has it again when this is closed.
  // Where the page is one column, it may stand far above the list.
  useEffect(() => {
    const here = document.activeElement;
    if (here instanceof HTMLElement && here.closest(".finder")) {
      from.current = here;
      box.current?.focus({ preventScroll: true });
    }
    const at = box.current?.getBoundingClientRect();
    if (at && (at.bottom < 0 || at.top > innerHeight - 40)) box.current!.scrollIntoView({ block: "start" });
  }, [picked.kind, picked.id]);
  const close = () => {
    p.close();
    if (from.current?.isConnected) from.current.focus({ preventScroll: true });
  };
  return (
    <aside class="details" ref={box} aria-label={title} tabIndex={0} onKeyDown={(e) => e.key === "Escape" && close()}>
      <button type="button" class="close" onClick={close} aria-label="Close">
        ×
      </button>
      <h2>{title}</h2>
      {body ?? <p>There is no such place in this network.</p>}
      {cargo && <Cargo {...p} />}
      {body != null && picked.kind !== "node" && (
        <p class="note">
          Letters after numbers:{" "}
          {Object.entries(letters)
            .map(([letter, meaning]) => `${letter} ${meaning}`)
            .join("; ")}
          .
        </p>
      )}
    </aside>
  );
}

interface Shown {
  title: string;
  body: preact.ComponentChildren;
}

/** A size now, and its change against another run. */
function Size({ now, then, unit, scale = 1 }: { now: number | null | undefined; then: number | null | undefined; unit: string; scale?: number }) {
  if (now == null) return <>–</>;
  return (
    <>
      {plain(now / scale)} {unit}
      {then != null ? ` (${plain((now - then) / scale, true)})` : ""}
    </>
  );
}

function link({ network: n, now, then, picked, name }: PlaceProps): Shown {
  const i = n.links.findIndex((l) => l.id === picked.id);
  const l = n.links[i];
  if (!l) return { title: picked.id, body: null };
  const at = (id: string) => n.nodes.find((x) => x.id === id)?.name ?? id;
  const f = now.freight;
  const flow = f?.total[i] ?? null;
  const project = n.projects.find((x) => x.id === l.project);
  return {
    title: `${at(l.from)} – ${at(l.to)}`,
    body: (
      <dl>
        <dt>Kind</dt>
        <dd>
          {l.mode}, {plain(l.km)} km
          {l.straits?.length ? `, by ${l.straits.map((s) => n.straits.find((x) => x.id === s)?.name ?? s).join(", ")}` : ""}
        </dd>
        {project && (
          <>
            <dt>Project</dt>
            <dd>
              {project.name}
              {project.year ? (
                <>
                  , opens <Range f={project.year} unit="" />
                </>
              ) : (
                ""
              )}
              {project.note && <small>{project.note}</small>}
            </dd>
          </>
        )}
        <dt>Moves</dt>
        <dd>
          <Size now={flow} then={then?.freight?.total[i]} unit="Mt/yr" scale={mega} />
        </dd>
        {f && flow !== null && flow > 0 && (
          <>
            <dt>Of it</dt>
            <dd>
              transit {plain((f.transit[i] ?? 0) / mega)}, imports {plain((f.import[i] ?? 0) / mega)}, exports {plain((f.export[i] ?? 0) / mega)}, domestic {plain((f.domestic[i] ?? 0) / mega)} Mt/yr
            </dd>
          </>
        )}
        <dt>Capacity</dt>
        <dd>
          <Range f={l.capacity} unit="Mt/yr" scale={mega} none="none with a source: nothing queues here" />
        </dd>
        {(l.opens || l.closes) && (
          <>
            <dt>Life</dt>
            <dd>
              {[l.opens ? `open from ${l.opens} on` : "", l.closes ? `closed from ${l.closes} on` : ""].filter(Boolean).join("; ")}
            </dd>
          </>
        )}
        <Sources list={l.source} letter={l.letter} note={l.note} name={name} />
      </dl>
    ),
  };
}

function border({ network: n, picked, name, state }: PlaceProps): Shown {
  const both = n.crossings.filter((b) => b.id === picked.id);
  if (!both[0]) return { title: picked.id, body: null };
  return {
    title: `${both[0].name}${both[0].other_names ? ` (also ${both[0].other_names.join(", ")})` : ""}`,
    body: both.map((b) => (
      <div key={`${b.from}${b.to}${b.mode}`}>
        <h3>
          {state(b.from)} to {state(b.to)}, {b.mode}
          {b.open ? "" : ", shut in the base year"}
        </h3>
        <dl>
          <dt>Hours</dt>
          <dd>
            <Range f={b.hours} unit="h" />
          </dd>
          <dt>Spread of hours</dt>
          <dd>
            <Range f={b.spread} unit="h" bare />
          </dd>
          <dt>Capacity</dt>
          <dd>
            <Range f={b.capacity} unit="Mt/yr" scale={mega} none="none with a source: nothing queues here" />
          </dd>
          {b.gauge_change && (
            <>
              <dt>Gauge</dt>
              <dd>changes here</dd>
            </>
          )}
          {b.permits && (
            <>
              <dt>Permits</dt>
              <dd>{b.permits}</dd>
            </>
          )}
          <Sources list={b.source} letter={b.letter} note={b.note} name={name} />
        </dl>
        <Fees fees={b.fees} n={n} state={state} />
      </div>
    )),
  };
}

function strait({ network: n, picked, state }: PlaceProps): Shown {
  const s = n.straits.find((x) => x.id === picked.id);
  if (!s) return { title: picked.id, body: null };
  const round = n.straits.find((x) => x.id === s.detour)?.name ?? s.detour;
  return {
    title: s.name,
    body: (
      <>
        <p>{round ? `When it is shut, traffic goes round by ${round}.` : "When it is shut there is no other way by water."}</p>
        {!s.known && <p class="note">Where it lies is not known here: it is drawn amid the legs that pass it.</p>}
        <Fees fees={s.fees} n={n} state={state} />
        {s.note && <p class="note">{s.note}</p>}
      </>
    ),
  };
}

function Blocks({ p, rows }: { p: PlaceProps; rows: { name: string; unit: string; values: number[] | null | undefined }[] }) {
  const blocks = p.energy?.blocks ?? [];
  const shown = rows.filter((r) => (r.values ?? []).some((v) => Math.abs(v) > 1e-3));
  if (shown.length === 0 || blocks.length === 0) return null;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="By part of the year">
      <table>
        <caption>By part of the year</caption>
        <thead>
          <tr>
            <th scope="col">Part</th>
            {shown.map((r) => (
              <th scope="col" class="n" key={r.name}>
                {r.name}, {r.unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {blocks.map((b, k) => (
            <tr key={b.id}>
              <th scope="row">{b.name}</th>
              {shown.map((r) => (
                <td class="n" key={r.name}>
                  {plain(r.values?.[k] ?? null)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A net flow said with its direction. */
function Net({ flow, unit, from, to: end }: { flow: number; unit: string; from: string; to: string }) {
  if (Math.abs(flow) < 1e-9) return <>nothing</>;
  return (
    <>
      {plain(Math.abs(flow))} {unit}, {flow > 0 ? `${from} → ${end}` : `${end} → ${from}`}
    </>
  );
}

function edge(p: PlaceProps, e: Edge, now: number | null, then: number | null, unit: string, kind: string, capacity: preact.ComponentChildren, more: preact.ComponentChildren): Shown {
  const zone = (id: string) => p.energy?.zones.find((z) => z.id === id)?.name ?? id;
  return {
    title: e.name,
    body: (
      <>
        <dl>
          <dt>Kind</dt>
          <dd>
            {kind}; {words(e.status)}
          </dd>
          <dt>Joins</dt>
          <dd>
            {zone(e.from)} and {zone(e.to)}
          </dd>
          <dt>Carries net</dt>
          <dd>{now === null ? "–" : <Net flow={now} unit={unit} from={zone(e.from)} to={zone(e.to)} />}</dd>
          {now !== null && then !== null && (
            <>
              <dt>Against</dt>
              <dd>
                <Net flow={then} unit={unit} from={zone(e.from)} to={zone(e.to)} />
              </dd>
            </>
          )}
          {capacity}
          {(e.opens || e.closes) && (
            <>
              <dt>Life</dt>
              <dd>
                {e.opens ? `opens ${e.opens}` : ""} {e.closes ? `closes ${e.closes}` : ""}
              </dd>
            </>
          )}
          <Sources list={e.source} letter={e.letter} note={e.note} name={p.name} />
        </dl>
        {more}
      </>
    ),
  };
}

const couplings: Record<string, string> = { ac: "AC line", radial: "line to a part of the load", hvdc: "controllable (HVDC or back-to-back)", open: "open: carries nothing" };

function tie(p: PlaceProps): Shown {
  const i = p.energy?.ties.findIndex((t) => t.id === p.picked.id) ?? -1;
  const t = p.energy?.ties[i];
  if (!t) return { title: p.picked.id, body: null };
  const f = p.now.energy?.ties[i];
  const unit = unitsOf(p.block).power;
  return edge(
    p,
    t,
    f ? tieFlow(f, p.block) : null,
    p.then?.energy ? tieFlow(p.then.energy.ties[i], p.block) : null,
    unit,
    `${couplings[f?.coupling ?? t.coupling] ?? t.coupling}, ${plain(t.kv)} kV, ${t.circuits} ${t.circuits === 1 ? "circuit" : "circuits"}${t.km ? `, ${plain(t.km)} km` : ""}`,
    <>
      <dt>Capacity</dt>
      <dd>
        <Range f={t.capacity} unit="MW" />
        {t.capacity_back ? (
          <>
            ; back <Range f={t.capacity_back} unit="MW" />
          </>
        ) : null}
        {f?.capacity !== undefined && t.capacity && Math.abs(f.capacity - t.capacity.value) > 1e-6 && <small>{plain(f.capacity)} MW in this run</small>}
      </dd>
      {f?.bridge && (
        <>
          <dt>Loss</dt>
          <dd>splits a synchronous area</dd>
        </>
      )}
    </>,
    <Blocks p={p} rows={[{ name: "net flow", unit: "MW", values: f?.blocks }]} />,
  );
}

function pipe(p: PlaceProps): Shown {
  const i = p.energy?.pipes.findIndex((t) => t.id === p.picked.id) ?? -1;
  const t = p.energy?.pipes[i];
  if (!t) return { title: p.picked.id, body: null };
  const f = p.now.energy?.pipes[i];
  const from = (f?.origins ?? []).filter((o) => Math.abs(o.amount) > 0.0005);
  return edge(
    p,
    t,
    f ? pipeFlow(f, p.block) : null,
    p.then?.energy ? pipeFlow(p.then.energy.pipes[i], p.block) : null,
    unitsOf(p.block).gas,
    "pipeline",
    <>
      <dt>Capacity</dt>
      <dd>
        <Range f={t.capacity} unit="bcm/yr" />
        {t.capacity_back ? (
          <>
            ; back <Range f={t.capacity_back} unit="bcm/yr" />
          </>
        ) : (
          "; one way"
        )}
      </dd>
      {from.length > 0 && (
        <>
          <dt>Whose gas</dt>
          <dd>{from.map((o) => `${p.state(o.origin)} ${plain(o.amount)}`).join(", ")} bcm/yr</dd>
        </>
      )}
    </>,
    <Blocks p={p} rows={[{ name: "net flow", unit: "mcm/d", values: f?.blocks }]} />,
  );
}

function zone(p: PlaceProps): Shown {
  const i = p.energy?.zones.findIndex((z) => z.id === p.picked.id) ?? -1;
  const z = p.energy?.zones[i];
  if (!z) return { title: p.picked.id, body: null };
  const f = p.now.energy?.zones?.[i];
  const names = namesOf(p.energy!, p.state);
  const short = z.boundary ? [] : (p.now.energy?.shortages ?? []).filter((s) => s.country === z.country);
  const gas = (f?.gas_from ?? []).filter((o) => o.amount > 0.0005);
  return {
    title: z.name,
    body: (
      <>
        <p>
          Zone of {z.carriers.join(" and ")} in {p.state(z.country)}
          {z.boundary ? "; at the boundary: only what crosses its border is known" : ""}.
        </p>
        {short.map((s) => {
          const [what = "", ...why] = spoken(s.words, names).split(": ");
          return (
            <details class="short" key={s.block + s.carrier}>
              <summary>{what}</summary>
              <p>{why.join(": ")}</p>
            </details>
          );
        })}
        {!f && <p class="note">Loads and shortages are those of a run; expected over worlds there are flows alone.</p>}
        {f && (
          <Blocks
            p={p}
            rows={[
              { name: "load", unit: "MW", values: f.load },
              { name: "own plants", unit: "MW", values: f.generation },
              { name: "net import", unit: "MW", values: f.net_import },
              { name: "not served", unit: "MW", values: f.unserved },
            ]}
          />
        )}
        {f && (
          <Blocks
            p={p}
            rows={[
              { name: "gas load", unit: "mcm/d", values: f.gas_load },
              { name: "to plants", unit: "mcm/d", values: f.gas_to_plants },
              { name: "gas not served", unit: "mcm/d", values: f.gas_unserved },
            ]}
          />
        )}
        <dl>
          {gas.length > 0 && (
            <>
              <dt>Gas from</dt>
              <dd>{gas.map((o) => `${p.state(o.origin)} ${plain(o.amount)}`).join(", ")} bcm/yr</dd>
            </>
          )}
          {z.plants.length > 0 && (
            <>
              <dt>Plants</dt>
              <dd>{z.plants.map((x) => `${words(x.fuel)} ${plain(x.mw)}`).join(", ")} MW, planned ones included</dd>
            </>
          )}
          <Sources list={z.source} letter={z.letter} note={z.note} name={p.name} />
        </dl>
      </>
    ),
  };
}

function node({ network: n, picked, state }: PlaceProps): Shown {
  const v = n.nodes.find((x) => x.id === picked.id);
  if (!v) return { title: picked.id, body: null };
  return {
    title: v.name,
    body: (
      <p>
        {words(v.type)}, {state(v.country)}
        {v.other_names ? `; also ${v.other_names.join(", ")}` : ""}
      </p>
    ),
  };
}

/** Markets that are listed at once. */
const mostMarkets = 12;

function Cargo(p: PlaceProps) {
  const [whole, set] = useState(false);
  const rows = gather(p.uses ?? []);
  const name = (id: string) => p.network.markets.find((m) => m.id === id)?.name ?? id;
  return (
    <>
      <h3>Whose cargo is this?</h3>
      {!p.asked && <p class="note">That can be told of a run, not of what is expected over worlds: choose a world.</p>}
      {p.error != null && <Trouble error={p.error} />}
      {p.asked && !p.uses && p.error == null && (p.now.busy || p.then?.busy ? <p class="note">Looking…</p> : <Opening name={p.name} what="Looking" />)}
      {p.uses && p.uses.length === 0 && <p class="note">Nobody’s, in this run.</p>}
      {p.uses && p.uses.length > 0 && (
        <p>
          Together {plain(p.uses.reduce((sum, u) => sum + u.tonnes, 0) / mega)} Mt/yr{p.then ? ", in the run that is shown first" : ""}.
        </p>
      )}
      {p.uses && p.uses.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label="Whose cargo">
          <table>
            <caption class="unseen">Whose cargo</caption>
            <thead>
              <tr>
                <th scope="col">Market</th>
                <th scope="col" class="n">
                  Mt/yr
                </th>
                <th scope="col" class="n">
                  of its trade
                </th>
              </tr>
            </thead>
            <tbody>
              {(whole ? rows : rows.slice(0, mostMarkets)).map((u) => (
                <tr key={u.market}>
                  <th scope="row">{name(u.market)}</th>
                  <td class="n">{plain(u.tonnes / mega)}</td>
                  <td class="n">{percent(u.share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > mostMarkets && (
        <button type="button" onClick={() => set(!whole)}>
          {whole ? "Only the largest" : `All ${rows.length} markets`}
        </button>
      )}
    </>
  );
}

/** Uses by market, the largest first; the share is of what those units of demand move. */
export function gather(uses: Use[]): { market: string; tonnes: number; share: number }[] {
  const by = new Map<string, { market: string; tonnes: number; whole: number }>();
  for (const u of uses) {
    const x = by.get(u.market) ?? { market: u.market, tonnes: 0, whole: 0 };
    x.tonnes += u.tonnes;
    x.whole += u.share > 0 ? u.tonnes / u.share : 0;
    by.set(u.market, x);
  }
  return [...by.values()].map((x) => ({ market: x.market, tonnes: x.tonnes, share: x.whole > 0 ? x.tonnes / x.whole : 0 })).sort((a, b) => b.tonnes - a.tonnes);
}
