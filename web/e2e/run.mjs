// End-to-end checks of the web app against a running server, in the browser of the machine:
//   astara serve --addr 127.0.0.1:8440 --data "$(mktemp -d)" &
//   npm run e2e --prefix web -- http://127.0.0.1:8440 [case]
// The case should have been answered; pages that need the answer then show it, and say so
// otherwise. Edits are made in a copy in the data folder, so that folder should be a
// temporary one. CHROMIUM names another browser than /usr/bin/chromium.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { measure } from "./reads.mjs";

const [address = "http://127.0.0.1:8420", name = "caucasus"] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const faults = [];

/** A page that notes errors, refusals of the content security policy, and requests that leave the server. */
async function open(context) {
  const page = await context.newPage();
  page.on("pageerror", (e) => faults.push(`${page.url()}: ${e.message}`));
  page.on("console", (m) => /Content Security Policy/.test(m.text()) && faults.push(`${page.url()}: ${m.text()}`));
  page.on("request", (r) => !r.url().startsWith(address) && !/^(blob|data):/.test(r.url()) && faults.push(`left the machine: ${r.url()}`));
  return page;
}

const settled = (page) => page.waitForFunction(() => !document.querySelector(".waiting, .starting, .busy"), null, { timeout: 120_000 });

const pages = ["", "/map", "/map?l=power,gas&pick=zone:AM&b=winter_peak", "/country/AZ", "/chains", "/worlds", "/worlds?w=zangezur%3Dopen_regional&v=baseline&e=b&o=zangezur_tonnes", "/evidence?q=rail", "/evidence?t=sources", "/evidence?t=clauses", "/evidence?t=texts", "/evidence?t=ledger", "/share", "/agreements", "/edit?f=case.yaml", "/edit?f=freight/link.csv&v=table"];

// Every page in both forms and widths: no serious finding of axe, no sideways scroll.
for (const colorScheme of ["light", "dark"])
  for (const width of [1440, 390]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true }); // axe is a script of ours
    for (const p of pages) {
      const page = await open(context);
      await page.goto(`${address}/#/${name}${p}`);
      await settled(page);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      if (whole > seen) faults.push(`${p} at ${width}: ${whole} pixels wide`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const v of violations) if (v.impact === "serious" || v.impact === "critical") faults.push(`${p} at ${width}, ${colorScheme}: ${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
      await page.close();
    }
    await context.close();
  }

// A read of every world and 40 outcomes in the browser, weights given.
{
  const { text, read } = await measure(browser, address, name);
  console.log(text);
  if (read > 50) faults.push(`a read takes ${read} ms`);
}

// Worlds: states are chosen by keyboard, numbers follow at once, and the address keeps both worlds.
{
  const context = await browser.newContext();
  const page = await open(context);
  await page.goto(`${address}/#/${name}/worlds`);
  await settled(page);
  const variable = page.locator("fieldset.variable").first();
  const before = await page.locator(".shown [role=status]").innerText();
  await variable.locator("input:checked").focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((b) => document.querySelector(".shown [role=status]").innerText !== b, before);
  assert.match(before, /where the case starts/);
  const first = new URLSearchParams(page.url().split("?")[1]).get("w");
  assert.match(first, /=/);
  const number = page.locator("table.numbers button").first();
  await number.focus();
  await page.keyboard.press("Enter");
  await page.locator(".matters .steps li").first().waitFor();
  await page.getByRole("button", { name: "Compare with a second world" }).click();
  await page.getByRole("button", { name: "All at the baseline" }).click();
  await page.reload();
  await settled(page);
  const q = new URLSearchParams(page.url().split("?")[1]);
  assert.equal(q.get("w"), first);
  assert.equal(q.get("v"), "baseline");
  assert.match(await page.locator(".named").innerText(), /World B is the baseline/);
  const [a, b] = await page.locator("table.numbers tbody tr").first().evaluate((r) => [...r.querySelectorAll("td.n")].map((x) => x.innerText)).then((c) => [c[0], c[3]]);
  assert.equal(a, b); // B is the baseline
  await context.close();
}

// Editing: a copy first; a fault at its line; a draft that a reload keeps; two tabs whose changes come together.
{
  const context = await browser.newContext();
  const page = await open(context);
  await page.goto(`${address}/#/${name}/edit?f=case.yaml`);
  await page.getByRole("button", { name: "Copy and edit" }).click();
  await page.waitForFunction((n) => !location.hash.startsWith(`#/${n}/`), name);
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
  await page.getByRole("button", { name: "Drop my changes" }).click();

  const other = await open(context);
  await other.goto(page.url());
  await text(other).waitFor();
  await text(other).fill(`# of the second tab\n${first}`);
  await text(page).fill(`${first}# of the first tab\n`);
  await page.keyboard.press("Control+s");
  await page.getByText("Saved as version").waitFor();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  await other.locator(".merge").waitFor();
  await other.getByRole("button", { name: "Go on with both" }).click();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  await other.getByText("Saved as version").waitFor();
  assert.equal(await text(other).inputValue(), `# of the second tab\n${first}# of the first tab\n`);
  await context.close();
}

await browser.close();
for (const f of faults) console.error(f);
console.log(faults.length === 0 ? "all pages are sound" : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
