import { expect, test } from "vitest";
import { namesOf, spoken, type EnergyFlows, type EnergyNetwork } from "../src/energy";
import { inForceOn, type Network } from "../src/network";
import { pathsOf, sourceOf, textOf } from "../src/source";
import { changeScale, edgeOpenOn, energyStrokes, flowScale, lineOf, linkStrokes, sideBySide, stretches, width, type Stroke } from "../src/strokes";
import { strip } from "../src/ui/picture";

test("whose flows are shown stands in the address and comes back from it", () => {
  for (const text of ["base", "", "zangezur=open,position(IR,zangezur)=oppose", "mean:mixture:pact:in_force"]) expect(textOf(sourceOf(text))).toBe(text);
  expect(pathsOf(sourceOf("base")).freight).toBe("flows?base_year=true");
  expect(pathsOf(sourceOf("a=b")).energy).toBe("energy/flows?world=a%3Db");
  expect(pathsOf(sourceOf("mean:all:pact:signed")).freight).toBe("flows/mean?view=all&act=pact&state=signed");
});

test("a fourfold flow is twice as wide; nothing is nothing", () => {
  const s = flowScale(-1);
  expect(width("rail", 4e6, s) / width("rail", 1e6, s)).toBeCloseTo(2, 9);
  expect(width("rail", 0, s)).toBe(0);
  expect(width("power", -2000, s)).toBe(width("power", 2000, s));
});

test("changes get a scale of their own, never a wider one than flows", () => {
  const small = changeScale([{ layer: "rail", moves: 2e4 }, { layer: "gas", moves: 0 }], -1);
  expect(width("rail", 2e4, small)).toBeGreaterThan(10);
  expect(small.gas).toBe(flowScale(-1).gas);
  expect(changeScale([{ layer: "road", moves: 1e9 }], -1).freight).toBe(1e6);
});

test("a leg runs by its straits in the order that is shortest, the short way round the world", () => {
  const suez: [number, number] = [32, 30];
  const mandeb: [number, number] = [43, 13];
  expect(lineOf([73, 19], [34, 37], [suez, mandeb])).toEqual([[73, 19], mandeb, suez, [34, 37]]);
  expect(lineOf([170, 0], [-170, 0], [])[1]![0]).toBe(190);
});

const network = {
  nodes: [
    { id: "a", name: "A", type: "", country: "AZ", at: [0, 0] },
    { id: "b", name: "B", type: "", country: "AZ", at: [1, 1] },
  ],
  links: [
    { id: "l1", from: "a", to: "b", mode: "rail", km: 1, open: true, letter: "a" },
    { id: "l2", from: "b", to: "a", mode: "road", km: 1, open: false, opens: "2030", letter: "a" },
  ],
  crossings: [],
  straits: [],
  projects: [],
  zones: [],
  commodities: [],
  rules: [],
  markets: [],
} as unknown as Network;

test("strokes carry flow and change, and know what was open on a day", () => {
  const [rail, road] = linkStrokes(network, [5, 1], [2, 4], "2025-01-16");
  expect([rail!.flow, rail!.change, rail!.open]).toEqual([5, 3, true]);
  expect([road!.change, road!.moves, road!.open]).toEqual([-3, 3, false]);
  expect(linkStrokes(network, [5, 1], null, "2031")[1]!.open).toBe(true);
  expect(linkStrokes(network, null, null, "")[0]!.flow).toBe(0);
});

test("legs at sea that share a way are added up on it, whichever way they run", () => {
  const sea = {
    ...network,
    nodes: [...network.nodes, { id: "c", name: "C", type: "", country: "AZ", at: [179, 1] }],
    links: [
      { id: "s1", from: "a", to: "c", mode: "sea", via: [[5, 0], [6, 0]], km: 1, open: true, letter: "a" },
      { id: "s2", from: "b", to: "a", mode: "ferry", via: [[6, 0], [5, 0]], km: 1, open: true, letter: "a" },
      { id: "s3", from: "b", to: "c", mode: "sea", km: 1, open: true, letter: "a" },
    ],
  } as unknown as Network;
  const all = linkStrokes(sea, [3, 4, 0], [1, 9, 0], "");
  expect(all[0]!.line).toEqual([[0, 0], [5, 0], [6, 0], [179, 1]]);
  const shared = stretches(all).find((x) => x.legs.length === 2)!;
  expect(shared).toMatchObject({ flow: 7, change: -3, moves: 3, legs: ["s2", "s1"] });
  expect(stretches(all)).toHaveLength(4); // a to the way, the way, and from it to c and to b; the third leg moves nothing
  expect(stretches(linkStrokes(network, [5, 1], null, ""))).toEqual([]);
});

