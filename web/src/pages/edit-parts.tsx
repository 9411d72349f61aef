import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, of, post } from "../api";
import type { Mark } from "../ui/editor";
import { useLoad } from "../ui/load";
import { Trouble } from "../ui/trouble";

export interface FileInfo {
  path: string;
  size: number;
  sha256: string;
}

export interface FileText {
  path: string;
  text: string;
  sha256: string;
}

export interface Diagnostic extends Mark {
  file: string;
}

export interface Version {
  number: number;
  time: string;
  about: string;
  changed?: string;
  files: Record<string, string>;
}

export interface Conflict {
  detail: string;
  theirs: string;
  sha256: string;
  merged: string;
  clean: boolean;
  gone: boolean;
}

export const address = (name: string, part: string, path: string): string => `${of(name)}/${part}?path=${encodeURIComponent(path)}`;

/** The problems of the file as the text stands, asked for when the typing rests. */
export function useChecks(name: string, path: string, text: string, round: number): { marks: Diagnostic[]; others: Diagnostic[]; checking: boolean } {
  const [marks, set] = useState<Diagnostic[]>([]);
  const [busy, work] = useState(true);
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    work(true);
    const wait = setTimeout(() => {
      post<Diagnostic[]>(address(name, "try", path), { text }).then(
        (all) => {
          if (turn.current !== mine) return;
          set(all);
          work(false);
        },
        () => {
          if (turn.current === mine) work(false); // the save says what is wrong
        },
      );
    }, 400);
    return () => clearTimeout(wait);
  }, [name, path, text, round]);
  return { marks: useMemo(() => marks.filter((d) => d.file === path), [marks]), others: useMemo(() => marks.filter((d) => d.file !== path), [marks]), checking: busy };
}

/** Both changes to one file: what came together, and what to do with it. */
export function Merge({ c, mine, resolve }: { c: Conflict; mine: string; resolve: (text: string, c: Conflict, said: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [c]); // the save was asked for further down the page
  return (
    <div class="merge" role="alert" ref={box} tabIndex={-1}>
      <p>
        <b>Not saved.</b> {c.detail} Your text is kept here until you choose.
      </p>
      {!c.gone && (
        <details open={!c.clean}>
          <summary>Both changes together</summary>
          <pre tabIndex={0}>{c.merged}</pre>
        </details>
      )}
      {c.gone ? (
        <button type="button" class="main" onClick={() => resolve(mine, c, "Saving brings the file back with your text.")}>
          Go on with my text
        </button>
      ) : (
        <div class="row">
          <button type="button" class="main" onClick={() => resolve(c.merged, c, c.clean ? "Both changes are in the text now: save it." : "Both changes are in the text now. Where they meet there are markers: keep what is right, remove the markers, and save.")}>
            Go on with both
          </button>
          <button type="button" onClick={() => resolve(c.theirs, c, "The text is the one that was saved meanwhile.")}>
            Take theirs
          </button>
          <button type="button" onClick={() => resolve(mine, c, "Your text will replace theirs when you save; theirs stays among the versions.")}>
            Keep mine
          </button>
        </div>
      )}
    </div>
  );
}

export function Versions({ name, path, round, take }: { name: string; path: string; round: number; take: (text: string, version: number) => void }) {
  const versions = useLoad<Version[]>(of(name, "versions"));
  useEffect(() => {
    if (round > 0) versions.again();
  }, [round]);
  const [error, fail] = useState<unknown>(null);
  const all = versions.data ?? [];
  const restore = (v: Version) => {
    fail(null);
    get<FileText>(`${of(name, "versions", String(v.number), "file")}?path=${encodeURIComponent(path)}`).then((f) => take(f.text, v.number), fail);
  };
  return (
    <details>
      <summary>Versions</summary>
      {versions.error != null && <Trouble error={versions.error} again={versions.again} />}
      {all.length === 0 && <p>Nothing has been saved here yet.</p>}
      <ul class="versions">
        {all.map((v) => (
          <li key={v.number}>
            {v.number}, {new Date(v.time).toLocaleString("en-GB")}: {v.about}
            {v.changed && v.changed !== path ? ` (${v.changed})` : ""}{" "}
            {v.files[path] && (
              <button type="button" onClick={() => restore(v)}>
                Show this file as it was<span class="unseen"> in version {v.number}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {error !== null && <Trouble error={error} />}
    </details>
  );
}
