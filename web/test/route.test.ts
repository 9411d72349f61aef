import { afterEach, beforeEach, expect, test, vi } from "vitest";

// A browser's address in small: what route.ts reads and writes of it.
let hash = "";
let writes = 0;
let refuses = false;
const told: Record<string, (() => void)[]> = {};
const tell = (event: string) => told[event]?.forEach((f) => f());
const go = (fragment: string) => {
  hash = fragment;
};

async function page(fragment: string) {
  go(fragment);
  writes = 0;
  refuses = false;
  for (const k of Object.keys(told)) delete told[k];
  vi.resetModules();
  return import("../src/route");
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.stubGlobal("location", { get hash() { return hash; } });
  vi.stubGlobal("history", {
    replaceState(_: unknown, __: string, to: string) {
      writes++;
      if (refuses) throw new Error("too many changes of the address");
      hash = to;
    },
  });
  vi.stubGlobal("addEventListener", (event: string, f: () => void) => (told[event] ??= []).push(f));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a hand that drags writes the address some times a second, and the last state always", async () => {
  const { remember, route } = await page("#/c/map");
  for (let i = 0; i < 300; i++) {
    remember({ d: String(i) });
    expect(route.value.query.get("d")).toBe(String(i)); // the page follows at once
    vi.advanceTimersByTime(10);
  }
  expect(writes).toBeLessThanOrEqual(25); // browsers refuse more than 100 in 10 s
  vi.advanceTimersByTime(1000);
  expect(hash).toBe("#/c/map?d=299");
});

test("a browser that refuses to change the address does not stop the page, and is asked again", async () => {
  const { remember, route } = await page("#/c/map");
  refuses = true;
  remember({ d: "2030" });
  expect(route.value.query.get("d")).toBe("2030");
  refuses = false;
  vi.advanceTimersByTime(2000);
  expect(hash).toBe("#/c/map?d=2030");
});

test("state of a page that is being left is not written over the page that opens", async () => {
  const { remember, route } = await page("#/c/map");
  remember({ d: "1" });
  vi.advanceTimersByTime(10);
  remember({ d: "2" }); // waits for its turn
  go("#/c/worlds"); // a link is followed; the event comes later
  remember({ d: "3" });
  vi.advanceTimersByTime(1000);
  expect(hash).toBe("#/c/worlds");
  tell("hashchange");
  expect(route.value.page).toBe("worlds");
  vi.advanceTimersByTime(1000);
  expect(hash).toBe("#/c/worlds");
});

test("a reload finds the last state", async () => {
  const { remember } = await page("#/c/map");
  remember({ d: "1" });
  remember({ d: "2" });
  tell("pagehide");
  expect(hash).toBe("#/c/map?d=2");
});