test("title and legend of a picture break into lines that fit", () => {
  const key = (text: string) => ({ text, colour: "", width: 1, dash: false });
  const narrow = strip("a title of a picture", ["one", "two", "three"].map(key), 120, (text) => 6 * text.length);
  expect(narrow.title).toEqual(["a title of a", "picture"]);
  expect(narrow.keys.map((k) => [k.x, k.y])).toEqual([[12, 60], [12, 82], [12, 104]]);
  expect(narrow.height).toBe(124);
  expect(strip("a title", ["one", "two"].map(key), 400, (text) => 6 * text.length).keys.map((k) => [k.x, k.y])).toEqual([[12, 42], [78, 42]]);
});

test("strokes between the same places lie side by side, whichever way they run", () => {
  const pair = sideBySide(linkStrokes(network, [5e6, 1e6], null, ""), (s: Stroke) => width(s.layer, s.flow, flowScale(-1)));
  const side = (s: Stroke) => (s.line[0]![0] < s.line[1]![0] ? s.offset : -s.offset);
  expect(side(pair[0]!)).toBeLessThan(0);
  expect(side(pair[1]!)).toBeGreaterThan(0);
  expect(sideBySide(pair.slice(0, 1), () => 3)[0]!.offset).toBe(0);
});

test("a flow that turns counts both ways; parts of the year have their own", () => {
  const tie = { id: "t", name: "T", from: "x", to: "y", status: "operating", capacity: null, letter: "a", kv: 330, circuits: 1, coupling: "ac", km: 1 };
  const zone = (id: string, at: [number, number]) => ({ id, name: id, country: "AZ", at, carriers: ["power"], boundary: false, plants: [], gas_sources: [], letter: "a" });
  const n: EnergyNetwork = { blocks: [{ id: "peak", name: "Peak", hours: 120, peak: true }], zones: [zone("x", [0, 0]), zone("y", [1, 0])], ties: [tie], pipes: [], named: [{ id: "az_help", name: "Help" }] };
  const flows = (energy: number, mw: number): EnergyFlows => ({ ties: [{ energy, blocks: [mw], in_service: true }], pipes: [] });
  expect(energyStrokes(n, flows(100, -50), flows(-60, 70), -1, "")[0]).toMatchObject({ flow: 100, change: 40, moves: 160 });
  expect(energyStrokes(n, flows(100, -50), flows(-60, 70), 0, "")[0]).toMatchObject({ flow: -50, change: -20, moves: 120 });
  expect(spoken("AZ sheds 5 MW in peak: exchange az_help is full, tie t gives 0 MW", namesOf(n, () => "Azerbaijan"))).toBe("Azerbaijan sheds 5 MW in peak: exchange Help is full, tie T gives 0 MW");
  expect(edgeOpenOn({ ...tie, status: "planned" }, 0)).toBe(false);
  expect(edgeOpenOn({ ...tie, opens: "2024-06" }, 2025 * 372)).toBe(true);
});

test("agreements are in force from their day on until they end", () => {
  const list = [{ id: "a", in_force: "2020-11-10" }, { id: "b", in_force: "2025-10-02" }, { id: "c" }, { id: "d", in_force: "2001", ended: "2010" }];
  expect(inForceOn(list, "2025-01").map((x) => x.id)).toEqual(["a"]);
  expect(inForceOn(list, "2005").map((x) => x.id)).toEqual(["d"]);
  expect(inForceOn(list, "")).toEqual([]);
});
