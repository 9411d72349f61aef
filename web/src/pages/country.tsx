import { useState } from "preact/hooks";
import type { Answer, Country, CountryRow, EnergyRun, Num } from "../answer";
import { of } from "../api";
import { withState } from "../conditions";
import { difference, lossText, material, rowStyle, shortRuns, waysText, type Arm } from "../country";
import type { Network } from "../network";
import { percent, plural } from "../numbers";
import { regionName } from "../regions";
import { route, to } from "../route";
import { bareChange, change, level, styleOf, type Style } from "../style-of";
import { Answered } from "../ui/answered";
import { useLoad } from "../ui/load";
import { Sense } from "../ui/sense";
import { Bars, Table } from "../ui/table";
import { words } from "../ui/world";
import "./country.css";

/** The page of a state: its transit, who pays for it, on whom it depends, its ways out, power and gas. */
export function CountryPage({ name }: { name: string }) {
  const id = route.value.rest[0] ?? "";
  return (
    <Answered name={name} head={() => null} parts={["countries", "leverage", "energy"]}>
      {(a) => {
        const c = id ? a.countries.find((c) => c.id === id) : a.countries[0];
        return (
          <>
            <nav aria-label="States">
              <ul class="picks">
                {a.countries.map((x) => (
                  <li key={x.id}>
                    <a href={to(name, "country", [x.id])} aria-current={x.id === c?.id ? "page" : undefined}>
                      {x.name}
                    </a>
                  </li>
                ))}
              </ul>
            </nav>
            {c ? <State a={a} c={c} name={name} /> : <p>The answer has no page of a state called {id}.</p>}
          </>
        );
      }}
    </Answered>
  );
}

type All = Answer<"countries" | "leverage" | "energy">;

/** Every act with every state but the one without. */
export function armsOf(a: Answer): Arm[] {
  const out: Arm[] = [];
  for (const x of a.acts) {
    if (x.view !== a.headline) continue;
    for (const state of new Set(x.effects.map((e) => e.state))) out.push({ act: x.id, state, name: `${x.name}: ${words(state)}`, said: withState(x, state) });
  }
  return out;
}

/** A change of something; coloured where it is material, as a part of what it changes. */
function Signed({ s, v, of: base }: { s: Style; v: Num; of: Num }) {
  const text = change(s, v);
  const moves = v !== null && /[1-9]/.test(text) && Math.abs(v) >= material * Math.abs(base ?? 0);
  return <span class={moves ? (v > 0 ? "up" : "down") : ""}>{text}</span>;
}

function Measures({ caption, rows, arms, hide }: { caption: string; rows: CountryRow[]; arms: Arm[]; hide?: boolean }) {
  return (
    <Table
      caption={caption}
      hide={hide ?? false}
      columns={[{ head: "Measure" }, { head: "Base year", n: true }, { head: "Baseline world", n: true }, ...arms.map((x) => ({ head: x.name, n: true }))]}
      rows={rows.map((r) => {
        const s = rowStyle(r);
        return { key: r.id, cells: [r.name, level(s, r.base_year), level(s, r.baseline), ...arms.map((x) => <Signed key={x.act} s={s} v={difference(r.effects, x)} of={r.baseline} />)] };
      })}
    />
  );
}

