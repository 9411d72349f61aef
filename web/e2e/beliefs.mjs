// End-to-end checks of the page of beliefs against a running server, and how long the
// numbers take to follow a hand:
//   astara serve --addr 127.0.0.1:8440 --data "$(mktemp -d)" &
//   node web/e2e/beliefs.mjs http://127.0.0.1:8440 [case] [claim]
// The case must have been answered; the claim is one with an interval that moves some
// number of its first question. What is written goes into a copy in the data folder,
// so that folder should be a temporary one. CHROMIUM names another browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [address = "http://127.0.0.1:8420", name = "caucasus", moving = "korybko-ties"] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const faults = [];
const at = (query = {}) => `${address}/#/${name}/beliefs?${new URLSearchParams(query)}`;

async function open(context, query) {
  const page = await context.newPage();
  page.on("pageerror", (e) => faults.push(`${page.url()}: ${e.message}`));
  page.on("console", (m) => /Content Security Policy/.test(m.text()) && faults.push(`${page.url()}: ${m.text()}`));
  page.on("request", (r) => !r.url().startsWith(address) && !/^(blob|data):/.test(r.url()) && faults.push(`left the machine: ${r.url()}`));
  await page.goto(at(query));
  await stands(page);
  return page;
}

/** Waits until numbers and bounds are those of the words that are shown. */
const stands = (page) =>
  page.waitForFunction(() => {
    const d = document.querySelector(".beliefs");
    return d && d.dataset.bounds !== "" && d.dataset.bounds === d.dataset.of && !document.querySelector(".live .stale, small.stale");
  }, null, { timeout: 120_000 });
const numbers = (page) => page.locator(".outcomes li b").allInnerTexts();

// Both forms and widths: no serious finding of axe, no sideways scroll, with all that is folded open.
for (const colorScheme of ["light", "dark"])
  for (const width of [1440, 390]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const page = await open(context);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (whole > seen) faults.push(`beliefs at ${width}: ${whole} pixels wide`);
    await page.evaluate(axe);
    for (const v of (await page.evaluate(() => window.axe.run())).violations) if (v.impact === "serious" || v.impact === "critical") faults.push(`beliefs at ${width}, ${colorScheme}: ${v.id} ${v.nodes[0].html.slice(0, 120)}`);
    await context.close();
  }

const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await open(context);
const first = await numbers(page);
const claim = `claim-${moving}`;
const low = page.locator(`#${claim} .thumb.low`);
const high = page.locator(`#${claim} .thumb.high`);

// By keys alone: the ends say what they stand at, stay in order, and nothing changes but by a key.
await low.focus();
await page.keyboard.press("Home");
for (const key of ["ArrowRight", "Shift+ArrowRight", "PageUp"]) await page.keyboard.press(key);
assert.equal(await low.getAttribute("aria-valuetext"), "at least 16 %");
await high.focus();
await page.keyboard.press("Home");
assert.equal(await low.getAttribute("aria-valuenow"), "0", "an end is pushed, not crossed");
await page.keyboard.press("PageUp");
await page.waitForFunction(() => location.hash.includes("c="));
await stands(page);
const moved = await numbers(page);
assert.notDeepEqual(moved, first, "numbers follow");

// The address restores it; without the change everything is as it was.
const again = await open(context, Object.fromEntries(new URLSearchParams(page.url().split("?")[1])));
assert.deepEqual(await numbers(again), moved, "an address restores what was changed");
await again.close();
await page.getByRole("button", { name: "Reset all" }).click();
await stands(page);
assert.deepEqual(await numbers(page), first, "reset");

// Under the hand the numbers follow, the bounds are those of before and follow on release.
const box = await low.boundingBox();
await low.scrollIntoViewIfNeeded();
const from = (await low.boundingBox()) ?? box;
await page.mouse.move(from.x + 8, from.y + 8);
await page.mouse.down();
const before = await page.locator(".beliefs").getAttribute("data-of");
for (let i = 1; i <= 10; i++) await page.mouse.move(from.x + 8 - 6 * i, from.y + 8);
await page.waitForFunction((b) => document.querySelector(".beliefs").dataset.of !== b, before);
assert.ok((await page.locator("small.stale").count()) > 0, "bounds are grey while the hand moves");
await page.mouse.up();
await stands(page);
await page.getByRole("button", { name: "Reset all" }).click();
await stands(page);

