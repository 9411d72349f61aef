// Changed words written into the files of a case: intervals into the claims that they
// change, one's own claims into a file of their own, with an actor and a source for them.
import { plainly, share, type Change, type Own } from "./beliefs";
import { blockOf, setField } from "./claim-text";
import type { Claim, Meta } from "./meta";

export const ownFile = "claims/my-view.yaml";
/** The actor who says them, and so the view that they make once they are in the case. */
export const speaker = "my-view";

/** A change of one file; read is the file as it stands, "" where there is none. */
export interface FileEdit {
  path: string;
  about: string; // for the list of versions
  apply: (read: string, other: (path: string) => string) => string;
  needs: string[]; // other files that it is made from
}

const quoted = (s: string): string => JSON.stringify(s);
const interval = (i: readonly [number, number]): string => `[${i[0]}, ${i[1]}]`;

/** What of a change goes into files: claims that are switched off stay in the case. */
export function editsOf(meta: Meta, c: Change): FileEdit[] {
  const out: FileEdit[] = [];
  const own = c.own.filter((o) => o.like !== undefined || o.then !== undefined);
  if (own.length > 0) {
    // The files that a claim points into come first, so that the case has no errors in between.
    if (!meta.sources.some((s) => s.id === speaker))
      out.push({ path: "sources.yaml", about: "a source for claims of one's own", needs: [], apply: (t) => append(t, [`- id: ${speaker}`, "  publisher: Own estimate", "  title: What we think ourselves, written in the web app", "  kind: own_estimate"]) });
    if (!meta.actors.some((a) => a.id === speaker)) out.push({ path: "actors.yaml", about: "a speaker for claims of one's own", needs: [], apply: (t) => append(t, [`- {id: ${speaker}, name: My view, kind: person}`]) });
    const like = own.map((o) => meta.claims.find((k) => k.id === o.like));
    out.push({
      path: ownFile,
      about: own.length === 1 ? "a claim of one's own" : `${own.length} claims of one's own`,
      needs: [...new Set(like.filter((k): k is Claim => k !== undefined).map((k) => k.file))],
      apply: (t, other) => {
        const ids = freeIds(meta, t, own.length);
        const head = t.trim() === "" ? ["# What we think ourselves, written in the web app.", "claims:"] : [];
        return append(
          t,
          [...head, ...own.flatMap((o, i) => ["", ...ownLines(meta, o, ids[i]!, like[i], like[i] ? other(like[i]!.file) : "")])],
        );
      },
    });
  }
  const files = new Map<string, [string, readonly [number, number]][]>();
  for (const [id, e] of Object.entries(c.claims)) {
    const k = meta.claims.find((x) => x.id === id);
    if (!k || !e.interval) continue;
    files.set(k.file, [...(files.get(k.file) ?? []), [id, e.interval]]);
  }
  for (const [path, list] of files)
    out.push({
      path,
      about: `intervals of ${list.map(([id]) => id).join(", ")}`.slice(0, 200),
      needs: [],
      apply: (t) => list.reduce((s, [id, i]) => setField(s, id, "interval", interval(i)), t),
    });
  return out;
}

/** Text with entries at the end of its list, as far in as those that are there. */
function append(text: string, lines: string[]): string {
  const body = text.replace(/\s*$/, "");
  const indent = /^( *)- /m.exec(body)?.[1] ?? "";
  return `${body}${body === "" ? "" : "\n"}${lines.map((l) => (l === "" ? l : indent + l)).join("\n")}\n`;
}

function freeIds(meta: Meta, text: string, n: number): string[] {
  const taken = new Set(meta.claims.map((k) => k.id));
  const out: string[] = [];
  for (let i = 1; out.length < n; i++) {
    const id = `${speaker}-${i}`;
    if (!taken.has(id) && !new RegExp(`\\b${id}\\b(?!-)`).test(text)) out.push(id);
  }
  return out;
}

// Fields of a claim that say whose it is and how sure, not what it says.
const theirs = new Set(["id", "speaker", "source", "locator", "quote", "paragraph", "date", "span", "paraphrase", "hedge", "interval", "letter", "note", "kind"]);

/** The lines of what a claim says, from the text of its file. */
export function saying(text: string, id: string): string[] {
  const lines = text.split(/\r?\n/);
  const b = blockOf(lines, id);
  if (!b) return [];
  const indent = lines[b[0]]!.search(/\S/) + 2;
  const out: string[] = [];
  let keep = false;
  for (let i = b[0]; i <= b[1]; i++) {
    const l = i === b[0] ? lines[i]!.replace(/^(\s*)- /, "$1  ") : lines[i]!;
    const m = new RegExp(`^ {${indent}}([a-z_]+):`).exec(l);
    if (m) keep = !theirs.has(m[1]!);
    if (keep) out.push(`  ${l.slice(indent)}`);
  }
  return out;
}

function ownLines(meta: Meta, o: Own, id: string, like: Claim | undefined, text: string): string[] {
  const i = o.interval;
  const said = like ? like.paraphrase : plainly(meta.variables, o);
  const words = i ? `${said} (${share(i[0])} to ${share(i[1])})` : said;
  const kind = !like ? "level" : like.kind === "possibility" || like.kind === "fact" ? "level" : like.kind;
  return [
    `- id: ${id}`,
    `  speaker: ${speaker}`,
    `  source: ${speaker}`,
    `  quote: {exact: ${quoted(words)}}`,
    `  date: ${meta.as_of}`,
    `  paraphrase: ${quoted(said)}`,
    `  kind: ${kind}`,
    ...(like ? saying(text, like.id) : [...(o.if ? [`  if: ${quoted(o.if)}`] : []), `  then: ${quoted(o.then ?? "")}`]),
    ...(i ? [`  interval: ${interval(i)}`] : []),
    "  letter: c",
  ];
}
