// Chains: those of the API, cheapest first; chosen by keyboard; the best in other worlds.
import assert from "node:assert/strict";
import { near, number, settled } from "../lib.mjs";

export default async function (t) {
  const page = await t.open("/chains");
  await page.getByLabel(/^From/).selectOption({ label: "Norland, Norland" });
  await page.getByLabel(/^To/).selectOption({ label: "Suderia, Suderia" });
  await settled(page);
  const ways = page.locator(".ways button");
  await page.waitForFunction(() => document.querySelectorAll(".ways button").length > 0);
  const [from, to, goods] = await page.evaluate(() => [...document.querySelectorAll(".choose select")].map((s) => s.value));
  const chains = await t.get(`chains?${new URLSearchParams({ from, to, commodity: goods, max: "4" })}`);
  assert.equal(await ways.count(), chains.length);
  for (const [i, c] of chains.entries()) {
    const said = await ways.nth(i).innerText();
    assert.ok(near(number(said.slice(said.indexOf(":") + 1)), c.hours), `${said}: ${c.hours} h in the API`);
  }
  // A window that gets narrow: the drawing follows, and does not hold the page as wide as it was.
  const whole = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 900 });
  await page.waitForFunction(() => document.querySelector(".profile svg").clientWidth <= innerWidth);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is as wide as the window");
  await page.setViewportSize(whole);
  await ways.last().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelector("main").innerText.includes(`Chain ${n}, operation by operation`), chains.length);
  await page.locator("summary", { hasText: "worlds chosen" }).waitFor();
  await page.getByRole("button", { name: "Find the best in each" }).click();
  await settled(page);
  const best = page.getByRole("table", { name: /^The best chain in each world/ });
  await best.waitFor();
  assert.ok((await best.locator("tbody tr").count()) >= 2, "several worlds");
  await page.getByRole("button", { name: "The other way" }).click();
  await settled(page);
  assert.equal((await page.evaluate(() => document.querySelector(".choose select").value)), to);
}
