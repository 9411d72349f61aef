import { expect, test } from "vitest";
import { isMap, isScalar, isSeq, parse } from "yaml";
import flagship from "../../cases/caucasus/effects.yaml?raw";
import starter from "../../casefile/starter/effects.yaml?raw";
import { Yaml, type Path } from "../src/yaml-text";

/** A text for every effect of a file: itself and the comments behind it. */
function each(text: string): string[] {
  const y = new Yaml(text);
  const at = Array.from({ length: y.count(["effects"]) }, (_, i) => text.lastIndexOf("- ", y.range(["effects", i])![0]));
  return at.map((a, i) => `effects:\n${text.slice(a, at[i + 1])}`);
}

/** Paths of all values of a text that are no record and no list. */
function leaves(y: Yaml, at: Path = []): Path[] {
  const n = y.node(at);
  if (isMap(n)) return y.keys(at).flatMap((k) => leaves(y, [...at, k]));
  if (isSeq(n)) return n.items.flatMap((_, i) => leaves(y, [...at, i]));
  return isScalar(n) ? [at] : [];
}

function put(data: unknown, path: Path, value: unknown): unknown {
  const out = structuredClone(data) as never;
  let at: never = out;
  for (const k of path.slice(0, -1)) at = at[k];
  (at as Record<string | number, unknown>)[path[path.length - 1]!] = value;
  return out;
}

function without(data: unknown, path: Path): unknown {
  const out = structuredClone(data) as never;
  let at: never = out;
  for (const k of path.slice(0, -1)) at = at[k];
  const last = path[path.length - 1]!;
  if (Array.isArray(at)) (at as unknown[]).splice(last as number, 1);
  else delete (at as Record<string, unknown>)[last];
  return out;
}

for (const [name, file] of [["flagship", flagship], ["starter", starter]] as const)
  test(`${name}: opened and saved without a change the file is the same to the byte; one value that is changed in each effect is all that differs`, () => {
    const y = new Yaml(file);
    const data = parse(file) as unknown;
    const all = leaves(y);
    expect(all.length).toBeGreaterThan(name === "flagship" ? 550 : 5);
    for (const p of all) expect(y.set(p, y.word(p), "words")).toBe(file);
    for (let i = 0; i < y.count(["effects"]); i++) {
      const own = all.filter((p) => p[1] === i);
      const p = own[(7 * i) % own.length]!;
      const after = y.set(p, "7.25");
      const [from, to] = y.range(p)!;
      expect(after.slice(0, from)).toBe(file.slice(0, from));
      expect(after.slice(after.length - (file.length - to))).toBe(file.slice(to));
      expect(parse(after)).toEqual(put(data, p, 7.25));
    }
  });

const effects = [...each(flagship), ...each(starter)];
const opened = effects.map((text) => ({ text, y: new Yaml(text), data: parse(text) as { effects: { changes: unknown[] }[] } }));

test("a value that is changed changes alone, and nothing outside it", () => {
  let numbers = 0;
  for (const { text, y, data } of opened)
    leaves(y).forEach((p, i) => {
      const number = typeof (y.node(p) as { value: unknown }).value === "number";
      if (number) numbers++;
      const value = number ? "7.25" : ["2.75", "x_1", "a: b, # c", "it's \"so\""][i % 4]!;
      const after = y.set(p, value, number ? "word" : "words");
      const [from, to] = y.range(p)!;
      expect(after.slice(0, from)).toBe(text.slice(0, from));
      expect(after.slice(after.length - (text.length - to))).toBe(text.slice(to));
      expect(parse(after)).toEqual(put(data, p, number ? 7.25 : value));
    });
  expect(numbers).toBeGreaterThan(150);
});

