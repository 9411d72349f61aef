import { useState } from "preact/hooks";
import { plainly, rounded, share, type Change, type ClaimNow, type Interval, type Own as OwnClaim, type SpeakerNow } from "../beliefs";
import { formula, proposition, type Named, type Said } from "../conditions";
import type { Claim, Meta } from "../meta";
import { plural } from "../numbers";
import { to } from "../route";
import { words } from "../ui/world";
import { Range, type Tick } from "./beliefs-range";

/** What the lists of claims need to change them. */
export interface Edits {
  name: string; // of the case
  c: Change;
  brief: (claim: string) => string; // what it says, cut short
  clash: Map<string, number[]>; // contradictions by claim
  lit: string[]; // claims of the contradiction that is looked at
  set: (claim: string, i: Interval, done: boolean) => void;
  off: (claim: string, off: boolean) => void;
  back: (claim: string) => void;
  settle: () => void;
  arm: string; // act=state that effects are read for
}

/** What the completion and the reference say of a claim, in the arm with the act or else in the one without. */
function ticks(k: ClaimNow, arm: string): Tick[] {
  const a = k.arms.find((x) => x.arm.split(",").includes(arm)) ?? k.arms[k.arms.length - 1];
  if (!a) return [];
  const out: Tick[] = [];
  if (a.reference !== null) out.push({ at: a.reference, kind: "reference", text: `by the case’s own weights ${share(rounded(a.reference))}` });
  if (a.completed !== null) out.push({ at: a.completed, kind: "now", text: `with all of these words ${share(rounded(a.completed))}` });
  return out;
}

/** How the interval of a claim came about. */
function reading(k: ClaimNow, claim: Claim | undefined, edited: boolean): string {
  if (edited) return "moved here";
  if (k.lexicon) return `“${claim?.hedge ?? k.phrase}”, read as “${k.phrase}” by ${k.lexicon}`;
  if (claim?.interval) return claim.hedge ? `“${claim.hedge}”; the interval is the case’s` : "said without a hedge; the interval is the case’s";
  return claim?.hedge ? `“${claim.hedge}”; no scale has it: anything but never and always` : "";
}

/** How a claim is read in the variables of the case; the formula itself is a tip. */
function Proposition({ claim, variables }: { claim: Said; variables: readonly Named[] }) {
  const text = proposition(claim, variables);
  return text ? (
    <p class="note proposition" title={formula(claim)}>
      {text}
    </p>
  ) : null;
}

/** The parts of a claim that are said in formulas. */
const saidOf = (c: Claim | undefined): Said => ({ ...(c?.if ? { if: c.if } : {}), ...(c?.then ? { then: c.then } : {}), ...(c?.way ? { way: c.way } : {}) });

const kindWhy: Record<string, string> = { record: "it says what a text contains", context: "it is background to other claims", caveat: "it says how far the speaker vouches for the rest", quantity: "it gives a figure" };

/** Why a claim bears on no world, by its kind where that is why. */
const idleWhy = (why: string): string => why.replace(/^a claim of kind (\w+) weighs no world$/, (whole, kind: string) => kindWhy[kind] ?? whole);

function Badges({ id, edits }: { id: string; edits: Edits }) {
  const n = edits.clash.get(id) ?? [];
  if (n.length === 0) return null;
  return (
    <span class="badge" title="takes part in these contradictions">
      contradiction {n.map((i) => i + 1).join(", ")}
    </span>
  );
}

