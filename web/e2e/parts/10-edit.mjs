// Edit: checks at their line, a draft that a reload and a killed tab keep, versions, two tabs
// whose changes come together, and a clear word where they meet in one line.
import assert from "node:assert/strict";
import { settled } from "../lib.mjs";

export default async function (t) {
  const context = await t.browser.newContext({ viewport: { width: 1440, height: 900 } });
  const at = "/edit?f=case.yaml";
  const page = await t.open(at, { context, refusals: [409] });
  const text = (p) => p.getByLabel("Text of case.yaml");
  await text(page).waitFor();
  const first = await text(page).inputValue();
  await text(page).fill(first.replace(/^title:/m, "titel:"));
  const problem = page.locator(".problems li", { hasText: "titel" }).getByRole("button").first();
  await problem.waitFor();
  assert.match(await problem.innerText(), new RegExp(`^${first.split("\n").findIndex((l) => l.startsWith("title:")) + 1}:`));
  await page.reload();
  await text(page).waitFor();
  assert.match(await text(page).inputValue(), /^titel:/m);
  await page.close(); // as a tab that crashed
  const later = await t.open(at, { context, refusals: [409] });
  await text(later).waitFor();
  assert.match(await text(later).inputValue(), /^titel:/m);
  await later.getByRole("button", { name: "Drop my changes" }).click();

  // Two tabs, other places: both changes are kept.
  const other = await t.open(at, { context, refusals: [409] });
  await text(other).waitFor();
  await text(other).fill(`# of the second tab\n${first}`);
  await text(later).fill(`${first}# of the first tab\n`);
  await later.keyboard.press("Control+s");
  await later.getByText("Saved as version").waitFor();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  await other.locator(".merge").waitFor();
  assert.ok(await other.locator(".merge").evaluate((m) => m === document.activeElement && m.getBoundingClientRect().top < innerHeight && m.getBoundingClientRect().bottom > 0), "the message is brought to whoever saved");
  await other.getByRole("button", { name: "Go on with both" }).click();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  await other.getByText("Saved as version").waitFor();
  const both = `# of the second tab\n${first}# of the first tab\n`;
  assert.equal(await text(other).inputValue(), both);
  const { text: saved } = await t.get("file?path=case.yaml");
  assert.equal(saved, both);

  // The same line: nothing is lost, and the markers say which is whose.
  await later.reload();
  await text(later).waitFor();
  await text(later).fill(both.replace(/^title: .*$/m, "title: The first tab's"));
  await text(other).fill(both.replace(/^title: .*$/m, "title: The second tab's"));
  await later.keyboard.press("Control+s");
  await later.getByText("Saved as version").waitFor();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  const merge = other.locator(".merge");
  await merge.waitFor();
  assert.match(await other.locator("main").innerText(), /meet in the same lines/);

  // Back to the start, as a version; the old ones stay.
  const now = await t.get("file?path=case.yaml");
  const put = await fetch(`${t.api}/file?path=case.yaml`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: first, sha256: now.sha256 }) });
  assert.equal(put.status, 200);
  const versions = await t.get("versions");
  assert.ok(versions.length >= 5, `${versions.length} versions`);
  const table = await t.open("/edit?f=freight/link.csv&v=table", { context });
  await settled(table);
  assert.ok((await table.locator("table tbody tr").count()) > 5);
}
