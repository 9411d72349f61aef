// A YAML text whose values are changed in place: what is not changed keeps every byte,
// comments, quotes and the order of keys among it.
//
// Nodes are found by their path, keys and numbers of items. Each change gives the new text;
// the places of nodes are those of the text that was read.
import { isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";

export type Path = readonly (string | number)[];

/** What a value is to be read as: words, which are quoted where they look like a number, or a name or figure, which are not. */
export type As = "words" | "word";

// Keys in the order in which a record is written. Others, as the kind of a change, come before
// them, a new one last of all.
const order = ["id", "name", "when", "share_of_year", "why", "changes", "value", "low", "high", "set", "add", "times", "clause", "claim", "source", "letter", "reason", "note"];

export class Yaml {
  readonly doc: Document.Parsed;
  readonly #line: string;

  constructor(readonly text: string) {
    this.doc = parseDocument(text, { keepSourceTokens: true, prettyErrors: false });
    this.#line = text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** Where the text is no YAML, null for nowhere. */
  get broken(): number | null {
    return this.doc.errors[0]?.pos[0] ?? null;
  }

  node(path: Path): Node | null {
    const n = path.length === 0 ? this.doc.contents : this.doc.getIn(path, true);
    return (n as Node | null | undefined) ?? null;
  }

  has(path: Path): boolean {
    return this.node(path) !== null;
  }

  /** How many items a list has. */
  count(path: Path): number {
    const n = this.node(path);
    return isSeq(n) ? n.items.length : 0;
  }

  /** The keys of a record, in their order. */
  keys(path: Path): string[] {
    const n = this.node(path);
    return isMap(n) ? n.items.map((p) => String((p.key as Scalar).value)) : [];
  }

  /** A value as people read it: words without their quotes, numbers as they are written. */
  word(path: Path): string {
    const n = this.node(path);
    if (!isScalar(n) || n.value === null) return "";
    return typeof n.value === "string" ? n.value : (n.source ?? String(n.value));
  }

  /** The words of a list, or the one word that stands for a list. */
  words(path: Path): string[] {
    const n = this.node(path);
    if (isSeq(n)) return n.items.map((_, i) => this.word([...path, i]));
    const one = this.word(path);
    return one === "" ? [] : [one];
  }

  /** From where to where a value stands with its key. */
  range(path: Path): [number, number] | null {
    const n = this.node(path);
    if (!n) return null;
    const last = path[path.length - 1];
    const pair = typeof last === "string" ? this.#pair(path) : null;
    return [pair ? start(pair.key as Node) : start(n), end(n)];
  }

  /** The place of a line and a column, both from 1, columns in characters. */
  offset(line: number, column: number): number {
    let at = 0;
    for (let i = 1; i < line; i++) {
      const next = this.text.indexOf("\n", at);
      if (next < 0) return this.text.length;
      at = next + 1;
    }
    for (let i = 1; i < column && at < this.text.length; i++) at += this.text.codePointAt(at)! > 0xffff ? 2 : 1;
    return at;
  }

  /** The text with a value set; a key that is not there yet is written in its place, records around it too. */
  set(path: Path, value: string, as: As = "word"): string {
    const n = this.node(path);
    if (!isScalar(n)) return this.put(path, this.#scalar(value, as, this.#flowAt(path)));
    const was = typeof n.value === "string" ? n.value.replace(/\n$/, "") : this.word(path);
    if (was === value && n.value !== null) return this.text;
    return this.#replace(n, this.#styled(n, value, as, this.#flowAt(path)));
  }

  /** The text with what stands at a path written anew, as YAML on one line. */
  put(path: Path, yaml: string): string {
    const n = this.node(path);
    const held = this.#pair(path);
    if (n && held && (isMap(n) || isSeq(n)) && !n.flow && n.items.length > 0) {
      // Lines below the key become one value behind it, before a comment that stands there.
      const at = this.#behindColon(held);
      return `${this.text.slice(0, at)} ${yaml}${this.text.slice(at, start(n)).trimEnd()}${this.text.slice(end(n))}`;
    }
    if (n) return this.#replace(n, yaml);
    let depth = path.length - 1;
    while (depth >= 0 && !isMap(this.node(path.slice(0, depth)))) depth--;
    const map = depth < 0 ? null : (this.node(path.slice(0, depth)) as YAMLMap);
    let value = yaml;
    for (let i = path.length - 1; i > depth && i > 0; i--) value = `{${path[i]}: ${value}}`;
    if (!map) {
      const lead = this.text === "" || this.text.endsWith("\n") ? "" : this.#line;
      return `${this.text}${lead}${path[0]}: ${value}${this.#line}`;
    }
    const missing = path.slice(0, depth + 1);
    const null_ = this.#pair(missing);
    return null_ ? this.#afterColon(null_, value) : this.#insert(map, String(path[depth]), value);
  }

  /** The text without a key, or without an item of a list. The last item of a list on lines of its own stays. */
  drop(path: Path): string {
    const last = path[path.length - 1];
    const parent = this.node(path.slice(0, -1));
    if (isMap(parent)) {
      const at = parent.items.findIndex((p) => String((p.key as Scalar).value) === last);
      return at < 0 ? this.text : this.#dropPair(parent, at);
    }
    if (isSeq(parent) && typeof last === "number" && last < parent.items.length) return this.#dropItem(parent, last);
    return this.text;
  }

  /** The text with another key for what stands at a path. */
  rename(path: Path, key: string): string {
    const pair = this.#pair(path);
    return pair ? this.#cut(start(pair.key as Node), end(pair.key as Node), key) : this.text;
  }

  /** The text with one more item at the end of a list, or after one of its items; lines of the item as they stand behind the dash. */
  append(path: Path, lines: readonly string[], after?: number): string {
    const n = this.node(path);
    if (!isSeq(n) || n.items.length === 0) {
      const block = lines.map((l, i) => `${i === 0 ? "- " : "  "}${l}`);
      if (path.length === 1 && !this.has(path)) {
        const pair = this.#pair(path);
        const head = pair ? "" : `${this.text === "" || this.text.endsWith("\n") ? "" : this.#line}${path[0]}:`;
        const at = pair ? this.#behindColon(pair) : this.text.length;
        return this.#cut(at, at, `${head}${this.#line}${block.join(this.#line)}${pair ? "" : this.#line}`);
      }
      return this.put(path, `[${flow(lines)}]`);
    }
    const k = Math.min(after ?? n.items.length - 1, n.items.length - 1);
    const here = end(n.items[k] as Node);
    if (n.flow) return this.#cut(here, here, `, ${flow(lines)}`);
    const indent = " ".repeat(this.#column(this.#dash(n, k)));
    const apart = k > 0 && /\n\s*\n/.test(this.text.slice(end(n.items[k - 1] as Node), this.#dash(n, k))) ? this.#line : "";
    const at = this.#lineEnd(here);
    return this.#cut(at, at, `${this.#line}${apart}${lines.map((l, i) => `${indent}${i === 0 ? "- " : "  "}${l}`).join(this.#line)}`);
  }

  /** The text with an item of a list before the one that it follows. Comments between them stay between them. */
  swap(path: Path, second: number): string {
    const n = this.node(path);
    if (!isSeq(n) || second < 1 || second >= n.items.length) return this.text;
    const whole = (i: number): [number, number] => (n.flow ? [start(n.items[i] as Node), end(n.items[i] as Node)] : [this.#dash(n, i), this.#lineEnd(end(n.items[i] as Node))]);
    const [a, b] = whole(second - 1);
    const [c, d] = whole(second);
    return this.text.slice(0, a) + this.text.slice(c, d) + this.text.slice(b, c) + this.text.slice(a, b) + this.text.slice(d);
  }

  /** The text with a list of words; items that stay are left as they stand. One word may stand without a list where single. */
  setWords(path: Path, words: readonly string[], single = false): string {
    if (words.length === 0) return this.has(path) ? this.drop(path) : this.text;
    const inFlow = (w: string) => this.#scalar(w, "word", true);
    const n = this.node(path);
    if (!isSeq(n)) {
      if (words.length === 1 && (single || isScalar(n))) return this.set(path, words[0]!);
      return this.put(path, `[${words.map(inFlow).join(", ")}]`);
    }
    let y: Yaml = this;
    const had = this.words(path);
    let same = 0;
    while (same < had.length && same < words.length && had[same] === words[same]) same++;
    let tail = 0;
    while (tail < had.length - same && tail < words.length - same && had[had.length - 1 - tail] === words[words.length - 1 - tail]) tail++;
    const common = Math.min(had.length, words.length) - same - tail;
    for (let i = same; i < same + common; i++) y = new Yaml(y.set([...path, i], words[i]!));
    for (let i = had.length - tail - 1; i >= same + common; i--) y = new Yaml(y.drop([...path, i]));
    for (let i = same + common; i < words.length - tail; i++) {
      if (i === 0) return y.put(path, `[${words.map(inFlow).join(", ")}]`);
      y = new Yaml(y.append(path, [y.#scalar(words[i]!, "word", (y.node(path) as YAMLSeq).flow === true)], i - 1));
    }
    return y.text;
  }

  /** The text with a value as a record of its own, under a key. */
  wrap(path: Path, key: string): string {
    return this.put(path, `{${key}: ${this.#scalar(this.word(path), "word", true)}}`);
  }

  /** Whether a list, a record or a word stands at a path. */
  shape(path: Path): "list" | "record" | "word" | "none" {
    const n = this.node(path);
    return isSeq(n) ? "list" : isMap(n) ? "record" : n ? "word" : "none";
  }

  #pair(path: Path): Pair | null {
    const parent = this.node(path.slice(0, -1));
    if (!isMap(parent)) return null;
    const last = path[path.length - 1];
    return (parent.items.find((p) => String((p.key as Scalar).value) === last) as Pair | undefined) ?? null;
  }

  #flowAt(path: Path): boolean {
    for (let i = 0; i < path.length; i++) {
      const n = this.node(path.slice(0, i));
      if ((isMap(n) || isSeq(n)) && n.flow) return true;
    }
    return false;
  }

  #cut(from: number, to: number, by: string): string {
    return this.text.slice(0, from) + by + this.text.slice(to);
  }

  #replace(n: Node, by: string): string {
    const from = start(n);
    // A value that is not there stands right behind its colon.
    const empty = from === end(n) && by !== "";
    const gap = empty && !/\s/.test(this.text[from - 1] ?? " ") ? " " : "";
    const behind = empty && this.text[from] === "#" ? " " : "";
    return this.#cut(from, end(n), gap + by + behind);
  }

  #behindColon(pair: Pair): number {
    const at = this.text.indexOf(":", end(pair.key as Node));
    return at < 0 ? end(pair.key as Node) : at + 1;
  }

  #afterColon(pair: Pair, value: string): string {
    const at = this.#behindColon(pair);
    return this.#cut(at, at, ` ${value}`);
  }

  /** A value as it is written anew. */
  #scalar(value: string, as: As, inFlow: boolean): string {
    return plain(value, as, inFlow) ? value : JSON.stringify(value);
  }

  /** A value written in the way of the one that it replaces. */
  #styled(n: Scalar, value: string, as: As, inFlow: boolean): string {
    switch (n.type) {
      case "QUOTE_SINGLE":
        if (as === "words" && value !== "" && !value.includes("\n")) return `'${value.replaceAll("'", "''")}'`;
        break;
      case "QUOTE_DOUBLE":
        if (as === "words" && value !== "") return JSON.stringify(value);
        break;
      case "BLOCK_FOLDED":
      case "BLOCK_LITERAL": {
        const block = this.#block(n, value);
        if (block !== null) return block;
      }
    }
    return this.#scalar(value, as, inFlow);
  }

  /** A value as the block of lines that the one before was, null where such a block cannot hold it. */
  #block(n: Scalar, value: string): string | null {
    const source = this.text.slice(start(n), end(n));
    const at = source.indexOf("\n");
    const head = source.slice(0, at).replace(/\r$/, "");
    const old = source.slice(at + 1).split(/\r?\n/);
    const indent = /^ */.exec(old.find((l) => l.trim() !== "") ?? "")![0];
    if (at < 0 || /[0-9+]/.test(head.split("#")[0]!) || indent === "" || value === "" || /^\s|\s$|\n[ \t]|[ \t]\n/.test(value)) return null;
    const width = Math.max(100, ...old.map((l) => l.length)) - indent.length;
    const lines = n.type === "BLOCK_LITERAL" ? value.split("\n") : value.split("\n").flatMap((p, i) => (p === "" ? [""] : [...(i > 0 ? [""] : []), ...wrap(p, width)]));
    return [head, ...lines.map((l) => (l === "" ? "" : indent + l))].join(this.#line);
  }

  #insert(map: YAMLMap, key: string, value: string): string {
    const mine = order.indexOf(key);
    let after = -1;
    map.items.forEach((p, i) => {
      if (mine < 0 || order.indexOf(String((p.key as Scalar).value)) <= mine) after = i;
    });
    const pair = `${key}: ${value}`;
    if (map.items.length === 0) return this.#replace(map, `{${pair}}`);
    if (after < 0) {
      const first = start(map.items[0]!.key as Node);
      return this.#cut(first, first, map.flow ? `${pair}, ` : `${pair}${this.#line}${" ".repeat(this.#column(first))}`);
    }
    const here = endOfPair(map.items[after]!);
    if (map.flow) return this.#cut(here, here, `, ${pair}`);
    const at = this.#lineEnd(here);
    return this.#cut(at, at, `${this.#line}${" ".repeat(this.#column(start(map.items[0]!.key as Node)))}${pair}`);
  }

  #dropPair(map: YAMLMap, i: number): string {
    const from = start(map.items[i]!.key as Node);
    const to = endOfPair(map.items[i]!);
    if (map.items.length === 1) return this.#cut(map.flow ? start(map) : from, map.flow ? end(map) : to, "{}");
    const next = map.items[i + 1];
    if (map.flow) return next ? this.#cut(from, start(next.key as Node), "") : this.#cut(endOfPair(map.items[i - 1]!), to, "");
    if (i === 0 && this.text.slice(this.#lineStart(from), from).trim() !== "") return this.#cut(from, start(next!.key as Node), "");
    return this.#dropLines(from, to);
  }

  #dropItem(seq: YAMLSeq, i: number): string {
    const from = start(seq.items[i] as Node);
    const to = end(seq.items[i] as Node);
    if (seq.flow) {
      if (i + 1 < seq.items.length) return this.#cut(from, start(seq.items[i + 1] as Node), "");
      return i > 0 ? this.#cut(end(seq.items[i - 1] as Node), to, "") : this.#cut(start(seq), end(seq), "[]");
    }
    if (seq.items.length === 1) return this.text;
    return this.#dropLines(this.#dash(seq, i), to);
  }

  /** Cuts the lines of a range, and an empty one before where there would be two or where nothing follows. */
  #dropLines(from: number, to: number): string {
    const a = this.#lineStart(from);
    const eol = this.text.indexOf("\n", to);
    const b = eol < 0 ? this.text.length : eol + 1;
    const before = this.text.slice(0, a);
    const rest = this.text.slice(b);
    const kept = /\n[ \t]*\r?\n$/.test(before) && /^[ \t]*(\r?\n|$)/.test(rest) ? before.replace(/[ \t]*\r?\n$/, "") : before;
    return kept + rest;
  }

  #dash(seq: YAMLSeq, i: number): number {
    const token = seq.srcToken as { items?: { start: { type: string; offset: number }[] }[] } | undefined;
    return token?.items?.filter((x) => x.start.some((t) => t.type === "seq-item-ind"))[i]?.start.find((t) => t.type === "seq-item-ind")?.offset ?? start(seq.items[i] as Node);
  }

  #lineStart(at: number): number {
    return this.text.lastIndexOf("\n", at - 1) + 1;
  }

  /** The end of the line, before what ends it: behind a comment that stands there. */
  #lineEnd(at: number): number {
    const eol = this.text.indexOf("\n", at);
    const e = eol < 0 ? this.text.length : eol;
    return this.text[e - 1] === "\r" ? e - 1 : e;
  }

  #column(at: number): number {
    return at - this.#lineStart(at);
  }
}

