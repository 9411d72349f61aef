// Map: flows are those of the API in the baseline, a chosen world, the mean, and as a change;
// links and borders are objects to be chosen by keyboard; whose cargo; the day; pictures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mega, near, number, settled } from "../lib.mjs";

export default async function (t) {
  const page = await t.open("/map");
  const network = await t.get("network");
  const list = page.locator(".finder button");
  const said = async (name) => number((await list.filter({ hasText: name }).first().innerText()).split(",").pop());
  const link = network.links.findIndex((l) => l.id === "R3"); // the railway bridge
  const name = "Brigg North – Brigg South rail";
  const compare = async (query, what) => {
    const flows = await t.get(`flows${query}`);
    const here = await said(name);
    assert.ok(near(here, flows.total[link] / mega) || Math.abs(here - flows.total[link] / mega) < 5e-4, `${what}: ${here} on the map, ${flows.total[link]} t`);
    return flows.total[link];
  };
  const none = await compare("", "baseline");
  await page.goto(`${t.address}/#/${t.name}/map?w=${encodeURIComponent("rail_bridge=built")}`);
  await settled(page);
  const built = await compare("?world=rail_bridge%3Dbuilt", "with the bridge");
  assert.ok(built > none, "the bridge carries trains");

  // Expected over all worlds, and against the baseline.
  await page.getByRole("button", { name: "expected over all worlds" }).click();
  await page.waitForFunction(() => /w=mean/.test(location.hash));
  const work = page.getByRole("button", { name: "Add them up" }); // it is not at hand yet
  const shown = (text) => page.waitForFunction((x) => [...document.querySelectorAll(".finder button")].some((b) => b.innerText.includes("Brigg North – Brigg South rail") && !b.innerText.includes(x)), text, { timeout: 60_000 });
  const was = `${built / mega}`.slice(0, 5);
  await list.filter({ hasText: "not added up yet" }).first().waitFor(); // no flow that is not known is told as 0
  await work.click();
  await work.waitFor({ state: "detached", timeout: 60_000 });
  await shown(was);
  await shown("not added up yet");
  await settled(page);
  const mean = await said(name);
  assert.ok(mean > none / mega && mean < built / mega, `${mean} expected, ${none} and ${built} t in worlds`);
  await page.goto(`${t.address}/#/${t.name}/map?w=${encodeURIComponent("rail_bridge=built")}`);
  await settled(page);
  await page.getByLabel(/^the change against/).check();
  await settled(page);
  assert.ok(near(await said(name), (built - none) / mega), "the change is the difference");
  assert.match(await page.locator(".mapped").innerText(), /Mt\/yr/); // the legend has its unit
  const nothing = page.getByText("Nothing that is shown differs between the two.");
  assert.equal(await nothing.count(), 0);
  await page.goto(`${t.address}/#/${t.name}/map?v=baseline`); // a world against itself
  await nothing.waitFor();

  // By keyboard: find a link, open it, whose cargo; a border with its hours and fees; the day.
  await page.goto(`${t.address}/#/${t.name}/map?w=${encodeURIComponent("rail_bridge=built")}`);
  await settled(page);
  const find = page.getByLabel(/^Find a link/);
  await find.focus();
  await page.keyboard.type("Brigg South");
  await list.filter({ hasText: name }).first().focus();
  await page.keyboard.press("Enter");
  const details = page.locator("aside.details");
  await details.getByRole("heading", { name: /Brigg North/ }).waitFor();
  const ask = details.getByRole("button", { name: /whose cargo/i });
  if (await ask.count()) {
    await ask.focus();
    await page.keyboard.press("Enter");
  }
  await details.locator("tbody tr").first().waitFor();
  const uses = await t.get("selectlink?place=R3&world=rail_bridge%3Dbuilt");
  assert.ok(near(number(await details.getByRole("group", { name: "Whose cargo" }).locator("tbody td.n").first().innerText()), uses[0].tonnes / mega), "the largest user is that of the API");
  assert.ok(await details.evaluate((d) => d === document.activeElement), "what was chosen in the list has the focus");
  await page.keyboard.press("Escape");
  assert.equal(await details.count(), 0);
  assert.match(await page.evaluate(() => document.activeElement.innerText), /Brigg North/);
  await find.fill("Nordby gate");
  await list.first().focus();
  await page.keyboard.press("Enter");
  await details.locator("dt", { hasText: "Hours" }).first().waitFor();
  assert.match(await details.innerText(), /fee/i);
  const day = page.locator("input[type=range]").first();
  await day.focus();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => /[?&]d=/.test(location.hash));
  await page.getByText("what was not open on that day is dotted").waitFor();

  for (const [button, head] of [["PNG", "\x89PNG"], ["SVG", "<svg"]]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
    const bytes = readFileSync(await file.path());
    assert.ok(bytes.subarray(0, 8).toString("latin1").startsWith(head) && bytes.length > 2000, `${button}: ${bytes.length} bytes`);
  }
}
