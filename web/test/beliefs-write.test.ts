import { expect, test } from "vitest";
import { unchanged } from "../src/beliefs";
import { editsOf, ownFile, saying } from "../src/beliefs-write";
import type { Meta } from "../src/meta";

const file = `# What A said.
claims:

- id: a-one
  speaker: a
  source: s
  locator: {start: 1, end: 2, sha256: x}
  date: 2025-01-16
  paraphrase: One.
  kind: outcome
  if: pact=in_force
  interval: [0.9, 1.0] # ours
  outcome:
    outcomes: [x, y]
    of: all
  letter: c
  note: >-
    Long
    note.

- id: a-two
  speaker: a
  hedge: likely
  kind: possibility
  then: grid=linked
  letter: b
`;
const meta = {
  as_of: "2025-01-16",
  variables: [{ id: "pact", name: "The pact", states: ["none", "in_force"] }],
  sources: [{ id: "s" }],
  actors: [{ id: "a" }],
  claims: [
    { id: "a-one", file: "claims/a.yaml", paraphrase: "One.", kind: "outcome" },
    { id: "a-two", file: "claims/a.yaml", paraphrase: "Two.", kind: "possibility" },
    { id: "my-view-1", file: ownFile, paraphrase: "Mine.", kind: "level" },
  ],
} as unknown as Meta;

test("intervals are set in place, all of a file at once; claims switched off stay", () => {
  const edits = editsOf(meta, { ...unchanged, claims: { "a-one": { interval: [0.5, 0.6] }, "a-two": { interval: [0.1, 0.2], off: true } } });
  expect(edits.map((e) => e.path)).toEqual(["claims/a.yaml"]);
  const text = edits[0]!.apply(file, () => "");
  expect(text).toContain("  interval: [0.5, 0.6] # ours\n");
  expect(text).toContain("  hedge: likely\n  kind: possibility\n  then: grid=linked\n  interval: [0.1, 0.2]\n  letter: b\n");
  expect(text.split("\n").length).toBe(file.split("\n").length + 1);
  expect(editsOf(meta, { ...unchanged, claims: { "a-one": { off: true } } })).toEqual([]);
});

test("what a claim says, without whose it is and how sure", () => {
  expect(saying(file, "a-one")).toEqual(["  if: pact=in_force", "  outcome:", "    outcomes: [x, y]", "    of: all"]);
  expect(saying(file, "a-two")).toEqual(["  then: grid=linked"]);
  expect(saying(file, "nobody")).toEqual([]);
});

test("one's own claims get a source, a speaker and a file", () => {
  const own = [
    { id: "own-1", then: 'position(IR,zangezur)="for"', if: "pact=in_force", interval: [0.6, 0.8] as const },
    { id: "own-2", like: "a-two", interval: [0.2, 0.3] as const },
  ];
  const edits = editsOf(meta, { ...unchanged, own });
  expect(edits.map((e) => e.path)).toEqual(["sources.yaml", "actors.yaml", ownFile]);
  expect(edits[1]!.apply("actors:\n- {id: a}\n\n", () => "")).toBe("actors:\n- {id: a}\n- {id: my-view, name: My view, kind: person}\n");
  expect(edits[2]!.needs).toEqual(["claims/a.yaml"]);
  const text = edits[2]!.apply("", () => file);
  expect(text).toContain('claims:\n\n- id: my-view-2\n  speaker: my-view\n  source: my-view\n');
  expect(text).toContain('  then: "position(IR,zangezur)=\\"for\\""\n  interval: [0.6, 0.8]\n  letter: c\n\n- id: my-view-3\n');
  expect(text).toContain('  quote: {exact: "If “The pact” is in force, then position(IR,zangezur)=\\"for\\" (60 % to 80 %)"}\n');
  expect(text).toContain("  kind: level\n  then: grid=linked\n  interval: [0.2, 0.3]\n");
  const again = edits[2]!.apply(text, () => file);
  expect(again).toContain("- id: my-view-4\n");
  expect(again.startsWith(text.trimEnd())).toBe(true);
  const known = { ...meta, sources: [...meta.sources, { id: "my-view" }], actors: [...meta.actors, { id: "my-view" }] } as unknown as Meta;
  expect(editsOf(known, { ...unchanged, own }).map((e) => e.path)).toEqual([ownFile]);
});
