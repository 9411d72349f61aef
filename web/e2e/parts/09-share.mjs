// Share: a link restores the exact view, a run is opened by its hash, files are downloaded.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { settled } from "../lib.mjs";

export default async function (t) {
  const page = await t.open(`/worlds?w=${encodeURIComponent("rail_bridge=built")}`);
  const shown = await page.locator("table.numbers").first().innerText();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator(".linked input").waitFor();
  await page.getByRole("button", { name: "Give it a short name" }).click();
  await page.waitForFunction(() => document.querySelector(".linked input")?.value.includes("#/~"));
  const short = await page.locator(".linked input").inputValue();
  const other = await t.open(short.slice(short.indexOf("#/") + 2));
  await other.locator("table.numbers").first().waitFor();
  assert.equal(await other.locator("table.numbers").first().innerText(), shown);

  const share = await t.open("/share");
  await share.getByRole("button", { name: "Make Answer, JSON" }).click();
  const link = share.getByRole("link", { name: "answer.json", exact: true });
  await link.waitFor({ timeout: 60_000 });
  const [file] = await Promise.all([share.waitForEvent("download"), link.click()]);
  const made = JSON.parse(readFileSync(await file.path(), "utf8"));
  const answer = await t.get("answer");
  assert.deepEqual(made.questions, answer.questions);
  const [run] = (await (await fetch(`${t.address}/api/v1/runs`)).json()).filter((r) => r.case === t.name);
  await share.getByRole("link", { name: run.hash.slice(0, 12) }).first().click();
  await settled(share);
  assert.match(share.url(), new RegExp(run.hash));
  await share.locator(".asked h2").first().waitFor();
}