function State({ a, c, name }: { a: All; c: Country; name: string }) {
  const arms = armsOf(a);
  const payArms = c.focus ? arms : []; // of other states two runs are read, not the table
  const nameOf = (id: string) => a.countries.find((x) => x.id === id)?.name ?? regionName(id);
  const payers = [...(c.payers ?? [])].sort((x, y) => (y.baseline ?? -1) - (x.baseline ?? -1));
  const most = payers[0]?.baseline ?? 0;
  const ps = styleOf("USD/yr", "", most / 100, [most]);
  const across = (c.corridors ?? []).filter((k) => [k.tonnes, ...k.effects.flatMap((e) => [e.with, e.without])].some((v) => Math.abs(v ?? 0) >= 5e3));
  const idle = (c.corridors ?? []).length - across.length;
  const ts = styleOf("t/yr", "", 1e5, across.map((k) => k.tonnes));
  const bs = styleOf("TEU/yr", "", 0, across.map((k) => k.teu));
  const rs = styleOf("USD/yr", "", 0, across.map((k) => k.revenue));
  const corridor = (id: string) => a.corridors.find((k) => k.id === id)?.name ?? id;
  return (
    <>
      <p class="kicker">{c.focus ? "the state that the case asks about" : "state"}</p>
      <h1>{c.name}</h1>
      <p class="opening">
        <Opening c={c} arms={arms} />
      </p>
      <p>{waysText(c, nameOf)}</p>
      {c.ways.landlocked && (c.ways.cut_borders ?? []).length > 0 && (
        <Cut name={name} ids={c.ways.cut_borders!} />
      )}
      <Sense />
      <p class="note">The threshold here is {percent(material)} of the baseline world’s number.</p>
      <Measures caption={`The position of ${c.name}; changes are expectations under ${a.views.find((v) => v.id === a.headline)?.name ?? a.headline}`} rows={c.rows} arms={arms} />
      {!c.focus && <p class="note">Transit by corridor, and what acts change of revenue by payer, are worked out for {nameOf(a.case.focus)} alone.</p>}
      {payers.length > 0 && (
        <section class="asked">
          <h2>Whose cargo pays</h2>
          <p class="note">What its infrastructure, railways, ports and fees earn on the cargo of each country, gross, in the baseline world{payArms.length > 0 ? `, then what changes of it with ${payArms.map((x) => x.said).join(" / with ")}, in the same unit` : ""}. Half of each tonne counts for where it comes from, half for where it goes.</p>
          <Payers rows={payers.slice(0, 8)} s={ps} most={most} nameOf={nameOf} arms={payArms} />
          {payers.length > 8 && (
            <details>
              <summary>{payers.length - 8} more</summary>
              <Payers rows={payers.slice(8)} s={ps} most={most} nameOf={nameOf} arms={payArms} />
            </details>
          )}
        </section>
      )}
      {across.length > 0 && (
        <section class="asked">
          <h2>Transit by corridor</h2>
          <Table
            caption="Transit by corridor"
            hide
            columns={[{ head: "Corridor" }, { head: "Baseline world", n: true }, { head: "Boxes", n: true }, { head: "Revenue", n: true }, ...arms.map((x) => ({ head: x.name, n: true }))]}
            rows={across.map((k) => ({
              key: k.corridor,
              cells: [corridor(k.corridor), level(ts, k.tonnes), level(bs, k.teu), level(rs, k.revenue), ...arms.map((x) => <Signed key={x.act} s={ts} v={difference(k.effects, x)} of={k.tonnes} />)],
            }))}
          />
          {idle > 0 && <p class="note">{plural(idle, "further corridor carries", "further corridors carry")} none of its transit.</p>}
        </section>
      )}
      <Neighbours c={c} name={name} a={a} />
      <Leverage a={a} c={c} nameOf={nameOf} />
      {c.energy && <Power a={a} c={c} arms={arms} nameOf={nameOf} name={name} />}
    </>
  );
}

/** The crossings and ports that part it from the sea, named once somebody asks. */
function Cut({ name, ids }: { name: string; ids: string[] }) {
  const [open, set] = useState(false);
  const network = useLoad<Network>(open ? of(name, "network") : null);
  const nameOf = (id: string) => network.data?.crossings.find((b) => b.id === id)?.name ?? network.data?.nodes.find((n) => n.id === id)?.name ?? words(id);
  const mode = (id: string) => network.data?.crossings.find((b) => b.id === id)?.mode;
  return (
    <details onToggle={(e) => e.currentTarget.open && set(true)}>
      <summary>A smallest set of {ids.length} crossings and ports whose loss parts it from the sea</summary>
      <p class="note">{ids.map((id) => (mode(id) ? `${nameOf(id)} (${mode(id)})` : nameOf(id))).join(", ")}</p>
    </details>
  );
}

