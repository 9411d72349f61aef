import type { ComponentChildren } from "preact";
import { keyOf, kindOf, moreKeys, nameOf, networkOf, rowsOf, unitOf, type ChangeKind } from "../effects";
import { Line, Pick, Words, Wrong } from "../ui/typed";
import { Yaml, type Path } from "../yaml-text";
import type { Shared } from "./edit-effects";

export const letters = [
  { id: "a", name: "a: read in the source" },
  { id: "m", name: "m: computed from the source" },
  { id: "b", name: "b: own knowledge" },
  { id: "c", name: "c: an estimate" },
];

const kinds: Record<string, string> = {
  open: "open: make usable",
  close: "close: make unusable",
  hours: "hours",
  spread: "spread of hours",
  money: "money: tariffs, fees, charges",
  capacity: "capacity",
  demand: "demand",
  rule: "rule, on or off",
  coupling: "coupling of a tie",
  load: "load of power or gas",
  cost: "cost or price of power or gas",
  join: "join areas of power",
  sale: "sale of gas, on or off",
};

const hows: Record<string, string> = { set: "becomes", add: "grows by", times: "times" };

/** One change: its kind, what it acts on, and by how much. */
export function ChangeForm({ s, path, letter, earlier, later, remove }: { s: Shared; path: Path; letter: string; earlier: (() => void) | null; later: (() => void) | null; remove: (() => void) | null }) {
  const { y, set, locked, choices } = s;
  const kind = kindOf(choices, y, path);
  const how = ["set", "add", "times"].find((h) => y.has([...path, h]));
  if (!kind) return <p class="trouble">This change has no kind that the form knows: see the text.</p>;
  const become = (op: string) => {
    const next = choices.changes.find((k) => k.op === op)!;
    let z = new Yaml(y.rename([...path, kind.op], op));
    if (!next.hows && how) z = new Yaml(z.drop([...path, how]));
    if (next.words && how !== "set") z = new Yaml(how ? z.rename([...path, how], "set") : z.set([...path, "set"], next.words[0]!));
    if (next.words && !next.words.includes(z.word([...path, "set"]))) z = new Yaml(z.put([...path, "set"], next.words[0]!));
    if (next.hows && !next.words && (!how || kind.words)) z = new Yaml(how ? z.put([...path, how], '""') : z.set([...path, "times"], ""));
    set(z.text);
  };
  const selector = [...path, kind.op];
  const keys = y.keys(selector);
  const unit = how && how !== "times" ? unitOf(choices, kind, keys.map((k) => [k, y.word([...selector, k])] as const)) : undefined;
  return (
    <div class="change">
      <Wrong marks={s.at(path)} />
      <div class="fields">
        <Pick label="Kind" broad value={kind.op} put={become} locked={locked} choices={choices.changes.map((k) => ({ id: k.op, name: kinds[k.op] ?? k.op }))} />
        <p class="note wide">{kind.about}</p>
        <Selector s={s} path={selector} kind={kind} />
        {kind.words ? (
          <Pick label={hows.set!} value={y.word([...path, "set"])} put={(v) => set(y.set([...path, "set"], v))} locked={locked} choices={kind.words.map((id) => ({ id }))} marks={s.at([...path, "set"])} />
        ) : (
          kind.hows && (
            <>
              <Pick label="How" value={how ?? ""} put={(h) => set(how ? y.rename([...path, how], h) : y.set([...path, h], ""))} locked={locked} choices={kind.hows.map((id) => ({ id, name: hows[id]! }))} />
              {how && <Figure s={s} path={[...path, how]} label={how === "times" ? "Factor" : "Amount"} hint={how === "times" ? "1 changes nothing" : unit === undefined ? "" : unit === "" ? "a plain number" : `in ${unit}; another unit is written behind the number`} letter={letter} />}
            </>
          )
        )}
      </div>
      {!locked && (
        <div class="row">
          {earlier && (
            <button type="button" onClick={earlier}>
              Earlier
            </button>
          )}
          {later && (
            <button type="button" onClick={later}>
              Later
            </button>
          )}
          {remove && (
            <button type="button" onClick={remove}>
              Remove this change
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** What a change acts on: the keys that it selects by, each with what the case has. */
function Selector({ s, path, kind }: { s: Shared; path: Path; kind: ChangeKind }) {
  const { y, set, locked, choices } = s;
  const keys = y.keys(path);
  const network = networkOf(choices, kind, keys);
  const more = moreKeys(choices, kind, keys);
  return (
    <fieldset class="selector wide">
      <legend>What it acts on{keys.length > 1 ? ": what all of these pick out" : ""}</legend>
      {keys.map((k) => {
        const key = keyOf(choices, k);
        const at = [...path, k];
        const rows = rowsOf(key, network);
        const marks = s.at(at);
        return (
          <div class="key" key={k}>
            {key?.words ? (
              <Pick label={k} value={y.word(at)} put={(v) => set(y.set(at, v))} locked={locked} choices={key.words.map((id) => ({ id }))} marks={marks} />
            ) : key?.many ? (
              <Words label={k} words={y.words(at)} put={(w) => set(w.length === 0 ? y.put(at, "[]") : y.setWords(at, w))} locked={locked} choices={rows} marks={marks} name={(id) => nameOf(rows, id)} />
            ) : (
              <Line label={k} value={y.word(at)} put={(v) => set(y.set(at, v))} locked={locked} choices={rows} marks={marks} hint={nameOf(rows, y.word(at)) || (rows.length === 0 ? "the case has none" : undefined)} />
            )}
            {!locked && keys.length > 1 && (
              <button type="button" aria-label={`Take ${k} out`} onClick={() => set(y.drop(at))}>
                ×
              </button>
            )}
          </div>
        );
      })}
      {!locked && more.length > 0 && (
        <label class="typed">
          <span>{keys.length === 0 ? "Choose what" : "Narrow it down by"}</span>
          <select
            value=""
            onChange={(e) => {
              const k = e.currentTarget.value;
              if (k) set(y.put([...path, k], keyOf(choices, k)?.many ? "[]" : (keyOf(choices, k)?.words?.[0] ?? '""')));
              e.currentTarget.value = "";
            }}
          >
            <option value="">…</option>
            {more.map((k) => (
              <option key={k} value={k}>
                {k}: {keyOf(choices, k)?.about}
              </option>
            ))}
          </select>
        </label>
      )}
    </fieldset>
  );
}

/** A number with its range, and what backs it. */
export function Figure({ s, path, label, hint, letter = "", optional = false }: { s: Shared; path: Path; label: string; hint?: ComponentChildren; letter?: string; optional?: boolean }) {
  const { y, set, locked, meta } = s;
  const marks = s.at(path);
  const shape = y.shape(path);
  const n = y.count(path);
  const range = shape === "word" && /\.\.|\d\s*[-–]\s*\d/.test(y.word(path));
  const middle: Path | null = shape === "record" ? [...path, "value"] : shape === "list" ? (n === 3 ? [...path, 1] : null) : path;
  const end = (k: "low" | "high"): Path => (shape === "list" ? [...path, k === "low" ? 0 : n - 1] : [...path, k]);
  const putEnd = (k: "low" | "high", v: string) => {
    if (shape === "word") return v === "" ? undefined : set(new Yaml(y.wrap(path, "value")).set([...path, k], v));
    if (shape === "none") return v === "" ? undefined : set(y.set([...path, k], v));
    return set(v === "" && shape === "record" ? y.drop(end(k)) : y.set(end(k), v));
  };
  const backing = (k: "letter" | "note", v: string) => {
    if (v === "") return set(y.drop([...path, k]));
    return set((shape === "word" ? new Yaml(y.wrap(path, "value")) : y).set([...path, k], v, k === "note" ? "words" : "word"));
  };
  const putMiddle = (v: string) => set(v === "" && optional ? y.drop(path) : y.set(middle!, v));
  return (
    <div class="figure wide" role="group" aria-label={label}>
      {middle && <Line label={range ? `${label}, with its range` : label} value={y.word(middle)} size={10} put={putMiddle} locked={locked} />}
      {!range && (
        <>
          <Line label="Low" value={shape === "word" || shape === "none" ? "" : y.word(end("low"))} size={10} put={(v) => putEnd("low", v)} locked={locked} />
          <Line label="High" value={shape === "word" || shape === "none" ? "" : y.word(end("high"))} size={10} put={(v) => putEnd("high", v)} locked={locked} />
        </>
      )}
      {hint && <small class="note">{hint}</small>}
      <Wrong marks={marks} />
      {(shape === "record" || shape === "word") && !range && (
        <details>
          <summary>Letter, source and note of this number{y.word([...path, "letter"]) ? `: ${y.word([...path, "letter"])}` : ""}</summary>
          <div class="fields">
            <Pick label="Letter" value={shape === "record" ? y.word([...path, "letter"]) : ""} put={(v) => backing("letter", v)} locked={locked} choices={letters} none={letter ? `as the effect: ${letter}` : "as the effect"} />
            <Words
              label="Sources"
              words={shape === "record" ? y.words([...path, "source"]) : []}
              put={(w) => set((shape === "word" ? new Yaml(y.wrap(path, "value")) : y).setWords([...path, "source"], w))}
              locked={locked}
              choices={meta.sources.map((x) => ({ id: x.id, name: `${x.publisher}: ${x.title}` }))}
            />
            <Line label="Note" value={shape === "record" ? y.word([...path, "note"]) : ""} put={(v) => backing("note", v)} locked={locked} broad />
          </div>
        </details>
      )}
    </div>
  );
}