test("what is dropped goes alone, comments outside it stay", () => {
  for (const { text, y, data } of opened)
    for (const p of [...leaves(y), ...data.effects[0]!.changes.map((_, i): Path => ["effects", 0, "changes", i])]) {
      const after = y.drop(p);
      const parent = y.node(p.slice(0, -1));
      if (isSeq(parent) && !parent.flow && parent.items.length === 1) {
        expect(after).toBe(text); // the last item of a list on lines stays
        continue;
      }
      expect(parse(after), p.join("/")).toEqual(without(data, p));
      const comments = (t: string) => t.match(/^\s*#.*$/gm)?.length ?? 0;
      expect(comments(after)).toBe(comments(text) - comments(text.slice(...y.range(p)!)));
    }
});

test("a key that is new is written in its place", () => {
  for (const { y, data } of opened) {
    for (const [key, value] of [["share_of_year", "0.5"], ["note", "words"], ["id", "other"]] as const) {
      const p = ["effects", 0, key];
      expect(parse(y.set(p, value))).toEqual(put(data, p, Number(value) || value));
    }
    data.effects[0]!.changes.forEach((c, k) => {
      const how = ["effects", 0, "changes", k, "add"];
      expect(parse(y.set([...how, "value"], "3 h"))).toEqual(put(data, how, { ...(c as { add?: object }).add, value: "3 h" }));
    });
    const why = ["effects", 0, "why", "letter"];
    expect(parse(y.set(why, "m"))).toEqual(put(data, why, "m"));
  }
});

test("effects are added after another and removed again, nothing else moves", () => {
  const y = new Yaml(flagship);
  const data = parse(flagship) as { effects: unknown[] };
  for (let i = 0; i < data.effects.length; i += 4) {
    const grown = { effects: data.effects.toSpliced(i + 1, 0, { id: "fresh", changes: [{ close: { link: "L1" } }] }) };
    const after = y.append(["effects"], ["id: fresh", "changes:", "- close: {link: L1}"], i);
    expect(parse(after)).toEqual(grown);
    expect(new Yaml(after).drop(["effects", i + 1])).toBe(flagship);
    expect(parse(y.drop(["effects", i]))).toEqual({ effects: data.effects.toSpliced(i, 1) });
  }
});

test("changes are added, removed and change places", () => {
  const path = ["effects", 0, "changes"];
  for (const { text, y, data } of opened) {
    const list = data.effects[0]!.changes;
    const m = list.length;
    for (let k = 1; k < m; k++) {
      const swapped = y.swap(path, k);
      expect(parse(swapped)).toEqual(put(data, path, list.with(k, list[k - 1]).with(k - 1, list[k])));
      expect(new Yaml(swapped).swap(path, k)).toBe(text);
    }
    // What is added and removed again leaves nothing behind.
    expect(new Yaml(y.append(path, ["open: {project: p}"])).drop([...path, m])).toBe(text);
  }
});

test("keys are renamed", () => {
  const path = ["effects", 0, "changes", 0];
  for (const { text, y } of opened) {
    const key = y.keys(path)[0]!;
    const after = y.rename([...path, key], "spread");
    expect(new Yaml(after).keys(path)).toEqual(["spread", ...y.keys(path).slice(1)]);
    expect(new Yaml(after).rename([...path, "spread"], key)).toBe(text);
  }
});

const odd = `# head
effects: # all
- id: "one"   # its id
  name: 'it''s'
  when:
  why: {source: [S1, S2], reason: |-
      first
      second
    }
  changes: [{open: {link: L1}}, {close: {modes: [rail]}, set: }]

-
  id: two
  why:
    source:
    - A # first
    - B
  share_of_year: [0.1, 0.2]
  reason: >-
    words that are
    folded

    and more # no comment
  # between
  note: "last"`;

test("other ways to write the same are kept", () => {
  const y = new Yaml(odd.replace("reason: |-\n      first\n      second\n    }", "reason: r}"));
  expect(y.broken).toBeNull();
  expect(y.set(["effects", 0, "when"], "a=b")).toContain("\n  when: a=b\n");
  expect(y.set(["effects", 0, "name"], "that's", "words")).toContain("name: 'that''s'\n");
  expect(y.set(["effects", 0, "id"], "two")).toContain("- id: two   # its id");
  expect(y.drop(["effects", 0, "id"])).toContain('effects: # all\n- name: ');
  expect(y.append(["effects", 0, "changes"], ["open: {link: L2}"])).toContain("set: }, {open: {link: L2}}]");
  expect(y.drop(["effects", 0, "changes", 0])).toContain("changes: [{close: {modes: [rail]}, set: }]");
  expect(y.swap(["effects", 0, "changes"], 1)).toContain("[{close: {modes: [rail]}, set: }, {open: {link: L1}}]");
  expect(y.set(["effects", 0, "changes", 1, "set"], "on")).toContain("set: on}");
  expect(y.set(["effects", 1, "note"], "end", "words").endsWith('note: "end"')).toBe(true);
  expect(y.drop(["effects", 1, "note"]).endsWith("# between\n")).toBe(true);
  expect(y.append(["effects"], ["id: three"])).toBe(`${y.text}\n\n- id: three`);
  expect(y.setWords(["effects", 1, "why", "source"], ["A", "C"])).toContain("- A # first\n    - C\n");
  expect(y.setWords(["effects", 1, "why", "source"], ["A", "B", "C"])).toContain("- B\n    - C\n");
  expect(y.setWords(["effects", 1, "why", "source"], ["B"])).toContain("source:\n    - B\n");
  expect(new Yaml(y.setWords(["effects", 1, "why", "source"], ["X", "A", "B"])).words(["effects", 1, "why", "source"])).toEqual(["X", "A", "B"]);
  expect(y.setWords(["effects", 0, "why", "source"], ["S2"])).toContain("{source: [S2], reason");
  expect(y.setWords(["effects", 0, "why", "source"], [])).toContain("why: {reason: r}");
  expect(y.set(["effects", 1, "share_of_year", 1], "0.3")).toContain("[0.1, 0.3]");
  expect(y.drop(["effects", 1, "why", "source"])).toContain("why:\n    {}\n");
});

test("folded words are folded again, in their own width", () => {
  const y = new Yaml(odd.replace("reason: |-\n      first\n      second\n    }", "reason: r}"));
  const path = ["effects", 1, "reason"];
  expect(y.word(path)).toBe("words that are folded\nand more # no comment");
  for (const value of ["short", `${"many words ".repeat(30)}end`, "one\ntwo\n\nthree", "a  b", " led", "tail ", "  x\n y"]) {
    const after = y.set(path, value, "words");
    expect(new Yaml(after).word(path)).toBe(value);
    expect(new Yaml(after).word(["effects", 1, "note"])).toBe("last");
  }
  expect(y.set(path, "one\ntwo", "words")).toContain("reason: >-\n    one\n\n    two\n  # between");
});

test("lines that end as another system ends them go on so", () => {
  const y = new Yaml(starter.replaceAll("\n", "\r\n"));
  for (const after of [y.set(["effects", 0, "name"], "other words"), y.set(["effects", 0, "share_of_year"], "0.5"), y.append(["effects"], ["id: x", "name: y"]), y.append(["effects", 0, "changes"], ["open: {link: x}"])]) {
    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
    expect(after.replaceAll("\r\n", "")).not.toContain("\r");
    expect(new Yaml(after).broken).toBeNull();
  }
});

test("words that look like something else are quoted, names and figures are not", () => {
  const y = new Yaml("a: x\n");
  for (const [value, written] of [["2024", '"2024"'], ["yes", '"yes"'], ["# no", '"# no"'], ["!RU", '"!RU"'], ["*", '"*"'], ["plain words, so", "plain words, so"]] as const) expect(y.set(["a"], value, "words")).toBe(`a: ${written}\n`);
  for (const [value, written] of [["2024", "2024"], ["-5..-3 h", "-5..-3 h"], ["on", "on"], ["115 %", "115 %"], ["", '""']] as const) expect(y.set(["a"], value)).toBe(`a: ${written}\n`);
});

test("a text that is empty or only a comment gets its first list", () => {
  for (const head of ["", "# mine\n", "# mine", "effects:\n", "effects: # mine\n"]) {
    const after = new Yaml(head).append(["effects"], ["id: a", "why: {letter: c}"]);
    expect(parse(after)).toEqual({ effects: [{ id: "a", why: { letter: "c" } }] });
    expect(after).toContain(head.includes("# mine") ? "# mine" : "");
  }
  expect(parse(new Yaml("effects: []\n").append(["effects"], ["id: a", "why: {letter: c}"]))).toEqual({ effects: [{ id: "a", why: { letter: "c" } }] });
});

test("what is no YAML says where", () => {
  expect(new Yaml("effects:\n- id: [a\n").broken).not.toBeNull();
  const y = new Yaml("a: 1\n\u{1f6a2}b: 2\n");
  expect(y.offset(2, 2)).toBe(7);
});
