// Agreements: the graph by keyboard, duties of a state, and what was in force when.
import assert from "node:assert/strict";

export default async function (t) {
  const page = await t.open("/agreements");
  const { agreements } = await t.get("answer");
  assert.ok(agreements, "the answer has agreements");
  const actor = page.getByRole("button", { name: "Suderia", exact: true }).first();
  await actor.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What Suderia owes and is owed" }).waitFor();
  assert.match(await page.locator("main").innerText(), /Both help to build a railway bridge/);
  const heads = await page.locator("main table").first().locator("thead th").evaluateAll((all) => all.map((h) => getComputedStyle(h).display));
  assert.deepEqual([...new Set(heads)], ["table-cell"], "every head stands over its column");
  await page.getByRole("button", { name: "Pact of Norland and Suderia", exact: true }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Pact of Norland and Suderia/ }).first().waitFor();
  assert.match(await page.locator("main").innerText(), /not yet \(no act has brought it into force\)/);
  const found = [...(agreements.today.verdicts ?? []), ...(agreements.horizon.verdicts ?? [])].filter((f) => f.core?.length && f.concessions?.length);
  const clashes = new Map(found.map((f) => [f.sentence, f.concessions.length]));
  assert.equal(await page.locator(".clash").count(), clashes.size);
  assert.equal(await page.locator(".ends li").count(), [...clashes.values()].reduce((a, b) => a + b, 0));
}