const start = (n: Node): number => n.range![0];

/** The end of what a node says, without the space and comments behind it. */
function end(n: Node): number {
  if (isScalar(n)) {
    if (n.type !== "BLOCK_FOLDED" && n.type !== "BLOCK_LITERAL") return n.range![1];
    return n.range![1] - /\s*$/.exec(n.srcToken && "source" in n.srcToken ? n.srcToken.source : "")![0].length;
  }
  if ((isMap(n) || isSeq(n)) && !n.flow && n.items.length > 0) {
    const last = n.items[n.items.length - 1];
    return isMap(n) ? endOfPair(last as Pair) : end(last as Node);
  }
  return n.range![1];
}

const endOfPair = (p: Pair): number => (p.value ? end(p.value as Node) : end(p.key as Node));

/** Lines of a record as an item of a list in brackets. */
const flow = (lines: readonly string[]): string => (lines.length === 1 && !/^[a-z_]+: /.test(lines[0]!) ? lines[0]! : `{${lines.map((l) => l.trim()).join(", ")}}`);

/** Whether a value may stand without quotes. */
function plain(value: string, as: As, inFlow: boolean): boolean {
  if (value === "" || /^\s|\s$|[\n\t]|: |:$| #/.test(value)) return false;
  if (/^[?:,[\]{}#&*!|>'"%@`]/.test(value) || /^(-( |$)|---|\.\.\.)/.test(value)) return false;
  if (inFlow && /[,[\]{}]/.test(value)) return false;
  if (/^(true|false|null|~|yes|no|y|n|\.nan)$/i.test(value)) return false;
  return as === "word" || (!/^[-+]?\.?[0-9][0-9_.:eE+-]*$/.test(value) && !/^(0[xob]|[-+]?\.inf|on$|off$)/i.test(value));
}

/** A paragraph in lines of at most so many characters, cut at single spaces. */
function wrap(text: string, width: number): string[] {
  const out: string[] = [];
  for (const w of text.split(/(?<=\S) (?=\S)/)) {
    const last = out[out.length - 1];
    if (last !== undefined && last.length + 1 + w.length <= width) out[out.length - 1] = `${last} ${w}`;
    else out.push(w);
  }
  return out.length > 0 ? out : [""];
}
