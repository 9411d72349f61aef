import type { Charge, Figure, Flows, Network, Use } from "../network";
import { percent, plain } from "../numbers";
import type { Picked } from "./chart";
import { Trouble } from "./trouble";

const mega = 1e6;

function Range({ f, unit, scale = 1 }: { f: Figure | undefined | null; unit: string; scale?: number }) {
  if (!f) return <>not known</>;
  return (
    <>
      {plain(f.value / scale)} {unit}
      {f.low !== f.high ? ` (${plain(f.low / scale)} to ${plain(f.high / scale)})` : ""} <abbr title={letters[f.letter] ?? ""}>{f.letter}</abbr>
      {f.source && f.source.length > 0 ? <small> {f.source.join(", ")}</small> : ""}
    </>
  );
}

const letters: Record<string, string> = { a: "read in the source", m: "computed", b: "own knowledge of a named source", c: "estimate" };

function Fees({ fees }: { fees: Charge[] | undefined }) {
  if (!fees || fees.length === 0) return null;
  return (
    <table>
      <caption>Fees here</caption>
      <thead>
        <tr>
          <th scope="col">for</th>
          <th scope="col">USD/t</th>
          <th scope="col">pays</th>
          <th scope="col">earns</th>
        </tr>
      </thead>
      <tbody>
        {fees.map((f) => (
          <tr key={f.id}>
            <td>
              {f.flow}
              {f.commodity !== "*" ? `, ${f.commodity}` : ""}
            </td>
            <td>
              <Range f={f.money} unit="" />
            </td>
            <td>{f.payer}</td>
            <td>{f.earner}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is known of a place, and whose cargo uses it. */
export function Details(p: { network: Network; flows: Flows | null; against: Flows | null; picked: Picked; uses: Use[] | null; error: unknown; close: () => void }) {
  const { network: n, picked } = p;
  const name = (id: string) => n.nodes.find((x) => x.id === id)?.name ?? id;
  let title = picked.id;
  let body: preact.ComponentChildren = <p>There is no such place in this network.</p>;
  if (picked.kind === "link") {
    const i = n.links.findIndex((l) => l.id === picked.id);
    const l = n.links[i];
    if (l) {
      const f = p.flows;
      const now = f?.total[i] ?? null;
      const then = p.against?.total[i] ?? null;
      title = `${name(l.from)} – ${name(l.to)}`;
      body = (
        <dl>
          <dt>Kind</dt>
          <dd>
            {l.mode}, {plain(l.km)} km{l.project ? `, by project ${l.project}` : ""}
          </dd>
          <dt>Moves</dt>
          <dd>
            {now === null ? "–" : `${plain(now / mega)} Mt/yr`}
            {now !== null && then !== null ? ` (${plain((now - then) / mega, true)})` : ""}
          </dd>
          {f && now !== null && now > 0 && (
            <>
              <dt>Of it</dt>
              <dd>
                transit {plain((f.transit[i] ?? 0) / mega)}, imports {plain((f.import[i] ?? 0) / mega)}, exports {plain((f.export[i] ?? 0) / mega)}, domestic{" "}
                {plain((f.domestic[i] ?? 0) / mega)}
              </dd>
            </>
          )}
          <dt>Capacity</dt>
          <dd>
            <Range f={l.capacity} unit="Mt/yr" scale={mega} />
          </dd>
          {(l.opens || l.closes) && (
            <>
              <dt>Life</dt>
              <dd>
                {l.opens ? `opens ${l.opens}` : ""} {l.closes ? `closes ${l.closes}` : ""}
              </dd>
            </>
          )}
          <dt>Source</dt>
          <dd>
            {l.source?.join(", ") ?? "–"} <abbr title={letters[l.letter] ?? ""}>{l.letter}</abbr> {l.note && <small>{l.note}</small>}
          </dd>
        </dl>
      );
    }
  } else if (picked.kind === "border") {
    const both = n.crossings.filter((b) => b.id === picked.id);
    if (both[0]) {
      title = `${both[0].name}${both[0].other_names ? ` (also ${both[0].other_names.join(", ")})` : ""}`;
      body = both.map((b) => (
        <div key={`${b.from}${b.to}${b.mode}`}>
          <h3>
            {b.from} to {b.to}, {b.mode}
            {b.open ? "" : ", shut in the base year"}
          </h3>
          <dl>
            <dt>Hours</dt>
            <dd>
              <Range f={b.hours} unit="h" />
            </dd>
            <dt>Spread of hours</dt>
            <dd>
              <Range f={b.spread} unit="h" />
            </dd>
            <dt>Capacity</dt>
            <dd>
              <Range f={b.capacity} unit="Mt/yr" scale={mega} />
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
          </dl>
          <Fees fees={b.fees} />
          {b.note && <p class="note">{b.note}</p>}
        </div>
      ));
    }
  } else if (picked.kind === "strait") {
    const s = n.straits.find((x) => x.id === picked.id);
    if (s) {
      title = s.name;
      body = (
        <>
          <p>{s.detour ? `When it is shut, traffic goes round by ${s.detour}.` : "When it is shut there is no other way by water."}</p>
          <Fees fees={s.fees} />
          {s.note && <p class="note">{s.note}</p>}
        </>
      );
    }
  } else {
    const v = n.nodes.find((x) => x.id === picked.id);
    if (v) {
      title = v.name;
      body = (
        <p>
          {v.type}, {v.country}
          {v.other_names ? `; also ${v.other_names.join(", ")}` : ""}
        </p>
      );
    }
  }
  return (
    <aside class="details" aria-label={title}>
      <button type="button" class="close" onClick={p.close} aria-label="Close">
        ×
      </button>
      <h2>{title}</h2>
      {body}
      {picked.kind !== "node" && (
        <>
          <h3>Whose cargo is this?</h3>
          {p.error !== null && <Trouble error={p.error} />}
          {!p.uses && p.error === null && <p class="note">Looking…</p>}
          {p.uses && p.uses.length === 0 && <p class="note">Nobody’s, in this world.</p>}
          {p.uses && p.uses.length > 0 && (
            <table>
              <thead>
                <tr>
                  <th scope="col">market</th>
                  <th scope="col" class="n">
                    Mt/yr
                  </th>
                  <th scope="col" class="n">
                    of its trade
                  </th>
                </tr>
              </thead>
              <tbody>
                {gather(p.uses).map((u) => (
                    <tr key={u.market}>
                      <th scope="row">{u.market}</th>
                      <td class="n">{plain(u.tonnes / mega)}</td>
                      <td class="n">{percent(u.share)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </aside>
  );
}

/** Uses by market, the largest first; the share is of what those units of demand move. */
function gather(uses: Use[]): { market: string; tonnes: number; share: number }[] {
  const by = new Map<string, { market: string; tonnes: number; whole: number }>();
  for (const u of uses) {
    const x = by.get(u.market) ?? { market: u.market, tonnes: 0, whole: 0 };
    x.tonnes += u.tonnes;
    x.whole += u.share > 0 ? u.tonnes / u.share : 0;
    by.set(u.market, x);
  }
  return [...by.values()].map((x) => ({ market: x.market, tonnes: x.tonnes, share: x.whole > 0 ? x.tonnes / x.whole : 0 })).sort((a, b) => b.tonnes - a.tonnes);
}
