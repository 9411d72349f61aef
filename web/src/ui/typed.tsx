// Fields of a form over a text: what is typed stays as it is typed, what it says goes into the
// text at once, without the space around it.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Mark } from "./editor";
import "./typed.css";

export interface Choice {
  id: string;
  name?: string;
}

/** What is wrong with a field, below it. */
export function Wrong({ marks, id }: { marks: readonly Mark[]; id?: string }) {
  if (marks.length === 0) return null;
  const said = new Map(marks.map((m) => [`${m.message}${m.hint ? `; ${m.hint}` : ""}`, m.severity])); // what is said twice stands once
  return (
    <span class="wrong" id={id}>
      {[...said].map(([text, severity]) => (
        <small key={text} class={severity}>
          {text}
        </small>
      ))}
    </span>
  );
}

export const faulty = (marks: readonly Mark[]): boolean => marks.some((m) => m.severity === "error");

/** What is typed, and how it follows a value that changes elsewhere. */
function useTyped(value: string, put: (v: string) => void) {
  const [typed, type] = useState(value);
  const sent = useRef(value);
  // Before the next key: later, what was typed since would be taken for an older text.
  useLayoutEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    type(value);
  }, [value]);
  return {
    typed,
    input: (v: string) => {
      type(v);
      sent.current = v.trim();
      put(sent.current);
    },
    leave: () => {
      sent.current = value;
      type(value);
    },
  };
}

/** A word or a line. */
export function Line({ label, value, put, locked, marks = [], choices, hint, size, required, broad }: { label: string; value: string; put: (v: string) => void; locked: boolean; marks?: readonly Mark[]; choices?: readonly Choice[]; hint?: ComponentChildren; size?: number; required?: boolean; broad?: boolean }) {
  const id = useId();
  const { typed, input, leave } = useTyped(value, put);
  const says = [hint ? `${id}h` : "", marks.length > 0 ? `${id}w` : ""].filter(Boolean).join(" ");
  return (
    <label class={broad ? "typed broad" : "typed"}>
      <span id={`${id}n`}>{label}</span>
      <input
        aria-labelledby={`${id}n`}
        value={typed}
        size={size ?? 20}
        readOnly={locked}
        required={required}
        spellcheck={false}
        autocomplete="off"
        list={choices && !locked ? `${id}l` : undefined}
        aria-invalid={faulty(marks) || undefined}
        aria-describedby={says || undefined}
        onInput={(e) => input(e.currentTarget.value)}
        onBlur={leave}
      />
      {choices && !locked && (
        <datalist id={`${id}l`}>
          {choices.map((c) => (
            <option key={c.id} value={c.id}>
              {c.name}
            </option>
          ))}
        </datalist>
      )}
      {hint && (
        <small class="note" id={`${id}h`}>
          {hint}
        </small>
      )}
      <Wrong marks={marks} id={`${id}w`} />
    </label>
  );
}

/** Some sentences. */
export function Lines({ label, value, put, locked, marks = [] }: { label: string; value: string; put: (v: string) => void; locked: boolean; marks?: readonly Mark[] }) {
  const id = useId();
  const { typed, input, leave } = useTyped(value, put);
  return (
    <label class="typed wide">
      <span id={`${id}n`}>{label}</span>
      <textarea aria-labelledby={`${id}n`} value={typed} rows={Math.min(8, Math.max(2, Math.ceil(typed.length / 90)))} readOnly={locked} aria-invalid={faulty(marks) || undefined} aria-describedby={marks.length > 0 ? `${id}w` : undefined} onInput={(e) => input(e.currentTarget.value)} onBlur={leave} />
      <Wrong marks={marks} id={`${id}w`} />
    </label>
  );
}

/** One of a few words; a word that is none of them stays and is shown. */
export function Pick({ label, value, put, locked, choices, marks = [], none, broad }: { label: string; value: string; put: (v: string) => void; locked: boolean; choices: readonly Choice[]; marks?: readonly Mark[]; none?: string; broad?: boolean }) {
  const id = useId();
  const known = choices.some((c) => c.id === value) || (none !== undefined && value === "");
  return (
    <label class={broad ? "typed broad" : "typed"}>
      <span id={`${id}n`}>{label}</span>
      <select aria-labelledby={`${id}n`} value={value} disabled={locked} aria-invalid={faulty(marks) || undefined} aria-describedby={marks.length > 0 ? `${id}w` : undefined} onChange={(e) => put(e.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {!known && <option value={value}>{value || "not chosen yet"}</option>}
        {choices.map((c) => (
          <option key={c.id} value={c.id}>
            {c.name ?? c.id}
          </option>
        ))}
      </select>
      <Wrong marks={marks} id={`${id}w`} />
    </label>
  );
}

/** A list of words: those that are there, each to be taken out, and a field to add one. */
export function Words({ label, words, put, locked, choices, marks = [], name }: { label: string; words: readonly string[]; put: (w: string[]) => void; locked: boolean; choices: readonly Choice[]; marks?: readonly Mark[]; name?: (id: string) => string }) {
  const id = useId();
  const [typed, type] = useState("");
  const add = () => {
    const w = typed.trim();
    type("");
    if (w !== "" && !words.includes(w)) put([...words, w]);
  };
  return (
    <div class="typed" role="group" aria-labelledby={`${id}n`}>
      <span id={`${id}n`}>{label}</span>
      <ul class="chips">
        {words.map((w) => (
          <li key={w}>
            {w} {name?.(w) && <small>{name(w)}</small>}
            {!locked && (
              <button type="button" aria-label={`Take ${w} out of ${label}`} onClick={() => put(words.filter((x) => x !== w))}>
                ×
              </button>
            )}
          </li>
        ))}
        {words.length === 0 && <li class="note">none</li>}
      </ul>
      {!locked && (
        <div class="row add">
          <input
            aria-label={`Add to ${label}`}
            value={typed}
            list={`${id}l`}
            size={14}
            spellcheck={false}
            autocomplete="off"
            aria-invalid={faulty(marks) || undefined}
            aria-describedby={marks.length > 0 ? `${id}w` : undefined}
            onInput={(e) => type(e.currentTarget.value)}
            onKeyDown={(e) => {
              if (e.key !== "Enter") return;
              e.preventDefault();
              add();
            }}
          />
          <button type="button" disabled={typed.trim() === ""} onClick={add}>
            Add<span class="unseen"> to {label}</span>
          </button>
          <datalist id={`${id}l`}>
            {choices.map((c) => (
              <option key={c.id} value={c.id}>
                {c.name}
              </option>
            ))}
          </datalist>
        </div>
      )}
      <Wrong marks={marks} id={`${id}w`} />
    </div>
  );
}
