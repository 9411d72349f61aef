import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { atomsOf, changeWords, fieldsOf, firstAtom, freeId, kindOf, placed, speaksOf, whenOf, type Atom, type Choices, type Placed } from "../effects";
import type { Meta } from "../meta";
import { plural } from "../numbers";
import { remember, route } from "../route";
import type { Mark } from "../ui/editor";
import { faulty, Line, Lines, Pick, Words, Wrong } from "../ui/typed";
import { Yaml, type Path } from "../yaml-text";
import { ChangeForm, Figure, letters } from "./edit-change";

export interface Shared {
  y: Yaml;
  set: (text: string) => void;
  locked: boolean;
  meta: Meta;
  choices: Choices;
  at: Placed<Mark>["at"];
}

const conditions = "*none"; // stands for effects without a condition; no variable has such a name

/** The effects of a file: those of a state of a variable to choose from, the chosen one as fields. */
export function Effects({ text, set, locked, meta, choices, marks }: { text: string; set: (t: string) => void; locked: boolean; meta: Meta; choices: Choices; marks: Mark[] }) {
  const y = useMemo(() => new Yaml(text), [text]);
  const [undo, keep] = useState<{ text: string; what: string; after: string } | null>(null);
  const [fresh, born] = useState("");
  const q = route.value.query;
  const variable = q.get("x") ?? "";
  const state = q.get("s") ?? "";
  const n = y.count(["effects"]);
  const ids = Array.from({ length: n }, (_, i) => y.word(["effects", i, "id"]));
  const shown = ids.map((_, i) => i).filter((i) => {
    const when = y.word(["effects", i, "when"]);
    if (variable === "") return true;
    return variable === conditions ? when === "" || when === "false" : speaksOf(when, variable, state);
  });
  // The address names the chosen one; where two have one name, the number tells which.
  const [number, choose] = useState(0);
  const asked = q.get("e") ?? "";
  const chosen = ids[number] === asked ? number : ids.indexOf(asked);
  const one = shown.includes(chosen) ? chosen : (shown[0] ?? -1);
  const at = useMemo(() => placed(y, marks, Array.from({ length: n }, (_, i) => ["effects", i])), [y, marks]);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const ul = list.current?.firstElementChild as HTMLElement | null;
    const li = ul?.querySelector<HTMLElement>("li:has([aria-pressed=true])");
    if (ul && li && (li.offsetTop < ul.scrollTop || li.offsetTop + li.offsetHeight > ul.scrollTop + ul.clientHeight)) ul.scrollTop = li.offsetTop - ul.clientHeight / 3;
  }, [one]);

  if (y.broken !== null || (text.trim() !== "" && y.shape(["effects"]) !== "list" && y.word(["effects"]) !== "")) {
    const line = text.slice(0, y.broken ?? 0).split("\n").length;
    return (
      <div class="trouble">
        <p>{y.broken !== null ? `The text cannot be read as YAML at line ${line}` : "The text is no list of effects"}: mend it in the text, then it is shown as a form again.</p>
        <Wrong marks={marks} />
      </div>
    );
  }
  const go = (i: number, id = ids[i]) => {
    choose(i);
    remember({ e: id ?? null });
  };
  const add = () => {
    const v = meta.variables.find((x) => x.id === variable);
    const id = freeId(y, variable === conditions ? "" : variable, state);
    const when = v ? whenOf([state ? { variable, states: [state] } : firstAtom(v)]) : "";
    const after = shown.length > 0 ? shown[shown.length - 1]! : n - 1;
    set(y.append(["effects"], [`id: ${id}`, ...(when ? [`when: ${when}`] : []), "why: {letter: c, reason: \"\"}", "changes:", "- close: {link: \"\"}"], after));
    born(id);
    go(n === 0 ? 0 : after + 1, id);
  };
  const remove = (i: number) => {
    const after = y.drop(["effects", i]);
    keep({ text, what: `The effect ${ids[i]} is removed.`, after });
    set(after);
    go(Math.max(0, i - 1), ids[i === 0 ? 1 : i - 1]);
    list.current?.focus();
  };
  const states = meta.variables.find((x) => x.id === variable)?.states ?? [];
  return (
    <div class="effects">
      <div class="row">
        <label class="typed">
          <span>Variable</span>
          <select value={variable} onChange={(e) => remember({ x: e.currentTarget.value, s: null })}>
            <option value="">all effects</option>
            {meta.variables.map((x) => (
              <option key={x.id} value={x.id}>
                {x.name}
              </option>
            ))}
            <option value={conditions}>without a condition</option>
          </select>
        </label>
        {states.length > 0 && (
          <label class="typed">
            <span>State</span>
            <select value={state} onChange={(e) => remember({ s: e.currentTarget.value })}>
              <option value="">any state</option>
              {states.map((s) => (
                <option key={s} value={s}>
                  {s}
                </option>
              ))}
            </select>
          </label>
        )}
        {!locked && (
          <button type="button" onClick={add}>
            Add an effect{states.length > 0 ? ` of ${state ? `${variable}=${state}` : variable}` : ""}
          </button>
        )}
      </div>
      {undo && undo.after === text && (
        <p role="status">
          {undo.what}{" "}
          <button type="button" onClick={() => set(undo.text)}>
            Bring it back
          </button>
        </p>
      )}
      <div ref={list} tabIndex={-1} role="group" aria-label="Effects">
        <ul class="effectlist">
          {shown.map((i) => (
            <li key={i}>
              <button type="button" aria-pressed={i === one} onClick={() => go(i)}>
                {y.word(["effects", i, "name"]) || ids[i] || "without a name"}
              </button>
              {faulty(at.at(["effects", i])) && <b class="fault"> has an error</b>}
            </li>
          ))}
        </ul>
        {shown.length === 0 && <p class="note">{n === 0 ? "No state has an effect yet." : "No effect's condition speaks of this. The state acts through other variables alone, or through nothing."}</p>}
      </div>
      {one >= 0 && (
        <OneEffect
          key={one}
          path={["effects", one]}
          y={y}
          set={set}
          locked={locked}
          meta={meta}
          choices={choices}
          marks={marks}
          fresh={ids[one] === fresh}
          renamed={(id) => remember({ e: id })}
          remove={n > 1 ? () => remove(one) : null}
          gone={(t, what) => keep({ text, what, after: t })}
        />
      )}
    </div>
  );
}

