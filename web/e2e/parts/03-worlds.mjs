// Worlds: states are chosen by keyboard and numbers follow from the table; a second world
// beside the first; the address restores both.
import assert from "node:assert/strict";
import { near, number, settled } from "../lib.mjs";

export default async function (t) {
  const page = await t.open("/worlds");
  const row = page.locator("table.numbers tbody tr", { hasText: "Rail freight" });
  const before = number(await row.locator("td.n").first().innerText());
  assert.ok(near(before, (await t.get("flows")).outcomes.through_rail / 1e6) || near(before, (await t.get("flows")).outcomes.through_rail), "the baseline's number is the run's");
  await page.locator("fieldset.variable", { hasText: "Railway bridge" }).locator("input:checked").focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => /rail_bridge(=|%3D)built/.test(location.hash));
  await page.locator("table.numbers th", { hasText: "This world" }).first().waitFor();
  const after = number(await row.locator("td.n").nth(1).innerText());
  const run = (await t.get("flows?world=rail_bridge%3Dbuilt")).outcomes.through_rail;
  assert.ok(near(after, run / 1e6) || near(after, run), `${after} on the page, ${run} in the run`);
  assert.ok(after > before);
  await page.getByRole("button", { name: "Compare with a second world" }).click();
  await page.getByRole("button", { name: "All at the baseline" }).click();
  const address = page.url();
  await page.reload();
  await settled(page);
  assert.equal(page.url(), address);
  const cells = await row.locator("td.n").allInnerTexts();
  assert.ok(cells.some((c) => near(number(c), before)) && cells.some((c) => near(number(c), after)), `${cells}`);
  await page.getByRole("button", { name: /Rail freight/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".matters .steps li").first().waitFor();
}