/** The sentence at the top: transit, what acts change of it. */
function Opening({ c, arms }: { c: Country; arms: Arm[] }) {
  const r = c.rows.find((r) => r.id === "transit_tonnes");
  if (!r) return null;
  const s = rowStyle(r);
  const parts = arms.map((x) => ({ x, v: difference(r.effects, x) })).filter((p) => p.v !== null);
  if ([r.base_year, r.baseline, ...parts.map((p) => p.v)].every((v) => v === 0)) return <>No cargo of others crosses it{parts.length > 0 ? `, whatever ${parts.length > 1 ? "the acts" : "the act"}` : ""}.</>;
  return (
    <>
      {level(s, r.base_year)} of others’ cargo crosses it in the base year, {level(s, r.baseline)} in the baseline world
      {parts.map((p, i) => (
        <span key={i}>
          ; {p.x.said} changes this by {change(s, p.v)}
        </span>
      ))}
      .
    </>
  );
}

function Payers({ rows, s, most, nameOf, arms }: { rows: NonNullable<Country["payers"]>; s: Style; most: number; nameOf: (id: string) => string; arms: Arm[] }) {
  return (
    <Bars
      most={most}
      rows={rows.map((p) => ({
        key: p.id,
        name: p.name === p.id ? nameOf(p.id) : p.name,
        value: p.baseline,
        text: (
          <>
            {level(s, p.baseline)}{" "}
            <small class="note">
              {arms
                .map((x) => difference(p.effects, x))
                .map((v) => bareChange(s, v))
                .join(" / ")}
            </small>
          </>
        ),
      }))}
    />
  );
}

function Neighbours({ c, a, name }: { c: Country; a: All; name: string }) {
  const n = c.neighbours ?? [];
  if (n.length === 0) return null;
  const ts = styleOf("t/yr", "", 0, n.flatMap((x) => [x.tonnes, x.lost, x.transit]));
  const ms = styleOf("USD/yr", "", 0, n.flatMap((x) => [x.benefit, x.revenue]));
  const cs = styleOf("USD/t", "", 0, n.map((x) => x.cost));
  const link = (id: string, text: string) => (a.countries.some((x) => x.id === id) ? <a href={to(name, "country", [id])}>{text}</a> : text);
  return (
    <section class="asked">
      <h2>Dependence on each neighbour</h2>
      <p class="note">
        <span class="dot-key" /> exposure: the share of own trade that passes the common border. <span class="dot-key ring" /> loss: the share no longer served when it is shut. The two differ by the ways round. Below {percent(material)} of its own trade a loss reads as none.
      </p>
      <Bars
        most={Math.max(...n.flatMap((x) => [x.exposure ?? 0, x.lost_part ?? 0]), 0.01)}
        rows={n.map((x) => ({ key: x.id, name: link(x.id, x.name), value: x.exposure, ring: Math.abs(x.lost_part ?? 0) < material ? null : x.lost_part, text: `exposure ${percent(x.exposure)}, ${lossText(x.lost_part)}` }))}
      />
      <details>
        <summary>When a neighbour’s border is shut: all numbers</summary>
        <Table
          caption="When a neighbour’s border is shut"
          hide
          columns={["Neighbour", "Own trade over it", "Exposure", "No longer served", "Loss", "Own trade cost", "User benefit", "Transit", "Revenue"].map((head, i) => ({ head, n: i > 0 }))}
          rows={n.map((x) => ({
            key: x.id,
            cells: [x.name, level(ts, x.tonnes), percent(x.exposure), level(ts, x.lost), lossText(x.lost_part), change(cs, x.cost), change(ms, x.benefit), change(ts, x.transit), change(ms, x.revenue)],
          }))}
        />
      </details>
    </section>
  );
}

