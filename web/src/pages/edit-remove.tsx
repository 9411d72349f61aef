import { useEffect, useRef, useState } from "preact/hooks";
import { get, of, put, send } from "../api";
import { plural } from "../numbers";
import { useLoad } from "../ui/load";
import { Trouble } from "../ui/trouble";
import { address, type Diagnostic, type FileText, type Version } from "./edit-parts";

const same = (a: Diagnostic, b: Diagnostic): boolean => a.file === b.file && a.rule === b.rule && a.message === b.message;

/** Takes a file out of the case: first what would break is said, then it is asked once more. */
export function RemoveFile({ name, path, sum, changed, removed }: { name: string; path: string; sum: string; changed: boolean; removed: (version: number) => void }) {
  const [breaks, tell] = useState<Diagnostic[] | null>(null);
  const [busy, work] = useState(false);
  const [error, fail] = useState<unknown>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [breaks]);
  const ask = () => {
    work(true);
    fail(null);
    Promise.all([get<Diagnostic[]>(address(name, "without", path)), get<Diagnostic[]>(of(name, "check"))]).then(
      ([without, now]) => {
        work(false);
        tell(without.filter((d) => d.severity === "error" && !now.some((e) => same(d, e))));
      },
      (e: unknown) => {
        work(false);
        fail(e);
      },
    );
  };
  const remove = () => {
    work(true);
    fail(null);
    send("DELETE", `${address(name, "file", path)}&sha256=${encodeURIComponent(sum)}`)
      .then((r) => r.json() as Promise<{ version: number }>)
      .then(
        (r) => removed(r.version),
        (e: unknown) => {
          work(false);
          tell(null);
          fail(e);
        },
      );
  };
  return (
    <div class="removal">
      {breaks === null ? (
        <button type="button" disabled={busy} onClick={ask}>
          Remove this file…
        </button>
      ) : (
        <div class="merge" role="group" aria-label={`Remove ${path}`} tabIndex={-1} ref={box}>
          <p>
            <b>Remove {path} from the case?</b>{" "}
            {breaks.length === 0 ? "Nothing else in the case needs it: no error would follow." : `The case could not be solved any more: ${plural(breaks.length, "error", "errors")} would follow.`} Its text stays among the versions, and it can be brought back.
            {changed && " What you have changed and not saved is dropped with it."}
          </p>
          {breaks.length > 0 && (
            <ul class="problems" aria-label="What would break" tabIndex={0}>
              {breaks.slice(0, 12).map((d, i) => (
                <li key={i} class="error">
                  <b>{d.file}{d.line > 0 ? `:${d.line}` : ""}</b> {d.message}
                </li>
              ))}
              {breaks.length > 12 && <li>and {breaks.length - 12} more</li>}
            </ul>
          )}
          <div class="row">
            <button type="button" class="main" disabled={busy} onClick={remove}>
              Remove it
            </button>
            <button type="button" disabled={busy} onClick={() => tell(null)}>
              Keep it
            </button>
          </div>
        </div>
      )}
      {error !== null && <Trouble error={error} />}
    </div>
  );
}

/** Files that older versions of the case had, to be brought back. */
export function Removed({ name, there, back }: { name: string; there: ReadonlySet<string>; back: () => void }) {
  const versions = useLoad<Version[]>(of(name, "versions"));
  useEffect(versions.again, [there.size]);
  const [said, say] = useState("");
  const [error, fail] = useState<unknown>(null);
  const last = new Map<string, Version>(); // the newest version that has a file
  for (const v of versions.data ?? []) for (const p of Object.keys(v.files)) if (!there.has(p) && !last.has(p)) last.set(p, v);
  if (last.size === 0) return said ? <p role="status">{said}</p> : null;
  const restore = (p: string, v: Version) => {
    fail(null);
    get<FileText>(`${of(name, "versions", String(v.number), "file")}?path=${encodeURIComponent(p)}`)
      .then((f) => put<{ version: number }>(address(name, "file", p), { text: f.text, sha256: "", about: `${p} brought back as in version ${v.number}` }))
      .then((r) => {
        say(`${p} is back (version ${r.version}).`);
        back();
      }, fail);
  };
  return (
    <details class="newfile">
      <summary>{plural(last.size, "removed file", "removed files")}</summary>
      <ul class="versions">
        {[...last].sort().map(([p, v]) => (
          <li key={p}>
            {p}, last in version {v.number} of {new Date(v.time).toLocaleString("en-GB")}{" "}
            <button type="button" onClick={() => restore(p, v)}>
              Bring it back<span class="unseen">: {p}</span>
            </button>
          </li>
        ))}
      </ul>
      {said && <p role="status">{said}</p>}
      {error !== null && <Trouble error={error} />}
    </details>
  );
}
