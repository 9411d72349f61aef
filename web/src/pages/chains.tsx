import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, of, Problem } from "../api";
import { alike, by, chainsOf, hours, namer, operations, type Chain } from "../chains";
import type { Meta, Variable } from "../meta";
import type { Network } from "../network";
import { plain } from "../numbers";
import { regionName } from "../regions";
import { remember, route } from "../route";
import { useLoad } from "../ui/load";
import { Opening } from "../ui/opening";
import { Profile } from "../ui/profile";
import { Table } from "../ui/table";
import { Trouble } from "../ui/trouble";
import { states, words, World } from "../ui/world";
import "./chains.css";

const most = 4; // chains asked for

/** Chains between two places for a class of goods: time, cost and distance, operation by operation, and the best in other worlds. */
export function ChainsPage({ name }: { name: string }) {
  const network = useLoad<Network>(of(name, "network"));
  const meta = useLoad<Meta>(of(name));
  if (network.error) return <Trouble error={network.error} again={network.again} />;
  if (meta.error) return <Trouble error={meta.error} again={meta.again} />;
  if (!network.data || !meta.data) return <p class="waiting">Reading the network…</p>;
  return <Chosen name={name} n={network.data} m={meta.data} />;
}

function Chosen({ name, n, m }: { name: string; n: Network; m: Meta }) {
  const q = route.value.query;
  const zones = n.zones;
  const from = q.get("from") ?? zones[0]?.id ?? "";
  const abroad = zones.find((z) => z.country !== zones.find((y) => y.id === from)?.country);
  const to = q.get("to") ?? abroad?.id ?? "";
  const goods = q.get("c") ?? n.commodities[0]?.id ?? "";
  const world = q.get("w") ?? "";
  const at = Math.trunc(Number(q.get("k") ?? 0)) || 0;
  const same = from === to;
  const chains = useLoad<Chain[]>(same || !from || !to ? null : `${of(name)}/${chainsOf(from, to, goods, world, most)}`);
  const nameOf = useMemo(() => namer(n), [n]);
  const list = chains.data ?? [];
  const chosen = Math.min(Math.max(0, at), Math.max(0, list.length - 1));
  const pick = (key: string, value: string, set: (v: string) => void, options: { id: string; name: string }[]) => (
    <label>
      <span>{key}</span>
      <select value={value} onChange={(e) => set(e.currentTarget.value)}>
        {options.map((o) => (
          <option key={o.id} value={o.id}>
            {o.name}
          </option>
        ))}
      </select>
    </label>
  );
  const state = (id: string) => m.actors.find((a) => a.id === id)?.name ?? regionName(id);
  const places = zones.map((z) => ({ id: z.id, name: `${z.name}, ${state(z.country)}` }));
  return (
    <section class="page">
      <h1>Chains</h1>
      <div class="choose">
        {pick("From", from, (v) => remember({ from: v, k: null }), places)}
        {pick("To", to, (v) => remember({ to: v, k: null }), places)}
        {pick("Cargo", goods, (v) => remember({ c: v, k: null }), n.commodities)}
      </div>
      <button type="button" onClick={() => remember({ from: to, to: from, k: null })}>
        The other way
      </button>
      <World label="World" variables={m.variables} world={world} set={(w) => remember({ w, k: null })} base />
      {same && <p>Origin and destination are the same place: choose two.</p>}
      {!same && !chains.data && !chains.error && (
        <div class="waiting">
          <Opening name={name} what="Finding chains" />
        </div>
      )}
      {chains.error != null && <Trouble error={chains.error} again={chains.again} />}
      {chains.data && list.length === 0 && <p>No chain leads there for this cargo in this world.</p>}
      {list.length > 0 && (
        <>
          <ul class="ways">
            {list.map((c, i) => (
              <li key={i}>
                <button type="button" aria-pressed={i === chosen} onClick={() => remember({ k: String(i) })}>
                  <b>{i + 1}</b> {c.modes}: {hours(c.hours)} h, {plain(c.money)} USD/t, {plain(c.km)} km{i === 0 ? ", the cheapest with its time counted" : ""}
                  <br />
                  <small>{by(c, nameOf) ? `by ${by(c, nameOf)}` : "no border on the way"}</small>
                </button>
              </li>
            ))}
          </ul>
          <Profile chains={list} chosen={chosen} choose={(i) => remember({ k: String(i) })} />
          <Operations c={list[chosen]!} nameOf={nameOf} state={state} index={chosen + 1} />
        </>
      )}
      {!same && <Across name={name} variables={m.variables} from={from} to={to} goods={goods} here={world} nameOf={nameOf} />}
    </section>
  );
}

function Operations({ c, nameOf, state, index }: { c: Chain; nameOf: (id: string) => string; state: (id: string) => string; index: number }) {
  const rows = operations(c, nameOf);
  const earned = (e: Record<string, number>) =>
    Object.entries(e)
      .filter(([, v]) => v > 0.005)
      .map(([k, v]) => `${state(k)} ${plain(v)}`)
      .join(", ");
  return (
    <Table
      caption={`Chain ${index}, operation by operation; money in USD a tonne`}
      columns={[{ head: "Operation" }, { head: "Place" }, { head: "km", n: true }, { head: "Hours", n: true }, { head: "Cost", n: true }, { head: "Queue, of the hours", n: true }, { head: "Earned by" }]}
      rows={[
        ...rows.map((o, i) => ({
          key: String(i),
          cells: [words(o.kind), o.place, o.km > 0 ? plain(o.km) : "–", hours(o.hours + o.queue), plain(o.money), o.queue >= 0.05 ? hours(o.queue) : "–", earned(o.earned)],
        })),
        {
          key: "all",
          cells: [<b key="b">together</b>, `spread of its time ${hours(c.spread)} h${c.price > 0.005 ? `; ${plain(c.price)} USD/t where capacity is rationed, nobody’s revenue` : ""}`, plain(c.km), hours(c.hours), plain(c.money), "", `with its time counted ${plain(c.generalised_cost)} USD/t`],
        },
      ]}
    />
  );
}