function Leverage({ a, c, nameOf }: { a: All; c: Country; nameOf: (id: string) => string }) {
  const denials = a.leverage?.denials ?? [];
  if (denials.length === 0) return null;
  const own = denials.find((d) => d.id === c.id);
  const hurt = denials
    .filter((d) => d.id !== c.id)
    .map((d) => ({ id: d.id, loss: d.losses.find((l) => l.id === c.id)?.loss ?? 0 }))
    .filter((d) => d.loss > 5e6)
    .sort((x, y) => y.loss - x.loss);
  const lose = own ? own.losses.filter((l) => l.id !== c.id && Math.abs(l.loss ?? 0) > 5e6).sort((x, y) => (y.loss ?? 0) - (x.loss ?? 0)) : [];
  const s = styleOf("USD/yr", "", 5e6, [...hurt.map((h) => h.loss), ...lose.map((l) => l.loss)]);
  const player = a.leverage?.game?.players.find((p) => p.id === c.id);
  return (
    <section class="asked">
      <h2>Leverage</h2>
      <p class="note">In the baseline world a state shuts its soil to cargo that is neither from it nor to it; its own trade goes on. A loss is the fall of a state’s user benefit and of its gross revenue from transit.</p>
      <h3>What it would cost {c.name} if others shut theirs</h3>
      {hurt.length > 0 ? <Bars most={hurt[0]!.loss} rows={hurt.map((h) => ({ key: h.id, name: nameOf(h.id), value: h.loss, text: level(s, h.loss) }))} /> : <p>No other state’s denial of transit would cost it anything that its accounts tell apart.</p>}
      {own && (
        <>
          <h3>What others would lose if it shut its own</h3>
          <p>
            {(own.others ?? 0) < 0 ? `Together they would gain ${level(s, -(own.others ?? 0))}` : `Together ${level(s, own.others)}`}; it would itself lose {level(s, own.losses.find((l) => l.id === c.id)?.loss ?? null)}.
          </p>
          <Bars most={Math.max(...lose.map((l) => l.loss ?? 0), 1)} rows={lose.map((l) => ({ key: l.id, name: nameOf(l.id), value: Math.max(0, l.loss ?? 0), text: level(s, l.loss) }))} />
          {lose.some((l) => (l.loss ?? 0) < 0) && <p class="note">Less than 0 is a gain.</p>}
        </>
      )}
      {!own && <p class="note">No cargo of others crosses it.</p>}
      {player && (
        <p>
          Its Shapley value in the corridors’ surplus is {level(styleOf("USD/yr", "", 0, [player.shapley]), player.shapley)}, {percent(player.part)} of it.
        </p>
      )}
    </section>
  );
}

const runName = (r: EnergyRun): string => (r.changed.length > 0 ? r.changed.map((x) => x.text).join("; ") : r.name);