// What one thinks oneself is a view; words that clash say so, with all of a core together.
await page.locator(".add button.main").click();
await stands(page);
await page.locator(".own .thumb.low").focus();
await page.keyboard.press("End");
await page.locator(".add > summary").click();
await page.locator(".add button.main").click();
await page.locator(".own .thumb.high").nth(1).focus();
await page.keyboard.press("Home");
await page.waitForFunction(() => document.querySelectorAll(".own .claim.clash").length === 2, null, { timeout: 30_000 });
await stands(page);
assert.match(await page.locator(".own .clashing").innerText(), /widened by 50 points.* – against – /s);
assert.doesNotMatch(await page.locator(".own .clashing").innerText(), /own-\d/, "claims are named by what they say");
const core = page.locator(".contradictions li").filter({ hasText: "yours" }).first();
await core.getByRole("button").click();
assert.equal(await page.locator(".own .claim.lit").count(), 2, "the claims of a core light up together");
await page.locator(".own .claim").nth(1).getByRole("button", { name: "Take it back" }).click();
await stands(page);
assert.equal(await page.locator(".own .clashing").count(), 0);

// Written into a copy: an interval and a claim of one's own; the copy has no errors.
await page.locator(`#${claim} .thumb.low`).evaluate((e) => e.closest("details").setAttribute("open", ""));
await low.focus();
await page.keyboard.press("Home");
await stands(page);
await page.getByRole("button", { name: "Write to the case" }).click();
const status = page.locator(".write [role=status]");
await status.waitFor({ timeout: 60_000 });
const written = await status.innerText();
assert.match(written, /claims\/my-view\.yaml \(version \d+\)/);
assert.doesNotMatch(written, /error/);
await page.close();

// How long numbers take: from a key to the frame that shows the numbers, each time at a
// place where the end has not been; under all experts together and under their consensus.
for (const view of ["mixture", "consensus"]) await measure(view);

async function measure(view) {
  const timed = await open(context, { v: view });
  await timed.evaluate(() => document.querySelectorAll("details.expert").forEach((d) => (d.open = true)));
  const load = () => readFileSync("/proc/loadavg", "utf8").split(" ")[0];
  console.log(`load of the machine ${load()}`);
  const all = [];
  for (const id of await timed.locator(".claim:has([role=slider])").evaluateAll((list) => list.map((e) => e.id))) {
    const took = await timed.evaluate(async (id) => {
      const root = document.querySelector(".beliefs");
      const out = [];
      const end = () => document.querySelector(`#${CSS.escape(id)} .thumb.low`);
      const key = Number(end().getAttribute("aria-valuenow")) > 30 ? "ArrowLeft" : "ArrowRight";
      for (let i = 0; i < 20; i++) {
        const start = performance.now();
        const shown = new Promise((ok) => {
          const o = new MutationObserver(() => {
            o.disconnect();
            requestAnimationFrame(() => setTimeout(() => ok(performance.now() - start)));
          });
          o.observe(root, { attributes: true, attributeFilter: ["data-of"] });
        });
        end().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        out.push(await shown);
      }
      return out;
    }, id);
    await timed.getByRole("button", { name: "Reset all" }).click();
    await stands(timed);
    took.sort((a, b) => a - b);
    all.push(...took);
    console.log(`${id}: median ${took[10].toFixed(0)} ms, 90 % ${took[18].toFixed(0)} ms`);
  }
  all.sort((a, b) => a - b);
  console.log(`${view}: ${all.length} moves, median ${all[all.length >> 1].toFixed(0)} ms, 90 % ${all[Math.floor(0.9 * all.length)].toFixed(0)} ms, most ${all[all.length - 1].toFixed(0)} ms; load ${load()}`);
  await timed.close();
}
await browser.close();
if (faults.length > 0) {
  console.error([...new Set(faults)].join("\n"));
  process.exit(1);
}
console.log("beliefs: all checks hold");
