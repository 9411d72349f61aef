// Fields of a claim inside the YAML text of its file, changed in place: comments and
// everything else stay as they are.

/** First and last line, from 0, of the claim in the list of claims; null where it is not found. */
export function blockOf(lines: string[], id: string): [number, number] | null {
  const item = /^(\s*)- id:\s*(?:"([^"]*)"|'([^']*)'|([^\s#]+))/;
  for (let i = 0; i < lines.length; i++) {
    const m = item.exec(lines[i]!);
    if (!m || (m[2] ?? m[3] ?? m[4]) !== id) continue;
    const indent = m[1]!.length;
    let k = i + 1;
    for (; k < lines.length; k++) {
      const l = lines[k]!;
      if (l.trim() !== "" && l.search(/\S/) <= indent) break;
    }
    while (k > i + 1 && lines[k - 1]!.trim() === "") k--;
    return [i, k - 1];
  }
  return null;
}

/** The value of a field of a claim that stands on one line, "" where it has none. */
export function fieldOf(text: string, id: string, field: string): string {
  const lines = text.split("\n");
  const b = blockOf(lines, id);
  if (!b) return "";
  for (let i = b[0]; i <= b[1]; i++) {
    const m = lineOf(field).exec(lines[i]!);
    if (m) return m[2]!;
  }
  return "";
}

const lineOf = (field: string): RegExp => new RegExp(`^(\\s*(?:- )?${field}:\\s*)(.*?)(\\s+#.*)?\\r?$`);

/** The text with a field of a claim set, or removed where the value is "". */
export function setField(text: string, id: string, field: string, value: string): string {
  const lines = text.split("\n");
  const b = blockOf(lines, id);
  if (!b) return text;
  for (let i = b[0] + 1; i <= b[1]; i++) {
    const m = lineOf(field).exec(lines[i]!);
    if (!m) continue;
    const end = lines[i]!.endsWith("\r") ? "\r" : "";
    if (value === "") lines.splice(i, 1);
    else lines[i] = `${m[1]}${value}${m[3] ?? ""}${end}`;
    return lines.join("\n");
  }
  if (value === "") return text;
  const indent = " ".repeat(lines[b[0]]!.search(/\S/) + 2);
  const at = lines.findIndex((l, i) => i > b[0] && i <= b[1] && /^\s*letter:/.test(l));
  lines.splice(at > 0 ? at : b[1] + 1, 0, `${indent}${field}: ${value}${lines[b[0]]!.endsWith("\r") ? "\r" : ""}`);
  return lines.join("\n");
}

/** The numbers of an interval as written, [low, high] or [low, centre, high]. */
export function interval(text: string): number[] {
  const m = /^\[(.*)\]$/.exec(text.trim());
  return m ? m[1]!.split(",").map(Number).filter(Number.isFinite) : [];
}
