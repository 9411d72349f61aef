import { useMemo, useState } from "preact/hooks";
import { blockOf, fieldOf, interval, setField } from "../claim-text";
import { inWords } from "../conditions";
import { cellAt, parseCSV, setCell } from "../csv";
import type { Meta } from "../meta";
import type { Mark } from "../ui/editor";
import { Wrong } from "../ui/typed";

const shown = 40;

/** A CSV file as a table: rows to find and choose, the cells of the chosen row as fields. */
export function Cells({ text, set, locked, marks }: { text: string; set: (t: string) => void; locked: boolean; marks: Mark[] }) {
  const rows = useMemo(() => parseCSV(text), [text]);
  const placed = useMemo(() => marks.map((mark) => ({ mark, at: cellAt(text, rows, mark.line, mark.column) })), [marks, rows]);
  const [want, find] = useState("");
  const [at, choose] = useState(1);
  const [many, more] = useState(shown);
  const head = rows[0];
  if (!head) return <p>The file is empty.</p>;
  const term = want.trim().toLowerCase();
  const hits = rows.map((row, i) => ({ row, i })).filter(({ row, i }) => i > 0 && (!term || row.cells.some((c) => c.value.toLowerCase().includes(term))));
  const row = rows[at];
  const elsewhere = placed.filter((p) => p.at && p.at.row > 0 && p.at.row !== at);
  return (
    <>
      {elsewhere.length > 0 && (
        <ul class="problems" aria-label="Problems in other rows">
          {elsewhere.map(({ mark, at }, i) => (
            <li key={i} class={mark.severity}>
              <button type="button" onClick={() => choose(at!.row)}>
                line {mark.line}
              </button>{" "}
              <b>{mark.severity}</b> {mark.message}
            </li>
          ))}
        </ul>
      )}
      {row && (
        <fieldset class="fields">
          <legend>
            {row.cells[0]?.value}, line {row.line}
          </legend>
          {head.cells.map((h, k) => {
            const cell = row.cells[k];
            const wrong = placed.filter((p) => p.at?.row === at && p.at.cell === k).map((p) => p.mark);
            return (
              <label key={k}>
                <span>{h.value}</span>
                <input value={cell?.value ?? ""} readOnly={locked || !cell} aria-invalid={wrong.some((m) => m.severity === "error") || undefined} onInput={(e) => cell && set(setCell(text, cell, e.currentTarget.value))} />
                <Wrong marks={wrong} />
              </label>
            );
          })}
        </fieldset>
      )}
      <label class="finder">
        <span>Find a row</span>
        <input type="search" value={want} onInput={(e) => find(e.currentTarget.value)} />
      </label>
      <p class="note" role="status">
        {hits.length} of {rows.length - 1} rows
      </p>
      <div class="scroll cells" tabIndex={0} role="group" aria-label="Rows of the table">
        <table>
          <thead>
            <tr>
              {head.cells.map((h, k) => (
                <th scope="col" key={k}>
                  {h.value}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hits.slice(0, many).map(({ row, i }) => (
              <tr key={i}>
                {row.cells.map((c, k) =>
                  k === 0 ? (
                    <th scope="row" key={k}>
                      <button type="button" aria-pressed={i === at} onClick={() => choose(i)}>
                        {c.value || `line ${row.line}`}
                      </button>
                    </th>
                  ) : (
                    <td key={k}>{c.value.length > 60 ? `${c.value.slice(0, 60)}…` : c.value}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hits.length > many && (
        <button type="button" onClick={() => more(many + 5 * shown)}>
          More rows
        </button>
      )}
    </>
  );
}

/** A formula as it is written, and in words where the case has words for it. */
function Formula({ text, meta, children }: { text: string; meta: Meta; children: string }) {
  const said = inWords(text, meta.variables);
  return (
    <>
      {children} <code>{text}</code>
      {said !== text && ` (${said})`}
    </>
  );
}

// Kinds of claim that weigh no world, so that the reader of cases takes no interval for them.
const weightless = new Set(["record", "context", "caveat", "quantity"]);

/** The claims of a file: hedge and interval of each as fields. */
export function Claims({ text, set, locked, meta, path, marks }: { text: string; set: (t: string) => void; locked: boolean; meta: Meta; path: string; marks: Mark[] }) {
  const lines = text.split("\n");
  const of = (id: string) => {
    const b = blockOf(lines, id);
    return b ? marks.filter((m) => m.line - 1 >= b[0] && m.line - 1 <= b[1]) : [];
  };
  const claims = meta.claims.filter((c) => c.file === path);
  if (claims.length === 0) return <p>No claim of the case stands in this file.</p>;
  return (
    <ul class="claims">
      {claims.map((c) => {
        const hedge = fieldOf(text, c.id, "hedge");
        const written = fieldOf(text, c.id, "interval");
        const numbers = interval(written);
        const low = numbers[0];
        const high = numbers[numbers.length - 1];
        const put = (lo: number | undefined, hi: number | undefined) => {
          if (lo === undefined || hi === undefined || !Number.isFinite(lo) || !Number.isFinite(hi)) return;
          const middle = numbers.length === 3 ? [Math.min(hi, Math.max(lo, numbers[1]!))] : [];
          set(setField(text, c.id, "interval", `[${[lo, ...middle, hi].join(", ")}]`));
        };
        return (
          <li key={c.id}>
            <p>
              <b>{c.id}</b> {c.paraphrase}
            </p>
            {(c.if || c.then) && (
              <p class="note">
                {c.if && <Formula text={c.if} meta={meta}>if</Formula>} {c.then && <Formula text={c.then} meta={meta}>then</Formula>}
              </p>
            )}
            {weightless.has(c.kind) ? (
              <p class="note">A claim of kind {c.kind} weighs no world: it has no interval.</p>
            ) : (
            <div class="row">
              <label>
                hedge <input value={hedge} size={16} readOnly={locked} onInput={(e) => set(setField(text, c.id, "hedge", e.currentTarget.value.trim()))} />
              </label>
              <label>
                from <input type="number" min={0} max={1} step={0.01} value={low} readOnly={locked} onChange={(e) => put(e.currentTarget.valueAsNumber, high ?? 1)} />
              </label>
              <label>
                to <input type="number" min={0} max={1} step={0.01} value={high} readOnly={locked} onChange={(e) => put(low ?? 0, e.currentTarget.valueAsNumber)} />
              </label>
              {written && !locked && (
                <button type="button" onClick={() => set(setField(text, c.id, "interval", ""))}>
                  {c.hedge ? "As the lexicon reads it" : "No interval"}
                </button>
              )}
              {!written && <span class="note">{hedge ? "as the lexicon reads the hedge" : "no interval of its own"}</span>}
            </div>
            )}
            <Wrong marks={of(c.id)} />
          </li>
        );
      })}
    </ul>
  );
}
