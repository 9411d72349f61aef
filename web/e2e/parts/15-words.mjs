// Beliefs in full, over a case of its own: the ends of an interval by keys and by hand, claims
// of one's own that clash, and what is written into the case.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Part, serve, solve } from "../lib.mjs";

export default async function (all) {
  const server = await serve(all.program, "words");
  const t = new Part(all.browser, server);
  try {
    await solve(t);
    await words(t);
  } finally {
    all.faults.push(...t.faults);
    await server.end();
  }
}

/** Numbers and bounds are those of the words that are shown. */
const stands = (page) =>
  page.waitForFunction(() => {
    const d = document.querySelector(".beliefs");
    return d && d.dataset.bounds !== "" && d.dataset.bounds === d.dataset.of && !document.querySelector("small.stale");
  }, null, { timeout: 60_000 });
const numbers = (page) => page.locator(".outcomes li b").allInnerTexts();

async function words(t) {
  const page = await t.open("/beliefs", { refusals: [404] }); // whether there is a file of one's own yet
  await stands(page);
  const first = await numbers(page);
  const claim = page.locator("#claim-engineer-bridge");
  await claim.locator(".thumb.low").evaluate((e) => {
    for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  });
  const low = claim.locator(".thumb.low");
  const high = claim.locator(".thumb.high");

  // By keys alone: the ends say what they stand at, and stay in order.
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
  const again = await t.open(`/beliefs?${page.url().split("?")[1]}`);
  await stands(again);
  assert.deepEqual(await numbers(again), moved, "an address restores what was changed");
  await again.close();
  await page.getByRole("button", { name: "Reset all" }).click();
  await stands(page);
  assert.deepEqual(await numbers(page), first, "reset");

  // What one thinks oneself is a view; words that clash say so, and all of a core light up together.
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
  for (const core of await page.locator(".contradictions > ol > li").filter({ hasText: "yours" }).all()) {
    const show = core.getByRole("button");
    const n = Number(/the (\d+) claims/.exec(await show.innerText())?.[1] ?? 1);
    await show.click();
    assert.equal(await page.locator(".claim.lit").count(), n, await core.innerText());
  }
  await page.locator(".own .claim").nth(1).getByRole("button", { name: "Take it back" }).click();
  await stands(page);
  assert.equal(await page.locator(".own .clashing").count(), 0);

  // Written into the case: a file of one's own view, and no errors.
  await low.focus();
  await page.keyboard.press("Home");
  await stands(page);
  await page.getByRole("button", { name: "Write to the case" }).click();
  const status = page.locator(".write [role=status]");
  await status.waitFor({ timeout: 60_000 });
  const written = await status.innerText();
  assert.match(written, /claims\/my-view\.yaml \(version \d+\)/);
  assert.doesNotMatch(written, /error/);
  assert.ok(readdirSync(join(t.folder, "claims")).includes("my-view.yaml"));
}
