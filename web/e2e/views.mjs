// End-to-end checks of the pages that show an answer against the answer itself, in the
// browser of the machine, over a server with a solved case:
//   npm run e2e:views --prefix web -- http://127.0.0.1:8440 [case]
// Home, map, states, agreements and chains: what they say is what answer.json says, nothing
// goes wrong in the console, the map can be used without a pointer, and the home is usable
// soon enough. The measures are printed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [address = "http://127.0.0.1:8420", name = "caucasus"] = process.argv.slice(2);
const api = `${address}/api/v1/cases/${name}`;
const get = async (path) => (await fetch(`${api}/${path}`)).json();
const answer = await get("answer");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader"] });
const faults = [];
const near = (a, b) => Math.abs(a - b) <= 0.006 * Math.abs(b) + 1e-9;

async function open(path) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  page.on("pageerror", (e) => faults.push(`${path}: ${e.message}`));
  page.on("console", (m) => m.type() === "error" && faults.push(`${path}: ${m.text()}`));
  await page.goto(`${address}/#/${name}${path}`);
  return page;
}
const settled = (page) => page.waitForFunction(() => !document.querySelector(".waiting, .starting, .busy"), null, { timeout: 180_000 });
/** The first number of a text: "+0.31 Mt/yr" is 0.31. */
const number = (text) => Number(text.replaceAll(",", "").replace("−", "-").match(/[+-]?\d+(?:\.\d+)?/)?.[0] ?? NaN);

// Home: as many numbers move as the answer says, and each question has its sentence.
{
  const page = await open("");
  await page.locator(".effects .say b").first().waitFor();
  const { paint, usable } = await page.evaluate(() => ({ paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime, usable: performance.now() }));
  console.log(`home: first paint ${Math.round(paint)} ms, numbers there after ${Math.round(usable)} ms`);
  const text = await page.locator("main").innerText();
  for (const q of answer.questions) {
    assert.ok(text.includes(q.text), `the question ${q.id} is missing`);
    if (q.kind !== "effects") continue;
    for (const act of q.acts) {
      const head = answer.acts.find((a) => a.id === act && a.view === answer.headline);
      for (const state of new Set(head.effects.map((e) => e.state))) {
        const moving = head.effects.filter((e) => e.state === state && q.outcomes.includes(e.outcome) && e.material).length;
        assert.ok(text.includes(`${head.name} ${state.replaceAll("_", " ")}: ${moving} of ${q.outcomes.length} numbers move`), `${q.id}, ${act}: ${moving} numbers should move`);
      }
    }
  }
  const shown = await page.locator(".effects > li").first().innerText();
  const first = answer.questions.find((q) => q.kind === "effects");
  const head = answer.acts.find((a) => a.id === first.acts[0] && a.view === answer.headline);
  const top = first.outcomes.map((o) => head.effects.find((e) => e.outcome === o)).find((e) => e.material);
  assert.ok(shown.startsWith(answer.outcomes.find((o) => o.id === top.outcome).name), shown);
  await page.close();
}