function OneEffect({ path, marks, fresh, renamed, remove, gone, ...given }: Omit<Shared, "at"> & { path: Path; marks: Mark[]; fresh: boolean; renamed: (id: string) => void; remove: (() => void) | null; gone: (text: string, what: string) => void }) {
  const { y, set, locked, meta, choices } = given;
  const fields = useMemo(() => placed(y, marks, fieldsOf(y, choices, path)), [y, marks, choices]);
  const s: Shared = { ...given, at: fields.at };
  const in_ = (...k: (string | number)[]): Path => [...path, ...k];
  const changes = in_("changes");
  const n = y.count(changes);
  const [open, unfold] = useState<number>(n === 1 || fresh ? 0 : -1);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (fresh) head.current?.parentElement?.querySelector("input")?.focus();
  }, [fresh]);
  const optional = (p: Path, v: string, as: "words" | "word" = "word") => set(v === "" ? y.drop(p) : y.set(p, v, as));
  const word = (label: string, p: Path, more: object = {}) => <Line label={label} value={y.word(p)} put={(v) => optional(p, v)} locked={locked} marks={s.at(p)} {...more} />;
  const id = y.word(in_("id"));
  const add = () => {
    const last = n > 0 ? kindOf(choices, y, [...changes, n - 1]) : undefined;
    const kind = last ?? choices.changes[0]!;
    set(y.append(changes, [`${kind.op}: {${kind.acts[0]}: ${["markets", "origins", "areas"].includes(kind.acts[0]!) ? "[]" : '""'}}`, ...(kind.words ? [`set: ${kind.words[0]}`] : kind.hows ? ['times: ""'] : [])]));
    unfold(n);
  };
  return (
    <section class="effect" aria-label={`Effect ${id}`}>
      <h3 ref={head}>{y.word(in_("name")) || id || "A new effect"}</h3>
      <Wrong marks={s.at(path)} />
      <div class="fields">
        <Line label="Id" value={id} required put={(v) => (set(y.set(in_("id"), v)), renamed(v))} locked={locked} marks={s.at(in_("id"))} />
        <Line label="Name" value={y.word(in_("name"))} put={(v) => optional(in_("name"), v, "words")} locked={locked} marks={s.at(in_("name"))} broad />
        <Condition s={s} path={in_("when")} />
        <Figure s={s} path={in_("share_of_year")} label="Share of the year" hint="how much of the year it lasts, from above 0 to 1; empty: the whole year" optional />
      </div>
      <h4>What it rests on</h4>
      <div class="fields">
        {word("Clause", in_("why", "clause"), { choices: choices.clauses, hint: choices.clauses.find((c) => c.id === y.word(in_("why", "clause")))?.name })}
        {word("Claim", in_("why", "claim"), { choices: meta.claims.map((c) => ({ id: c.id, name: c.paraphrase })), hint: meta.claims.find((c) => c.id === y.word(in_("why", "claim")))?.paraphrase })}
        <Words label="Sources" words={y.words(in_("why", "source"))} put={(w) => set(y.setWords(in_("why", "source"), w))} locked={locked} choices={meta.sources.map((x) => ({ id: x.id, name: `${x.publisher}: ${x.title}` }))} marks={s.at(in_("why", "source"))} />
        <Pick label="Letter" value={y.word(in_("why", "letter"))} put={(v) => optional(in_("why", "letter"), v)} locked={locked} choices={letters} none="none" marks={s.at(in_("why", "letter"))} />
        <Lines label="Reason" value={y.word(in_("why", "reason")).replace(/\n$/, "")} put={(v) => optional(in_("why", "reason"), v, "words")} locked={locked} marks={s.at(in_("why", "reason"))} />
      </div>
      <h4>{plural(n, "change", "changes")}, in this order</h4>
      <ol class="changes">
        {Array.from({ length: n }, (_, i) => {
          const change = [...changes, i];
          const wrong = marksWithin(y, marks, change);
          return (
            <li key={i}>
              <button type="button" class="fold" aria-expanded={open === i} onClick={() => unfold(open === i ? -1 : i)}>
                {changeWords(choices, y, change)}
              </button>
              {faulty(wrong) && <b class="fault"> has an error</b>}
              {open === i && (
                <ChangeForm
                  s={s}
                  path={change}
                  letter={y.word(in_("why", "letter"))}
                  earlier={i > 0 ? () => (set(y.swap(changes, i)), unfold(i - 1)) : null}
                  later={i < n - 1 ? () => (set(y.swap(changes, i + 1)), unfold(i + 1)) : null}
                  remove={
                    n > 1
                      ? () => {
                          const t = y.drop(change);
                          gone(t, `The change “${changeWords(choices, y, change)}” is removed.`);
                          set(t);
                          unfold(-1);
                          head.current?.focus();
                        }
                      : null
                  }
                />
              )}
            </li>
          );
        })}
      </ol>
      {!locked && (
        <div class="row">
          <button type="button" onClick={add}>
            Add a change
          </button>
          {remove && (
            <button type="button" onClick={remove}>
              Remove this effect
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function marksWithin(y: Yaml, marks: Mark[], path: Path): Mark[] {
  const r = y.range(path);
  return r ? marks.filter((m) => ((at) => r[0] <= at && at <= r[1])(y.offset(m.line, m.column))) : [];
}

/** The condition: one thing beside another to choose, and as text. */
function Condition({ s, path }: { s: Shared; path: Path }) {
  const { y, set, locked, meta } = s;
  const when = y.word(path);
  const atoms = atomsOf(when);
  const put = (a: Atom[]) => set(a.length === 0 ? y.drop(path) : y.set(path, whenOf(a)));
  const free = meta.variables.filter((v) => !atoms?.some((a) => a.variable === v.id));
  return (
    <fieldset class="condition wide">
      <legend>It holds where</legend>
      {atoms?.map((a, i) => {
        const v = meta.variables.find((x) => x.id === a.variable);
        const states = [...(v?.states ?? []), ...a.states.filter((x) => !v?.states.includes(x))];
        const change = (b: Atom) => put(atoms.map((x, k) => (k === i ? b : x)));
        return (
          <div class="row" key={i} role="group" aria-label={v?.name ?? a.variable}>
            <select aria-label={`Variable ${i + 1} of the condition`} value={a.variable} disabled={locked} onChange={(e) => change(firstAtom(meta.variables.find((x) => x.id === e.currentTarget.value)!))}>
              {!v && <option value={a.variable}>{a.variable}</option>}
              {meta.variables
                .filter((x) => x.id === a.variable || free.includes(x))
                .map((x) => (
                  <option key={x.id} value={x.id}>
                    {x.name}
                  </option>
                ))}
            </select>{" "}
            is
            {states.map((st) => (
              <label key={st} class="state">
                <input
                  type="checkbox"
                  checked={a.states.includes(st)}
                  disabled={locked || (a.states.length === 1 && a.states[0] === st)}
                  onChange={(e) => change({ ...a, states: e.currentTarget.checked ? states.filter((x) => x === st || a.states.includes(x)) : a.states.filter((x) => x !== st) })}
                />{" "}
                {st}
              </label>
            ))}
            {!locked && (
              <button type="button" aria-label={`Take ${v?.name ?? a.variable} out of the condition`} onClick={() => put(atoms.filter((_, k) => k !== i))}>
                ×
              </button>
            )}
          </div>
        );
      })}
      {atoms?.length === 0 && <p class="note">No condition: it acts only where case.yaml names it among the conditions of a year.</p>}
      <div class="row">
        {atoms && !locked && free.length > 0 && (
          <button type="button" onClick={() => put([...atoms, firstAtom(free[0]!)])}>
            {atoms.length === 0 ? "Add a condition" : "And…"}
          </button>
        )}
        <Line label="As text" value={when} put={(v) => set(v === "" ? y.drop(path) : y.set(path, v))} locked={locked} marks={s.at(path)} size={44} />
      </div>
    </fieldset>
  );
}

