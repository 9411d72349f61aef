// Evidence: a text is attached and read with the claim at its place; words are found; the
// ledger says what became of claims; it stays on this machine and goes away again.
import assert from "node:assert/strict";
import { join } from "node:path";
import { readFileSync } from "node:fs";

export default async function (t) {
  const page = await t.open("/evidence?t=texts");
  await page.getByLabel("Text file").setInputFiles(join(t.folder, "interview.md"));
  await page.locator(".source mark").first().waitFor();
  const { start, end } = /locator: \{start: (?<start>\d+), end: (?<end>\d+)/.exec(readFileSync(join(t.folder, "claims/engineer.yaml"), "utf8")).groups;
  const words = [...readFileSync(join(t.folder, "interview.md"), "utf8")].slice(start, end).join("");
  assert.equal((await page.locator(".source mark").first().innerText()).replace(/\s+/g, " "), words.replace(/\s+/g, " "));
  // In a low window, too, the words that were asked for are in sight.
  await page.setViewportSize({ width: 1440, height: 560 });
  for (const id of await page.locator(".source mark").evaluateAll((all) => all.map((m) => m.dataset.claims.split("\n")[0]))) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.goto(`${t.address}/#/${t.name}/evidence?t=texts&on=claim%2F${id}`);
    await page.locator(`.source mark.now[data-claims*="${id}"]`).waitFor();
    const box = await page.locator(".source mark.now").first().boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= 560, `the words of ${id} at ${box.y} to ${box.y + box.height}`);
  }
  await page.getByRole("button", { name: "Remove the text from this machine" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByLabel("Text file").waitFor();

  const search = page.getByLabel("Search the case");
  await search.focus();
  await page.keyboard.type("river authority bridge".split(" ")[2]);
  await page.locator("main mark").first().waitFor();
  await page.goto(`${t.address}/#/${t.name}/evidence?t=ledger`);
  await page.getByRole("button", { name: /on engineer-bridge/ }).first().waitFor();
  assert.match(await page.locator("main").innerText(), /open/);
  await page.goto(`${t.address}/#/${t.name}/evidence?t=sources`);
  await page.getByText("The Brigg Courier").first().waitFor();
}