interface Row {
  world: string;
  best: Chain | null;
  problem: string;
}

/** The name of a world: the states that differ from the baseline. */
function worldName(variables: Variable[], w: string): string {
  if (w === "base") return "base year";
  const s = states(w);
  const parts = variables.filter((v) => s[v.id] !== undefined).map((v) => `${v.name}: ${words(s[v.id]!)}`);
  return parts.length > 0 ? parts.join("; ") : "baseline";
}

const mostWorlds = 8; // as many as the server keeps solved

/** The best of each world drawn on the same axes; worlds with the same best share a line. */
function BestOfEach({ rows, variables }: { rows: Row[]; variables: Variable[] }) {
  const groups = alike(rows.filter((r): r is Row & { best: Chain } => r.best !== null).map((r) => ({ world: r.world, chain: r.best })));
  const [at, set] = useState(0);
  const chosen = Math.min(at, groups.length - 1);
  return (
    <>
      <ol class="alike">
        {groups.map((g, i) => (
          <li key={i}>
            <button type="button" aria-pressed={i === chosen} onClick={() => set(i)}>
              {g.worlds.map((w) => worldName(variables, w)).join(" · ")}
            </button>
          </li>
        ))}
      </ol>
      <Profile chains={groups.map((g) => g.chain)} chosen={chosen} choose={set} />
    </>
  );
}

/** The best chain under each of some worlds, solved one after another when asked for. */
function Across(p: { name: string; variables: Variable[]; from: string; to: string; goods: string; here: string; nameOf: (id: string) => string }) {
  const single = p.variables.flatMap((v) => v.states.filter((_, i) => i !== v.baseline).map((s) => ({ id: `${v.id}=${s}`, act: v.kind === "act" })));
  const all = ["base", "", ...single.map((s) => s.id)];
  if (p.here && !all.includes(p.here)) all.splice(2, 0, p.here);
  const [on, set] = useState<string[]>(() => ["base", "", ...single.filter((s) => s.act).map((s) => s.id), ...single.filter((s) => !s.act).map((s) => s.id)].slice(0, mostWorlds));
  const [rows, put] = useState<Row[]>([]);
  const [busy, work] = useState(false);
  const turn = useRef(0);
  const key = `${p.from} ${p.to} ${p.goods}`;
  useEffect(() => {
    turn.current++;
    put([]);
    work(false);
  }, [key]);
  useEffect(() => () => void turn.current++, []);
  const run = async () => {
    const mine = ++turn.current;
    work(true);
    put([]);
    for (const world of on) {
      let row: Row;
      try {
        const list = await get<Chain[]>(`${of(p.name)}/${chainsOf(p.from, p.to, p.goods, world, 1)}`);
        row = { world, best: list[0] ?? null, problem: list.length > 0 ? "" : "no chain" };
      } catch (e) {
        row = { world, best: null, problem: e instanceof Problem || e instanceof Error ? e.message : String(e) };
      }
      if (turn.current !== mine) return;
      put((old) => [...old, row]);
    }
    work(false);
  };
  const base = rows.find((r) => r.world === "")?.best;
  const change = (v: number, b: number | undefined) => (b === undefined || Math.abs(v - b) < 0.05 ? "" : ` (${plain(Math.abs(v - b) < 10 ? Number((v - b).toFixed(1)) : v - b, true)})`);
  return (
    <section class="asked">
      <h2>The best in other worlds</h2>
      <details>
        <summary>
          {on.length} worlds chosen, of {mostWorlds} at most
        </summary>
        <ul class="worldlist">
          {all.map((w) => (
            <li key={w}>
              <label>
                <input type="checkbox" checked={on.includes(w)} disabled={!on.includes(w) && on.length >= mostWorlds} onChange={(e) => set(e.currentTarget.checked ? all.filter((x) => x === w || on.includes(x)) : on.filter((x) => x !== w))} />
                {worldName(p.variables, w)}
              </label>
            </li>
          ))}
        </ul>
      </details>
      <div class="row">
        <button type="button" class="main" disabled={busy || on.length === 0} onClick={() => void run()}>
          Find the best in each
        </button>
        {busy && (
          <>
            <span role="status">
              {rows.length} of {on.length} worlds
            </span>
            <button
              type="button"
              onClick={() => {
                turn.current++;
                work(false);
              }}
            >
              Stop
            </button>
          </>
        )}
      </div>
      {rows.some((r) => r.best) && <BestOfEach rows={rows} variables={p.variables} />}
      {rows.length > 0 && (
        <Table
          caption="The best chain in each world; in brackets the change against the baseline"
          columns={[{ head: "World" }, { head: "By" }, { head: "km", n: true }, { head: "Hours", n: true }, { head: "USD/t", n: true }, { head: "With its time", n: true }]}
          rows={rows.map((r) => ({
            key: r.world,
            cells: r.best
              ? [
                  worldName(p.variables, r.world),
                  `${r.best.modes}${by(r.best, p.nameOf) ? `; ${by(r.best, p.nameOf)}` : ""}`,
                  plain(r.best.km),
                  `${hours(r.best.hours)}${change(r.best.hours, base?.hours)}`,
                  `${plain(r.best.money)}${change(r.best.money, base?.money)}`,
                  `${plain(r.best.generalised_cost)}${change(r.best.generalised_cost, base?.generalised_cost)}`,
                ]
              : [worldName(p.variables, r.world), r.problem, "", "", "", ""],
          }))}
        />
      )}
    </section>
  );
}
