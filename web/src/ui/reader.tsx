import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { of, Problem, send } from "../api";
import type { Claim, Meta } from "../meta";
import { cut, inOrder, maxText, type Place, type TextRow } from "../places";
import { remember, route, to } from "../route";
import { useLoad } from "./load";
import { Out } from "./out";
import { Trouble } from "./trouble";
import "./reader.css";

/** The texts of sources: each claim at its place, where a text is attached on this machine. */
export function Texts({ name, m }: { name: string; m: Meta }) {
  const rows = useLoad<TextRow[]>(of(name, "texts"));
  if (rows.error) return <Trouble error={rows.error} again={rows.again} />;
  if (!rows.data) return <p class="waiting">Reading the texts…</p>;
  if (rows.data.length === 0) return <p>No claim of this case points at a source.</p>;
  const on = route.value.query.get("on") ?? "";
  const claim = on.startsWith("claim/") ? on.slice(6) : "";
  const want = m.claims.find((c) => c.id === claim)?.source ?? route.value.query.get("s") ?? "";
  const row = rows.data.find((r) => r.source === want) ?? rows.data[0]!;
  return (
    <>
      {rows.data.length > 1 && (
        <label class="finder">
          <span>Source</span>{" "}
          <select value={row.source} onChange={(e) => remember({ s: e.currentTarget.value, on: null })}>
            {rows.data.map((r) => (
              <option key={r.source} value={r.source}>
                {r.title} ({r.attached ? "attached" : "not attached"})
              </option>
            ))}
          </select>
        </label>
      )}
      {row.attached ? (
        <Reader key={`${row.source} ${row.sha256}`} name={name} m={m} row={row} claim={claim} again={rows.again} />
      ) : (
        <Missing key={row.source} name={name} m={m} row={row} claim={claim} again={rows.again} />
      )}
    </>
  );
}

const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** What a text is to the case, in a sentence. */
function standing(row: TextRow): string {
  if (row.same) return "It is the text that the case was made from, to the last byte (SHA-256).";
  if (row.declared_sha256) return "It differs from the text that the case was made from (SHA-256), so each claim is looked up by itself.";
  return "The case does not say which text it was made from, so each claim is looked up by itself.";
}

/** An attached text with its claims beside it. */
function Reader({ name, m, row, claim, again }: { name: string; m: Meta; row: TextRow; claim: string; again: () => void }) {
  const text = useLoad<TextRow & { text: string }>(of(name, "texts", row.source));
  const page = useRef<HTMLDivElement>(null);
  const [removing, ask] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const places = useMemo(() => inOrder(text.data?.places ?? row.places), [text.data]);
  const pieces = useMemo(() => (text.data ? cut(text.data.text, text.data.places) : []), [text.data]);
  const shown = places.filter((p) => p.status === "shown").length;
  useEffect(() => {
    const mark = claim && text.data ? [...(page.current?.querySelectorAll("mark") ?? [])].find((x) => x.dataset["claims"]?.split("\n").includes(claim)) : undefined;
    if (!mark || !page.current) return;
    // The text moves within its frame; where the words are still out of sight, the page moves, too.
    page.current.scrollTop += mark.getBoundingClientRect().top - page.current.getBoundingClientRect().top - page.current.clientHeight / 3;
    const words = mark.getBoundingClientRect();
    if (words.top < 0 || words.bottom > innerHeight) page.current.scrollIntoView({ block: "nearest" });
  }, [claim, text.data]);
  const remove = () => {
    fail(null);
    send("DELETE", of(name, "texts", row.source)).then(again, fail);
  };
  return (
    <>
      <h2>{row.title}</h2>
      <p class="note">
        The words of {shown} of {plural(places.length, "claim")} stand in it. {standing(row)} It lies in astara’s data folder on the machine that serves this page, not in the case.
      </p>
      <div class="reading">
        <ClaimList m={m} places={places} claim={claim} />
        <div class="source" ref={page} tabIndex={0} role="document" aria-label={`Text of ${row.title}`}>
          {text.error != null && <Trouble error={text.error} again={text.again} />}
          {!text.data && text.error == null && <p class="waiting">Reading the text…</p>}
          {pieces.map((p, i) =>
            p.claims.length === 0 ? (
              p.text
            ) : (
              <mark key={i} class={p.claims.includes(claim) ? "now" : ""} data-claims={p.claims.join("\n")} title={p.claims.join(", ")} onClick={() => remember({ on: `claim/${p.claims.find((c) => p.begins.includes(c)) ?? p.claims[0]}` })}>
                {p.text}
              </mark>
            ),
          )}
        </div>
      </div>
      <div class="row">
        {!removing ? (
          <button type="button" onClick={() => ask(true)}>
            Remove the text from this machine
          </button>
        ) : (
          <>
            <span>Remove it? Claims then show no words, until it is attached again.</span>
            <button type="button" class="main" onClick={remove}>
              Remove it
            </button>
            <button type="button" onClick={() => ask(false)}>
              Keep it
            </button>
          </>
        )}
      </div>
      {error !== null && <Trouble error={error} />}
      <details>
        <summary>Attach another text in its place</summary>
        <Attach name={name} row={row} again={again} />
      </details>
    </>
  );
}

