import { useState } from "preact/hooks";
import { get, of, post, Problem, put, type CaseRow } from "../api";
import { writeChange, type Change } from "../beliefs";
import { editsOf, speaker } from "../beliefs-write";
import type { Meta } from "../meta";
import { to } from "../route";
import { Trouble } from "../ui/trouble";

interface Done {
  name: string; // of the case that was written
  files: { path: string; version: number }[];
  errors: number;
}

const address = (name: string, path: string): string => `${of(name)}/file?path=${encodeURIComponent(path)}`;

/** One button that writes what was changed into the files of the case, in a copy where the case ships with astara. */
export function Write({ name, row, meta, c }: { name: string; row: CaseRow; meta: Meta; c: Change }) {
  const [busy, work] = useState(false);
  const [done, say] = useState<Done | null>(null);
  const [error, fail] = useState<unknown>(null);
  const edits = editsOf(meta, c);
  const off = Object.values(c.claims).filter((e) => e.off).length;
  const write = async () => {
    const into = row.kind === "shipped" ? (await post<CaseRow>(of(name, "copy"), {})).name : name;
    const files: Done["files"] = [];
    let errors = 0;
    for (const e of edits) {
      const had = await text(into, e.path);
      const others = new Map<string, string>();
      for (const p of e.needs) others.set(p, (await text(into, p)).text);
      const r = await put<{ version: number; diagnostics: { severity: string }[] }>(address(into, e.path), { text: e.apply(had.text, (p) => others.get(p) ?? ""), sha256: had.sha256, about: e.about });
      files.push({ path: e.path, version: r.version });
      errors = r.diagnostics.filter((d) => d.severity === "error").length;
    }
    return { name: into, files, errors };
  };
  const start = () => {
    work(true);
    fail(null);
    write().then(
      (d) => {
        work(false);
        say(d);
      },
      (e: unknown) => {
        work(false);
        fail(e);
      },
    );
  };
  // What is in the files now is no longer a change; the rest goes along.
  const rest = { ...c, view: c.view === "own" && c.own.length > 0 ? speaker : c.view, own: [], claims: Object.fromEntries(Object.entries(c.claims).filter(([, e]) => e.off).map(([id]) => [id, { off: true }])) };
  const query = Object.fromEntries(Object.entries(writeChange(rest)).filter((x): x is [string, string] => x[1] !== null));
  return (
    <div class="write">
      <h2>Write to the case</h2>
      {edits.length === 0 ? (
        <p class="note">No interval is moved and no claim of your own is added, so there is nothing to write.</p>
      ) : (
        <p>
          Writes {edits.map((e) => e.path).join(", ")}
          {row.kind === "shipped" ? " of a copy of your own; the case that ships with astara stays as it is" : ""}. Every version before is kept.
        </p>
      )}
      {(off > 0 || c.lexicon !== "" || c.weights !== null) && edits.length > 0 && <p class="note">Claims that are switched off, another lexicon and weights of experts stay in this address alone.</p>}
      <button type="button" class="main" disabled={busy || edits.length === 0} onClick={start}>
        Write to the case
      </button>
      {error !== null && <Trouble error={error} />}
      {done && (
        <p role="status">
          Written: {done.files.map((f) => `${f.path} (version ${f.version})`).join(", ")}.{done.errors > 0 ? ` The case now has ${done.errors} ${done.errors === 1 ? "error" : "errors"}; ` : " "}
          <a href={done.errors > 0 ? to(done.name, "edit", [], { f: done.files[done.files.length - 1]!.path }) : to(done.name, "beliefs", [], query)}>{done.errors > 0 ? "see the files" : `Open ${done.name}`}</a>
        </p>
      )}
    </div>
  );
}

/** The text of a file and its sum; "" for one that is not there. */
async function text(name: string, path: string): Promise<{ text: string; sha256: string }> {
  try {
    return await get<{ text: string; sha256: string }>(address(name, path));
  } catch (e) {
    if (e instanceof Problem && e.status === 404) return { text: "", sha256: "" };
    throw e;
  }
}
