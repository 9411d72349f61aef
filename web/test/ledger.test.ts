import { expect, test } from "vitest";
import { emptyRow, groups, problems, rowOf, score, sent, tooFew, type Book, type Entry, type Speaker } from "../src/ledger";

const entry: Entry = { claim: "c", speaker: "s", speaker_name: "S", kind: "level", said: "2025-01-01", paraphrase: "It will.", verdict: "open", rows: 1, evidence: [] };

test("what is sent leaves out what is empty", () => {
  expect(sent(entry, { ...emptyRow, verdict: "open", date: "2025-02-01", happened: "yes", note: " looked " })).toEqual({ claim: "c", rows: 1, verdict: "open", date: "2025-02-01", note: "looked" });
  expect(
    sent({ ...entry, verdict: "held", date: "2025-03-01", rows: 2 }, { ...emptyRow, verdict: "failed", date: "2025-04-01", happened: "no", evidence: ["e"], letter: "b", publisher: "P", title: "T", address: "https://example.org" }),
  ).toEqual({ claim: "c", rows: 2, verdict: "failed", date: "2025-04-01", happened: "no", corrects: "2025-03-01", evidence: ["e"], letter: "b", source: { publisher: "P", title: "T", address: "https://example.org" } });
});

test("a row that was kept is read whatever stands there", () => {
  const row = { ...emptyRow, verdict: "held", evidence: ["a", "b"], note: "n" };
  expect(rowOf(JSON.parse(JSON.stringify(row)))).toEqual(row);
  expect(rowOf({ verdict: 3, evidence: "a", note: null, other: "x" })).toEqual(emptyRow);
  expect(rowOf({ evidence: ["a", 2, null] })).toEqual({ ...emptyRow, evidence: ["a"] });
  for (const none of [null, "x", 4, []]) expect(rowOf(none)).toEqual(emptyRow);
});

test("problems stand at their fields", () => {
  const body = { errors: [{ message: "too early", location: "body.date" }, { message: "no", location: "body.source.date" }, { message: "x", location: "body" }, { message: "y" }] };
  expect(problems(body)).toEqual({ date: ["too early"], "source.published": ["no"], "": ["x", "y"] });
  expect(problems(null)).toEqual({});
});

test("scores with their range", () => {
  expect(score({})).toBe("–");
  expect(score({ best: 0.04, centre: 0.09, worst: 0.16 })).toBe("0.090 (0.040 to 0.160)");
  expect(score({ best: 0, centre: 0, worst: 0 })).toBe("0.000");
  expect(score({ best: 0.1, centre: 0.2 })).toBe("0.200 (0.100 to infinite)");
  const s = { scored: 3 } as Speaker;
  expect([tooFew(s, 10), tooFew({ ...s, scored: 10 }, 10), tooFew({ ...s, scored: 0 }, 10)]).toEqual([true, false, false]);
});

test("claims in groups, the open ones by the day they resolve", () => {
  const claims: Entry[] = [
    { ...entry, claim: "late", resolves: { by: "2030", default: true, past: false } },
    { ...entry, claim: "soon", resolves: { by: "2026-01", default: false, past: false } },
    { ...entry, claim: "never", never: "background" },
    { ...entry, claim: "done", verdict: "held" },
  ];
  const g = groups({ claims } as Book);
  expect([g.settled.map((e) => e.claim), g.open.map((e) => e.claim), g.never.map(([why, es]) => [why, es.map((e) => e.claim)])]).toEqual([["done"], ["soon", "late"], [["background", ["never"]]]]);
});