/** The claims of an expert. */
export function Claims({ meta, s, quotes, edits, open }: { meta: Meta; s: SpeakerNow; quotes: Map<string, string>; edits: Edits; open: boolean }) {
  const weighing = s.claims.filter((k) => k.off || k.idle === undefined);
  const idle = s.claims.filter((k) => !k.off && k.idle !== undefined);
  const claim = (id: string) => meta.claims.find((k) => k.id === id);
  const changed = s.claims.filter((k) => edits.c.claims[k.claim]).length;
  return (
    <details class="expert" open={open} id={`expert-${s.id}`}>
      <summary>
        <h2>{s.name}</h2>
        <span class="note">
          {plural(weighing.length, "claim bears", "claims bear")} on the worlds{changed > 0 ? `, ${changed} changed here` : ""}
        </span>
      </summary>
      <State s={s} brief={edits.brief} />
      <ul class="said-list">
        {weighing.map((k) => (
          <One key={k.claim} meta={meta} k={k} claim={claim(k.claim)} quote={quotes.get(k.claim)} edits={edits} bend={s.bend} />
        ))}
      </ul>
      {idle.length > 0 && (
        <details>
          <summary>
            {plural(idle.length, "claim bears", "claims bear")} on none
          </summary>
          <ul class="idle">
            {idle.map((k) => (
              <li key={k.claim} id={`claim-${k.claim}`} class={edits.lit.includes(k.claim) ? "lit" : undefined}>
                <Badges id={k.claim} edits={edits} /> {claim(k.claim)?.paraphrase ?? k.claim} <span class="note">({idleWhy(k.idle ?? "")})</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </details>
  );
}

/** What had to be done so that a speaker's words hold together. */
function State({ s, brief }: { s: SpeakerNow; brief: (claim: string) => string }) {
  const aside = s.claims.filter((k) => k.aside).length;
  const cores = s.cores.filter((k) => k.length > 1);
  return (
    <>
      {s.bend > 0 && (
        <div class="clashing">
          <p>These words do not hold together. Every interval is widened by {Number((100 * s.bend).toFixed(1))} points at either end, the least that lets them:</p>
          <ul>
            {cores.map((k) => (
              <li key={k.join()}>{k.map((id) => brief(id)).join(" – against – ")}</li>
            ))}
          </ul>
        </div>
      )}
      {aside > 0 && (
        <p class="note">
          {aside} {aside === 1 ? "claim is" : "claims are"} set aside: no weights of the worlds keep {aside === 1 ? "it" : "them"} even alone.
        </p>
      )}
      {!s.converged && <p class="clashing">The completion does not keep all of these words: they speak of worlds that the case gives no weight.</p>}
    </>
  );
}

function One({ meta, k, claim, quote, edits, bend }: { meta: Meta; k: ClaimNow; claim: Claim | undefined; quote: string | undefined; edits: Edits; bend: number }) {
  const e = edits.c.claims[k.claim];
  const off = e?.off === true;
  const read: Interval | null = e?.interval ?? (k.soft_low !== null && k.soft_high !== null ? [k.soft_low, k.soft_high] : (claim?.interval ?? null));
  const marks = off || k.off ? [] : ticks(k, edits.arm);
  const clash = (edits.clash.get(k.claim) ?? []).length > 0;
  const label = claim?.paraphrase ?? k.claim;
  return (
    <li id={`claim-${k.claim}`} class={`claim${off ? " off" : ""}${clash ? " clash" : ""}${edits.lit.includes(k.claim) ? " lit" : ""}`}>
      {quote && <blockquote>{quote}</blockquote>}
      <p>
        {claim?.paraphrase ?? k.claim} <Badges id={k.claim} edits={edits} />
      </p>
      <Proposition claim={saidOf(claim)} variables={meta.variables} />
      {k.ranged && read && !off && (
        <>
          <Range label={label} value={read} ticks={marks} move={(i) => edits.set(k.claim, i, false)} settle={edits.settle} />
          <p class="values">
            <b>
              {share(rounded(read[0]))} to {share(rounded(read[1]))}
            </b>{" "}
            <span class="note">
              {[reading(k, claim, e?.interval !== undefined), ...marks.map((m) => m.text).reverse()].filter(Boolean).join("; ")}
              {k.aside ? "; set aside" : bend > 0 && !k.met ? "; kept only in the wider interval" : ""}
            </span>
          </p>
        </>
      )}
      {!k.ranged && !off && <p class="note">{statement(claim)}{k.aside ? "; set aside" : ""}</p>}
      <div class="row">
        <label class="check">
          <input type="checkbox" checked={!off} onChange={(x) => edits.off(k.claim, !x.currentTarget.checked)} /> counts
        </label>
        {e && (
          <button type="button" onClick={() => edits.back(k.claim)}>
            As it stands in the case
          </button>
        )}
        <From name={edits.name} meta={meta} claim={claim} />
      </div>
    </li>
  );
}

/** Where a claim was said, leading to it among the evidence. */
function From({ name, meta, claim }: { name: string; meta: Meta; claim: Claim | undefined }) {
  if (!claim) return null;
  const source = meta.sources.find((s) => s.id === claim.source);
  return (
    <a class="from" href={to(name, "evidence", [], { t: "claims", on: `claim/${claim.id}` })}>
      {source?.publisher ?? claim.source}, {claim.date}
      {claim.paragraph ? `, paragraph ${claim.paragraph}` : ""} <small>{claim.id}</small>
    </a>
  );
}

/** What a claim without an interval says of probability. */
function statement(claim: Claim | undefined): string {
  switch (claim?.kind) {
    case "direction":
      return "One thing changes how probable another is: there is no interval to move";
    case "comparison":
      return "One thing is more probable than another: there is no interval to move";
    case "fact":
      return "Stated as a fact: certain";
  }
  return "There is no interval to move";
}

/** The column of the asker: claims of one's own, and the form that adds one. */
export function Own({ meta, c, now, silent, edits, apply, latest }: { meta: Meta; c: Change; now: SpeakerNow | null; silent: string[]; edits: Edits; apply: (own: OwnClaim[], done: boolean) => void; latest: () => OwnClaim[] }) {
  const number = (list: OwnClaim[]): OwnClaim[] => list.map((o, i) => ({ ...o, id: `own-${i + 1}` }));
  const move = (id: string, i: Interval) => apply(latest().map((o) => (o.id === id ? { ...o, interval: i } : o)), false);
  return (
    <div class="expert own">
      <h2>What I think</h2>
      {now && <State s={now} brief={edits.brief} />}
      <ul class="said-list">
        {c.own.map((o) => {
          const like = meta.claims.find((k) => k.id === o.like);
          const k = now?.claims.find((x) => x.claim === o.id);
          const label = like?.paraphrase ?? plainly(meta.variables, o);
          const clash = (edits.clash.get(o.id) ?? []).length > 0;
          const marks = k ? ticks(k, edits.arm) : [];
          return (
            <li key={o.id} id={`claim-${o.id}`} class={`claim${clash ? " clash" : ""}${edits.lit.includes(o.id) ? " lit" : ""}`}>
              <p title={like ? undefined : formula({ ...(o.if ? { if: o.if } : {}), ...(o.then ? { then: o.then } : {}) })}>
                {like ? like.paraphrase : plainly(meta.variables, o)} <Badges id={o.id} edits={edits} />
              </p>
              {like && <Proposition claim={saidOf(like)} variables={meta.variables} />}
              {o.interval && (
                <>
                  <Range label={label} value={o.interval} ticks={marks} move={(i) => move(o.id, i)} settle={edits.settle} />
                  <p class="values">
                    <b>
                      {share(rounded(o.interval[0]))} to {share(rounded(o.interval[1]))}
                    </b>{" "}
                    <span class="note">
                      {marks.map((m) => m.text).reverse().join("; ")}
                      {k?.aside ? "; set aside" : now && now.bend > 0 && k && !k.met ? "; kept only in the wider interval" : ""}
                    </span>
                  </p>
                </>
              )}
              {!o.interval && <p class="note">{statement(like)}</p>}
              <button type="button" onClick={() => apply(number(latest().filter((x) => x.id !== o.id)), true)}>
                Take it back
              </button>
            </li>
          );
        })}
      </ul>
      <Add meta={meta} silent={silent} first={c.own.length === 0} add={(o) => apply(number([...latest(), o]), true)} />
    </div>
  );
}

const withInterval = new Set(["level", "possibility", "fact", "outcome"]);
const weighs = (k: Claim): boolean => (k.then !== undefined && k.then !== "" && ["level", "possibility", "fact", "direction"].includes(k.kind)) || k.kind === "outcome";

/** A new claim of one's own: a state of a variable, under a condition or none; or what an expert says, held by oneself. */
function Add({ meta, silent, first, add }: { meta: Meta; silent: string[]; first: boolean; add: (o: OwnClaim) => void }) {
  const variables = meta.variables.filter((v) => v.kind !== "act");
  const [from, choose] = useState("variable");
  const [variable, setVariable] = useState(variables[0]?.id ?? "");
  const [state, setState] = useState("");
  const [condition, setCondition] = useState("");
  const [like, setLike] = useState(meta.claims.find(weighs)?.id ?? "");
  const v = variables.find((x) => x.id === variable);
  const chosen = v && v.states.includes(state) ? state : (v?.states.find((_, i) => i !== v.baseline) ?? "");
  const say = () => {
    if (from === "claim") {
      const k = meta.claims.find((x) => x.id === like);
      if (!k) return;
      const expected = k.kind === "outcome" && !k.interval && !k.hedge; // of an expectation, which has no probability
      add({ id: "", like, interval: withInterval.has(k.kind) && !expected ? (k.interval ?? [0.4, 0.6]) : null });
    } else if (v) add({ id: "", then: `${v.id}=${chosen}`, ...(condition ? { if: condition } : {}), interval: [0.4, 0.6] });
  };
  return (
    <details class="add" open={first}>
      <summary>Add a claim of my own</summary>
      <div class="row" role="group" aria-label="What about">
        <button type="button" aria-pressed={from === "variable"} onClick={() => choose("variable")}>
          a variable
        </button>
        <button type="button" aria-pressed={from === "claim"} onClick={() => choose("claim")}>
          what an expert says
        </button>
      </div>
      {from === "variable" ? (
        <div class="fields">
          <label>
            <span>Variable</span>
            <select value={variable} onChange={(e) => (setVariable(e.currentTarget.value), setState(""))}>
              {variables.map((x) => (
                <option key={x.id} value={x.id}>
                  {x.name}
                  {silent.includes(x.id) ? " (silent: no words touch it)" : ""}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>is</span>
            <select value={chosen} onChange={(e) => setState(e.currentTarget.value)}>
              {v?.states.map((x) => (
                <option key={x} value={x}>
                  {words(x)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>if</span>
            <select value={condition} onChange={(e) => setCondition(e.currentTarget.value)}>
              <option value="">in any case</option>
              {meta.variables
                .filter((x) => x.id !== variable)
                .flatMap((x) => x.states.map((st) => ({ id: `${x.id}=${st}`, name: `${x.name}: ${words(st)}` })))
                .map((x) => (
                  <option key={x.id} value={x.id}>
                    {x.name}
                  </option>
                ))}
            </select>
          </label>
        </div>
      ) : (
        <div class="fields">
          <label>
            <span>Claim</span>
            <select value={like} onChange={(e) => setLike(e.currentTarget.value)}>
              {meta.claims.filter(weighs).map((k) => (
                <option key={k.id} value={k.id}>
                  {meta.actors.find((x) => x.id === k.speaker)?.name ?? k.speaker}: {k.paraphrase.length > 90 ? `${k.paraphrase.slice(0, 90)}…` : k.paraphrase}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <button type="button" class="main" onClick={say}>
        Add it
      </button>
    </details>
  );
}