/** The claims of a text as a list of buttons: a click, or the arrow keys, move to their words. */
function ClaimList({ m, places, claim }: { m: Meta; places: Place[]; claim: string }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // The list moves within its own frame, so that the page stays where it is.
    const on = list.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!on || !list.current) return;
    const [box, row] = [list.current.getBoundingClientRect(), on.getBoundingClientRect()];
    if (row.top < box.top || row.bottom > box.bottom) list.current.scrollTop += row.top - box.top - box.height / 3;
  }, [claim]);
  const of = (id: string): Claim | undefined => m.claims.find((c) => c.id === id);
  const keys = (e: KeyboardEvent) => {
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    const all = [...(list.current?.querySelectorAll("button") ?? [])];
    const next = all[all.indexOf(document.activeElement as HTMLButtonElement) + step];
    if (!next) return;
    e.preventDefault();
    next.focus();
    next.click();
  };
  return (
    <ol class="places" ref={list} onKeyDown={keys} aria-label="Claims in the order of the text; arrow keys move">
      {places.map((p) => {
        const c = of(p.claim);
        return (
          <li key={p.claim} class={p.status === "shown" ? "" : "lost"}>
            <button type="button" aria-pressed={p.claim === claim} onClick={() => remember({ on: `claim/${p.claim}` })}>
              <b>{p.claim}</b>
              {c?.paragraph ? <small> paragraph {c.paragraph}</small> : null}
              <span>{c?.paraphrase}</span>
              {p.status !== "shown" && <em>Not shown: {p.why}.</em>}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** A source without its text: where the words would stand, and what to do. */
function Missing({ name, m, row, claim, again }: { name: string; m: Meta; row: TextRow; claim: string; again: () => void }) {
  const source = m.sources.find((s) => s.id === row.source);
  return (
    <>
      <h2>{row.title}</h2>
      <p>
        The text of this source is not attached{row.places.some((p) => p.status === "unreadable") ? ", or what is attached cannot be read any more" : ""}, so the words of {plural(row.places.length, "claim")} cannot be shown. The case holds paraphrases and places only.
      </p>
      <Attach name={name} row={row} again={again} address={source?.address} publisher={source?.publisher} />
      <details open={claim !== ""}>
        <summary>Where the words stand in the text</summary>
        <ul class="items">
          {inOrder(row.places).map((p) => {
            const c = m.claims.find((x) => x.id === p.claim);
            return (
              <li key={p.claim} class={p.claim === claim ? "there" : ""}>
                <p>{c?.paraphrase}</p>
                <p class="note">
                  <a href={to(name, "evidence", [], { t: "claims", on: `claim/${p.claim}` })}>{p.claim}</a>:{" "}
                  {c?.paragraph ? `paragraph ${c.paragraph}, ` : ""}
                  {p.locator ? `characters ${p.locator[0]} to ${p.locator[1]}` : "looked up by the words that the case gives"}
                </p>
              </li>
            );
          })}
        </ul>
      </details>
    </>
  );
}

/** The form that attaches a text: a file, or what is pasted. */
function Attach({ name, row, again, address, publisher }: { name: string; row: TextRow; again: () => void; address?: string | undefined; publisher?: string | undefined }) {
  const [pasted, paste] = useState("");
  const [busy, work] = useState(false);
  const [said, say] = useState("");
  const [error, fail] = useState<unknown>(null);
  const give = (b: Blob) => {
    fail(null);
    say("");
    if (b.size > maxText) {
      fail(`This file has ${(b.size / (1 << 20)).toFixed(1)} MB; a text may have ${maxText >> 20} MB.`);
      return;
    }
    work(true);
    send("POST", of(name, "texts", row.source), new Blob([b], { type: "text/plain" })).then(
      async (r) => {
        const got = (await r.json()) as TextRow;
        work(false);
        paste("");
        if (got.changed) say(`Attached; to make it fit: ${got.changed}.`);
        again();
      },
      (e: unknown) => {
        work(false);
        fail(e);
      },
    );
  };
  const whys = error instanceof Problem ? ((error.body as { errors?: { message: string; location: string }[] } | null)?.errors ?? []) : [];
  return (
    <form
      class="attach"
      onSubmit={(e) => {
        e.preventDefault();
        if (pasted.trim()) give(new Blob([pasted]));
      }}
    >
      <ol>
        <li>
          Get the text{publisher ? ` from ${publisher}` : ""}
          {address && (
            <>
              {" "}
              (<Out address={address} />)
            </>
          )}
          . Only the text of the source itself: menus and headlines around it move the places.
        </li>
        <li>Save it as plain text in UTF-8, or copy it. A PDF, an office document or a web page cannot be attached as it is.</li>
        <li>Attach it. It is kept on the machine that serves this page, outside the case, and sent nowhere.</li>
      </ol>
      <div class="row">
        <label>
          <span>Text file</span>{" "}
          <input
            type="file"
            accept=".txt,.md,.text,text/plain"
            disabled={busy}
            onChange={(e) => {
              const f = e.currentTarget.files?.[0];
              e.currentTarget.value = ""; // the same file may be chosen again
              if (f) give(f);
            }}
          />
        </label>
      </div>
      <details>
        <summary>Paste the text</summary>
        <label>
          <span class="unseen">Text of {row.title}</span>
          <textarea rows={6} value={pasted} disabled={busy} onInput={(e) => paste(e.currentTarget.value)} />
        </label>
        <button type="submit" class="main" disabled={busy || !pasted.trim()}>
          Attach what is pasted
        </button>
      </details>
      {busy && <p role="status">Looking for the words of the claims…</p>}
      {said && <p role="status">{said}</p>}
      {error !== null && <Trouble error={error} />}
      {whys.length > 0 && (
        <details>
          <summary>How each claim fared</summary>
          <ul>
            {whys.map((w, i) => (
              <li key={i}>
                {w.location}: {w.message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </form>
  );
}