// The map: ties and pipes carry what the answer says, in the baseline and expected; it is used by keyboard; pictures are made.
if (answer.energy) {
  const network = await get("energy/network");
  const baseline = answer.energy.runs.find((r) => r.id === "baseline");
  const tie = { ...[...baseline.ties].sort((a, b) => Math.abs(b.energy) - Math.abs(a.energy))[0] };
  tie.name = network.ties.find((t) => t.id === tie.id).name;
  const page = await open("/map?l=power,gas");
  await settled(page);
  await page.getByLabel(/^Find a link/).fill(tie.name);
  await page.getByLabel(/^Find a link/).press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".details h2", { hasText: tie.name }).waitFor();
  assert.ok(near(Math.abs(number(await page.locator(".details dt", { hasText: "Carries net" }).locator("+ dd").innerText())), Math.abs(tie.energy)), `${tie.name} on the map, ${tie.energy} in the answer`);
  const flows = await get("energy/flows");
  for (const [list, at, size] of [["ties", network.ties, "energy"], ["pipes", network.pipes, "volume"]])
    for (const x of baseline[list]) {
      const there = flows[list][at.findIndex((y) => y.id === x.id)][size];
      assert.ok(Math.abs(there - x[size]) <= 1e-6 * (1 + Math.abs(x[size])), `${list} ${x.id}: ${there} on the map, ${x[size]} in the answer`);
    }
  for (const [button, head] of [["PNG", "\x89PNG"], ["SVG", "<svg"]]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
    assert.ok(readFileSync(await file.path()).toString("latin1").startsWith(head), button);
  }
  await page.getByRole("button", { name: "expected over all worlds" }).click();
  await page.waitForFunction(() => /[?&]w=mean/.test(location.hash));
  const work = page.getByRole("button", { name: "Add them up" });
  await settled(page);
  if (await work.isVisible().catch(() => false)) await work.click();
  await page.waitForFunction(() => document.querySelector(".details dd") && !document.querySelector(".solve, .busy"), null, { timeout: 600_000 });
  const act = answer.acts.find((a) => a.view === answer.headline);
  const flow = act.effects.find((e) => answer.outcomes.find((o) => o.id === e.outcome)?.measure === "tie_flow");
  if (flow) {
    const i = network.ties.findIndex((t) => flow.outcome.endsWith(t.id));
    if (i >= 0) {
      const mean = await get(`flows/mean?view=${act.view}&act=${act.id}&state=${act.without}`);
      assert.ok(near(mean.ties[i].energy, flow.without), `${flow.outcome}: ${mean.ties[i].energy} expected on the map, ${flow.without} in the answer`);
    }
  }
  await page.close();
}

// A state's page: its transit, and where it is short of power and gas.
for (const c of answer.countries.slice(0, 4)) {
  const page = await open(`/country/${c.id}`);
  await settled(page);
  const row = c.rows[0];
  const cells = await page.locator("tbody tr", { hasText: row.name }).first().locator("td").allInnerTexts();
  if (row.baseline > 1e5 && row.unit === "t/yr") assert.ok(near(number(cells[1]), row.baseline / 1e6) || Math.abs(number(cells[1]) - row.baseline / 1e6) <= 0.0051, `${c.id}: ${cells[1]}, ${row.baseline} in the answer`);
  if (c.energy) await page.getByRole("heading", { name: "In which worlds it is short" }).waitFor();
  await page.close();
}

// Agreements: every conflict of the answer is there with its ends.
if (answer.agreements) {
  const page = await open("/agreements");
  await settled(page);
  const clashes = [...answer.agreements.today.verdicts ?? [], ...answer.agreements.horizon.verdicts ?? []].filter((f) => f.core?.length && f.concessions?.length);
  const sentences = new Set(clashes.map((f) => f.sentence));
  assert.equal(await page.locator(".clash").count(), sentences.size);
  const ends = [...sentences].reduce((n, s) => n + clashes.find((f) => f.sentence === s).concessions.length, 0);
  assert.equal(await page.locator(".ends li").count(), ends);
  await page.close();
}

// Chains: the first chain has the hours and the money of the API.
{
  const page = await open("/chains");
  await settled(page);
  const said = await page.locator(".ways button").first().innerText();
  const query = await page.evaluate(() => [...document.querySelectorAll(".choose select")].map((s) => s.value));
  const [best] = await get(`chains?${new URLSearchParams({ from: query[0], to: query[1], commodity: query[2], max: "4" })}`);
  assert.ok(near(number(said.slice(said.indexOf(":") + 1)), best.hours), `${said}: ${best.hours} h`);
  await page.close();
}

await browser.close();
for (const f of faults) console.error(f);
console.log(faults.length === 0 ? "the pages say what the answer says" : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
