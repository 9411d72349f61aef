// Power and gas on the map, over the small case with a tie and two pipes that the tests in Go
// have: drawn, to be chosen on the map and in the list, with the numbers of the API, in a
// world in which gas is short, in a part of the year, and as expected over all worlds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { near, number, Part, serve, settled } from "../lib.mjs";

export default async function (all) {
  const server = await serve(all.program, "power", fileURLToPath(new URL("../../../answer/testdata/power.txtar", import.meta.url)));
  const t = new Part(all.browser, server);
  try {
    return await layers(t);
  } finally {
    all.faults.push(...t.faults);
    await server.end();
  }
}

async function layers(t) {
  const n = await t.get("energy/network");
  assert.ok(n.ties.length > 0 && n.pipes.length > 1 && n.blocks.length > 1);
  const page = await t.open("/map");
  // The case is not solved: why nothing is expected yet can be read, and is said with the button.
  const why = page.getByText("known when the case has been solved").first();
  await why.waitFor();
  assert.equal(await page.getByRole("button", { name: "expected over all worlds" }).first().getAttribute("aria-describedby"), await why.getAttribute("id"));
  await page.getByLabel("Power ties").check();
  await page.getByLabel("Gas pipelines").check();
  for (const l of ["Rail", "Road", "Sea, ferry, river"]) await page.getByLabel(l, { exact: true }).uncheck();
  await settled(page);

  // The list has each tie and pipe with its flow, over the year and in a part of it.
  const row = (name) => page.locator(".finder button", { hasText: name }).first();
  const said = async (name) => number((await row(name).innerText()).split(",").pop());
  const agree = async (world, block, what) => {
    const f = await t.get(`energy/flows${world ? `?world=${encodeURIComponent(world)}` : ""}`);
    for (const [i, e] of n.ties.entries()) assert.ok(near(await said(e.name), Math.abs(block < 0 ? f.ties[i].energy : f.ties[i].blocks[block])), `${what}: ${await row(e.name).innerText()}, not ${f.ties[i].energy}`);
    for (const [i, e] of n.pipes.entries()) assert.ok(near(await said(e.name), Math.abs(block < 0 ? f.pipes[i].volume : f.pipes[i].blocks[block])), `${what}: ${await row(e.name).innerText()}, not ${f.pipes[i].volume}`);
    return f;
  };
  const line = await agree("", -1, "baseline");

  // Drawn: an arrow for each that carries something, two strokes for a pipe.
  const svg = async () => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "SVG", exact: true }).click()]);
    return readFileSync(await file.path(), "utf8");
  };
  const colour = (name) => page.evaluate((v) => getComputedStyle(document.documentElement).getPropertyValue(v).trim(), `--${name}`);
  const count = (text, part) => text.split(part).length - 1;
  const drawn = (await svg()).split("<g clip-path")[1].split("</g><text")[0];
  const pipes = line.pipes.filter((p) => Math.abs(p.volume) > 0.01).length;
  const ties = line.ties.filter((x) => Math.abs(x.energy) > 5).length;
  assert.ok(pipes > 1 && ties > 0, `${ties} ties and ${pipes} pipes carry something`);
  assert.equal(count(drawn, "M-5 -6L6 0L-5 6Z"), ties + pipes, "an arrow for each");
  const map = drawn.split(/<text x="12"/)[0];
  assert.equal(count(map, `stroke="${await colour("gas")}"`), 2 * pipes, "two strokes for a pipe");
  assert.equal(count(map, `stroke="${await colour("power")}"`), ties, "one for a tie");

  // To be chosen where it is drawn: the pointer finds it, and a click opens it.
  const box = await page.locator(".chart").boundingBox();
  const find = async (name) => {
    for (let y = 0.25; y < 0.8; y += 0.11)
      for (let x = box.x + 8; x < box.x + box.width - 60; x += 8) {
        await page.mouse.move(x, box.y + y * box.height);
        if (await page.evaluate((n) => document.querySelector(".tip")?.innerText.startsWith(n), name)) return [x, box.y + y * box.height];
      }
    return assert.fail(`${name} is not under the pointer anywhere`);
  };
  const details = page.locator("aside.details");
  for (const e of [n.ties[0], n.pipes[0]]) {
    await page.mouse.click(...(await find(e.name)));
    await details.getByRole("heading", { level: 2, name: e.name }).waitFor();
    assert.match(await details.innerText(), /Capacity/);
    await details.getByRole("button", { name: "Close" }).click();
  }

  // A part of the year, by keyboard.
  await page.getByLabel("Power and gas over").selectOption({ index: 1 });
  await settled(page);
  await agree("", 0, n.blocks[0].name);
  await page.getByLabel("Power and gas over").selectOption({ index: 0 });

  // A world without the gas of the north: who is short is said in the list and at the zone.
  await page.goto(`${t.address}/#/${t.name}/map?l=power,gas&w=${encodeURIComponent("gas_north=stopped")}`);
  await settled(page);
  const short = await agree("gas_north=stopped", -1, "without gas");
  assert.ok(short.shortages.length > 0, "somebody is short");
  const zone = n.zones.find((z) => z.country === short.shortages[0].country);
  const entry = row(zone.name + " zone, short");
  await entry.focus();
  await page.keyboard.press("Enter");
  await details.getByRole("heading", { level: 2, name: zone.name }).waitFor();
  assert.ok((await details.locator(".short").count()) > 0, "the zone says what it lacks");
  await t.sound(page, "power and gas with a zone");

  // The change against the baseline is the difference.
  await page.goto(`${t.address}/#/${t.name}/map?l=power,gas&w=${encodeURIComponent("gas_north=stopped")}&v=baseline`);
  await settled(page);
  for (const [i, e] of n.pipes.entries()) {
    const want = Math.abs(short.pipes[i].volume) - Math.abs(line.pipes[i].volume);
    assert.ok(Math.abs((await said(e.name)) - want) < 0.006 * Math.abs(want) + 1e-6, `${await row(e.name).innerText()}, not ${want}`);
  }
  return `${n.ties.length} tie, ${n.pipes.length} pipes`;
}