function Power({ a, c, arms, nameOf, name }: { a: All; c: Country; arms: Arm[]; nameOf: (id: string) => string; name: string }) {
  const e = c.energy!;
  const all = e.dependence ?? [];
  const hangs = all.filter((d) => d.consumer !== d.origin && (d.shed_share ?? 0) >= 0.005);
  const runs = a.energy ? shortRuns(a.energy, c.id) : [];
  const short = runs.filter((r) => [r.power, r.powerYear, r.gas, r.gasYear].some((v) => (v ?? 0) > 5e-4));
  const mw = styleOf("MW", "", 0, runs.map((r) => r.power));
  const gwh = styleOf("GWh/yr", "", 0, runs.map((r) => r.powerYear));
  const bcm = styleOf("bcm/yr", "", 0, runs.map((r) => r.gasYear));
  const mcmd = styleOf("mcm/d", "", 0, runs.map((r) => r.gas));
  const own = styleOf("USD/yr", "", 0, all.map((d) => d.cost));
  const block = (id: string) => a.energy?.blocks.find((b) => b.id === id)?.name ?? id;
  return (
    <section class="asked">
      <h2>Power and gas</h2>
      {hangs.length > 0 && <p class="lead">In the baseline world nothing else could serve {hangs.map((d) => `${percent(d.shed_share)} of its ${d.carrier} without ${nameOf(d.origin)}`).join(", ")}.</p>}
      <p class="note">
        <a href={to(name, "map", [], { l: "power,gas" })}>Ties and pipelines on the map</a>
      </p>
      {runs.length > 0 && (
        <>
          <h3>In which worlds it is short</h3>
          {short.length === 0 ? (
            <p>In none of the {runs.length} runs that the answer opens.</p>
          ) : (
            <Table
              caption={`Short in ${short.length} of the ${runs.length} runs that the answer opens: base year, baseline, worlds that differ from it in one thing or two`}
              columns={[{ head: "Run" }, { head: "Power, peak", n: true }, { head: "over the year", n: true }, { head: "Gas, peak", n: true }, { head: "over the year", n: true }]}
              rows={short.map((r) => ({ key: r.run.id, cells: [runName(r.run), level(mw, r.power), level(gwh, r.powerYear), level(mcmd, r.gas), level(bcm, r.gasYear)] }))}
            />
          )}
        </>
      )}
      {all.length > 0 && (
        <>
          <h3>On whom it depends, baseline world</h3>
          <p class="note">Share: of what it uses. Then what would go unserved, and what it would pay more, once the origin is gone and everybody else has done what they can.</p>
          <Table
            caption="Dependence by origin of gas and seller of power"
            hide
            columns={[{ head: "Carrier" }, { head: "From" }, { head: "Delivered", n: true }, { head: "Share", n: true }, { head: "Unserved without", n: true }, { head: "of its load", n: true }, { head: "Power lost with it", n: true }, { head: "Cost", n: true }]}
            rows={[...all]
              .sort((x, y) => (x.carrier === y.carrier ? (y.share ?? 0) - (x.share ?? 0) : x.carrier < y.carrier ? -1 : 1))
              .map((d) => {
                const s = styleOf(d.carrier === "gas" ? "bcm/yr" : "GWh/yr", "", 0, [d.delivered, d.shed]);
                return { key: d.carrier + d.origin, cells: [d.carrier, d.origin === c.id ? "itself" : nameOf(d.origin), level(s, d.delivered), percent(d.share), level(s, d.shed), percent(d.shed_share), d.carrier === "gas" ? level(styleOf("GWh/yr", "", 0, [d.power_shed]), d.power_shed) : "", change(own, d.cost)] };
              })}
          />
        </>
      )}
      <h3>Losses of one element that leave it short at the peak (N − 1)</h3>
      {(e.worst ?? []).length === 0 ? (
        <p>None does, in the runs that the answer opens to losses.</p>
      ) : (
        <Table
          caption="The worst losses of one element"
          hide
          columns={[{ head: "What fails" }, { head: "When" }, { head: "Power short", n: true }, { head: "Gas short", n: true }, { head: "Why" }]}
          rows={e.worst!.map((x) => ({ key: x.kind + x.element + x.block, cells: [`${x.name} (${words(x.kind)})`, block(x.block), level(styleOf("MW", "", 0, [x.power_shed]), x.power_shed), level(styleOf("mcm/d", "", 0, [x.gas_shed]), x.gas_shed), why[x.reason] ?? x.reason] }))}
        />
      )}
      <h3>Its numbers</h3>
      <Measures caption={`Power and gas of ${c.name}`} hide rows={e.rows} arms={arms} />
      {(a.energy?.not_answered ?? []).length > 0 && (
        <details>
          <summary>What the model of power and gas does not consider</summary>
          <ul>
            {a.energy!.not_answered!.map((x) => (
              <li key={x}>{x}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const why: Record<string, string> = {
  bridge: "nothing else joins the two sides",
  overload: "what is left would be overloaded",
  deficit: "what is left cannot make up for it",
};
