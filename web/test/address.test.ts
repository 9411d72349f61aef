import { expect, test } from "vitest";
import { parse, to } from "../src/address";
import { states, write } from "../src/ui/world";
import type { Variable } from "../src/meta";

test("an address is read as it was written", () => {
  for (const rest of [["AZ"], [], ["a/b", "c?d"]]) {
    const r = parse(to("caucasus", "country", rest, { w: "pact=in_force,position(IR,zangezur)=oppose", at: "link:x&y" }));
    expect(r.case).toBe("caucasus");
    expect(r.page).toBe("country");
    expect(r.rest).toEqual(rest);
    expect(r.query.get("w")).toBe("pact=in_force,position(IR,zangezur)=oppose");
    expect(r.query.get("at")).toBe("link:x&y");
  }
});

test("the list of cases has no parts, and a malformed one does no harm", () => {
  expect(parse("")).toMatchObject({ case: "", page: "", rest: [] });
  expect(parse("#/")).toMatchObject({ case: "", page: "" });
  expect(parse("#/../map")).toMatchObject({ case: "" }); // no way up in the addresses of the API
  expect(parse("#/%2e%2e/map")).toMatchObject({ case: "" });
  expect(parse("#/%E0%A4%A/map")).toMatchObject({ case: "%E0%A4%A", page: "map" });
});

const v = (id: string, ...states: string[]): Variable => ({ id, name: id, kind: "fact", states, baseline: 0, influenced_by: [] });

test("a world is written as what differs from the baseline, commas in brackets kept", () => {
  const vs = [v("pact", "none", "in_force"), v("position(IR,zangezur)", "tolerate", "oppose"), v("rail", "no", "yes")];
  const text = write(vs, { pact: "none", "position(IR,zangezur)": "oppose", rail: "yes" });
  expect(text).toBe("position(IR,zangezur)=oppose,rail=yes");
  expect(states(text)).toEqual({ "position(IR,zangezur)": "oppose", rail: "yes" });
});
