import { useEffect, useRef, useState } from "preact/hooks";
import { of, post, Problem, put, type CaseRow } from "../api";
import { draftKey, draftsOf, draftTurn, dropDraft, keepDraft, readDraft } from "../drafts";
import type { Meta } from "../meta";
import { remember, route, to } from "../route";
import type { Choices } from "../effects";
import { plural } from "../numbers";
import { Editor } from "../ui/editor";
import { useLoad } from "../ui/load";
import { Trouble } from "../ui/trouble";
import { Effects } from "./edit-effects";
import { Cells, Claims } from "./edit-forms";
import { address, Merge, useChecks, Versions, type Conflict, type Diagnostic, type FileInfo, type FileText } from "./edit-parts";
import { RemoveFile, Removed } from "./edit-remove";
import { SolveAgain } from "./edit-solve";
import "./edit.css";

/** The files of a case: read, and changed in a copy, with the checks live and every version kept. */
export function EditPage({ name }: { name: string }) {
  const cases = useLoad<CaseRow[]>("cases");
  const files = useLoad<FileInfo[]>(of(name, "files"));
  if (cases.error) return <Trouble error={cases.error} again={cases.again} />;
  if (files.error) return <Trouble error={files.error} again={files.again} />;
  const row = cases.data?.find((c) => c.name === name);
  if (!files.data || !cases.data) return <p class="waiting">Reading the files…</p>;
  if (!row) return <Trouble error={`There is no case ${name} here.`} />;
  const asked = route.value.query.get("f") ?? "case.yaml";
  draftTurn.value; // the list of files tells which have drafts
  const locked = row.kind === "shipped";
  const there = new Set(files.data.map((f) => f.path));
  const drafts = new Set(locked ? [] : draftsOf(name));
  // A file that is begun is on the list before it is saved.
  const begun = [...drafts].filter((p) => !there.has(p));
  if (!locked && !there.has(asked) && route.value.query.has("new") && !begun.includes(asked)) begun.push(asked);
  const all = [...there, ...begun].sort();
  const path = all.includes(asked) ? asked : (all[0] ?? "");
  const saved = () => {
    files.again();
    cases.again();
  };
  const removed = (p: string, version: number) => {
    location.hash = to(name, "edit", [], { removed: p, version: String(version) });
    saved();
  };
  const gone = route.value.query.get("removed");
  const label = (p: string) => (drafts.has(p) ? `${p} (draft)` : begun.includes(p) ? `${p} (new)` : p);
  return (
    <section class="page">
      <h1>Edit</h1>
      {locked && <CopyFirst name={name} path={path} />}
      {gone && !there.has(gone) && (
        <p role="status">
          {gone} is removed from the case (version {route.value.query.get("version")}). Its text is kept: it is among the removed files below.
        </p>
      )}
      <label class="filepick">
        <span>File</span>
        <select value={path} onChange={(e) => remember({ f: e.currentTarget.value })}>
          {all.map((p) => (
            <option key={p} value={p}>
              {label(p)}
            </option>
          ))}
        </select>
      </label>
      <div class="editing">
        <nav aria-label="Files">
          <ul class="filelist">
            {all.map((p) => (
              <li key={p}>
                <a href={to(name, "edit", [], { f: p, ...(there.has(p) ? {} : { new: "1" }) })} aria-current={p === path ? "page" : undefined}>
                  {label(p)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <OneFile key={`${name}:${path}`} name={name} path={path} locked={locked} fresh={!there.has(path)} saved={saved} removed={removed} />
      </div>
      {!locked && <NewFile name={name} />}
      {!locked && <Removed name={name} there={there} back={saved} />}
      {!locked && <SolveAgain row={row} drafts={[...drafts]} solved={cases.again} />}
    </section>
  );
}

function CopyFirst({ name, path }: { name: string; path: string }) {
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const copy = () => {
    work(true);
    fail(null);
    post<CaseRow>(of(name, "copy"), {}).then(
      (c) => {
        location.hash = to(c.name, "edit", [], { f: path });
      },
      (e: unknown) => {
        work(false);
        fail(e);
      },
    );
  };
  return (
    <div class="row">
      <p>This case ships with astara and stays as it is. To change something, make a copy of your own.</p>
      <button type="button" class="main" disabled={busy} onClick={copy}>
        Copy and edit
      </button>
      {error !== null && <Trouble error={error} />}
    </div>
  );
}

/** Begins a file that the case has not yet, under a name that the reader of cases knows. */
function NewFile({ name }: { name: string }) {
  const [path, type] = useState("");
  const [error, fail] = useState<unknown>(null);
  const begin = (e: Event) => {
    e.preventDefault();
    const p = path.trim();
    fail(null);
    post<Diagnostic[]>(address(name, "try", p), { text: "" }).then(() => {
      location.hash = to(name, "edit", [], { f: p, new: "1" });
      type("");
    }, fail);
  };
  return (
    <details class="newfile">
      <summary>A new file</summary>
      <form class="row" onSubmit={begin}>
        <label>
          Its name, as claims/novak.yaml or freight/rule.csv <input value={path} required maxLength={200} spellcheck={false} autocomplete="off" onInput={(e) => type(e.currentTarget.value)} />
        </label>
        <button type="submit">Begin it</button>
      </form>
      {error !== null && <Trouble error={error} />}
    </details>
  );
}

interface Given {
  name: string;
  path: string;
  locked: boolean;
  saved: () => void;
  removed: (path: string, version: number) => void;
}

function OneFile({ fresh, ...given }: Given & { fresh: boolean }) {
  const { name, path } = given;
  const [begun] = useState(fresh); // stays, once the file is saved
  const file = useLoad<FileText>(begun ? null : address(name, "file", path));
  if (begun) return <Opened {...given} first={{ path, text: "", sha256: "" }} />;
  if (file.error) return <Trouble error={file.error} again={file.again} />;
  if (!file.data) return <p class="waiting">Reading {path}…</p>;
  return <Opened {...given} first={file.data} />;
}

function Opened({ name, path, locked, first, saved, removed }: Given & { first: FileText }) {
  const [draft] = useState(() => (locked ? null : readDraft(name, path)));
  const restored = draft !== null && draft.text !== first.text;
  const [text, write] = useState(restored ? draft.text : first.text);
  const [base, rebase] = useState({ sum: restored ? draft.sum : first.sha256, text: first.text });
  const [said, say] = useState(restored ? `A draft of ${new Date(draft.time).toLocaleString("en-GB")} that was not saved is shown.` : "");
  const [conflict, clash] = useState<Conflict | null>(null);
  const [error, fail] = useState<unknown>(null);
  const [busy, work] = useState(false);
  const [about, tell] = useState("");
  const [elsewhere, seen] = useState(false);
  const [round, next] = useState(0);
  const { marks, others, checking } = useChecks(name, path, text, round);
  const hasForm = path.startsWith("claims/") || path === "effects.yaml";
  const meta = useLoad<Meta>(hasForm ? of(name) : null);
  const choices = useLoad<Choices>(path === "effects.yaml" ? of(name, "effect-choices") : null);
  const q = route.value.query;
  const views = ["text", ...(path.endsWith(".csv") ? ["table"] : []), ...(path.startsWith("claims/") ? ["claims"] : []), ...(path === "effects.yaml" ? ["effects"] : [])];
  const view = views.includes(q.get("v") ?? "") ? q.get("v")! : "text";
  const changed = text !== base.text;

  useEffect(() => {
    const listen = (e: StorageEvent) => {
      if (e.key === draftKey(name, path) && e.newValue !== null) seen(true);
    };
    addEventListener("storage", listen);
    return () => removeEventListener("storage", listen);
  }, [name, path]);

  const latest = useRef(text); // while a save is under way, what has been typed since
  latest.current = text;
  const change = (t: string) => {
    latest.current = t;
    write(t);
    say("");
    if (locked) return;
    if (t === base.text) dropDraft(name, path);
    else if (!keepDraft(name, path, { text: t, sum: base.sum, time: new Date().toISOString() })) say("The browser keeps no drafts here: save soon.");
  };
  const save = () => {
    if (locked || busy) return;
    work(true);
    fail(null);
    const sent = text;
    put<{ version: number; sha256: string; diagnostics: Diagnostic[] }>(address(name, "file", path), { text: sent, sha256: base.sum, about }).then(
      (r) => {
        work(false);
        rebase({ sum: r.sha256, text: sent });
        clash(null);
        tell("");
        if (latest.current === sent) dropDraft(name, path);
        else keepDraft(name, path, { text: latest.current, sum: r.sha256, time: new Date().toISOString() });
        saved();
        const errors = r.diagnostics.filter((d) => d.severity === "error").length;
        say(`Saved as version ${r.version}.${errors > 0 ? ` The case has ${errors} ${errors === 1 ? "error" : "errors"}: it cannot be solved until ${errors === 1 ? "it is" : "they are"} mended.` : ""}`);
        next((n) => n + 1);
      },
      (e: unknown) => {
        work(false);
        const body = e instanceof Problem && e.status === 409 ? (e.body as Conflict | null) : null;
        if (body && typeof body.merged === "string") clash(body);
        else fail(e);
      },
    );
  };
  const resolve = (t: string, c: Conflict, what: string) => {
    rebase({ sum: c.sha256, text: c.theirs });
    write(t);
    keepDraft(name, path, { text: t, sum: c.sha256, time: new Date().toISOString() });
    clash(null);
    say(what);
  };
  const drop = () => {
    // A restored draft may stem from an older text than the one that is shown once it is gone.
    if (base.text === first.text) rebase({ sum: first.sha256, text: first.text });
    change(base.text);
  };
  const keys = (e: KeyboardEvent) => {
    if ((e.ctrlKey || e.metaKey) && e.key === "s") {
      e.preventDefault();
      save();
    }
  };
  const errors = marks.filter((m) => m.severity === "error").length;
  const elsewhereErrors = others.filter((m) => m.severity === "error");
  return (
    <div onKeyDown={keys}>
      <h2>{path}</h2>
      {views.length > 1 && (
        <div class="row" role="group" aria-label="Show as">
          {views.map((v) => (
            <button key={v} type="button" aria-pressed={v === view} onClick={() => remember({ v: v === "text" ? null : v })}>
              {v}
            </button>
          ))}
        </div>
      )}
      {elsewhere && <p class="trouble">This file is being changed in another tab too. Whoever saves last is shown both changes.</p>}
      {conflict && <Merge c={conflict} mine={text} resolve={resolve} />}
      {view === "text" && <Editor text={text} set={change} marks={marks} locked={locked} label={`Text of ${path}`} />}
      {view === "table" && <Cells text={text} set={change} locked={locked} marks={marks} />}
      {view === "claims" && (meta.data ? <Claims text={text} set={change} locked={locked} meta={meta.data} path={path} marks={marks} /> : <p class="waiting">Reading the claims…</p>)}
      {view === "effects" && (meta.data && choices.data ? <Effects text={text} set={change} locked={locked} meta={meta.data} choices={choices.data} marks={marks} /> : (meta.error ?? choices.error) ? <Trouble error={meta.error ?? choices.error} again={() => (meta.again(), choices.again())} /> : <p class="waiting">Reading what effects may act on…</p>)}
      <p class="note" role="status">
        {checking ? "Checking…" : errors > 0 ? `${errors} ${errors === 1 ? "error" : "errors"} in this file` : "No error in this file"}
        {view !== "text" && view !== "effects" && marks.length > 0 ? `: ${marks.map((m) => `line ${m.line}: ${m.message}`).slice(0, 3).join("; ")}` : ""}
        {!checking && elsewhereErrors.length > 0 && (
          <>
            ; with it the case has {plural(elsewhereErrors.length, "error", "errors")} in other files:{" "}
            {elsewhereErrors.slice(0, 3).map((m, i) => (
              <span key={i}>
                {i > 0 ? "; " : ""}
                <a href={to(name, "edit", [], { f: m.file })}>
                  {m.file}:{m.line}
                </a>{" "}
                {m.message}
              </span>
            ))}
          </>
        )}
      </p>
      {!locked && (
        <div class="row">
          <label>
            What was done <input value={about} maxLength={200} onInput={(e) => tell(e.currentTarget.value)} />
          </label>
          <button type="button" class="main" disabled={busy || !changed} onClick={save}>
            Save as a new version
          </button>
          <button type="button" disabled={!changed || busy} onClick={drop}>
            Drop my changes
          </button>
        </div>
      )}
      {said && <p role="status">{said}</p>}
      {error !== null && <Trouble error={error} again={save} />}
      {!locked && <Versions name={name} path={path} round={round} take={(t, n) => {
        change(t);
        say(`The text of version ${n} is shown; save it to restore it.`);
      }} />}
      {!locked && base.sum !== "" && path !== "case.yaml" && <RemoveFile key={base.sum} name={name} path={path} sum={base.sum} changed={changed} removed={(v) => (dropDraft(name, path), removed(path, v))} />}
    </div>
  );
}
