// End-to-end checks of texts, ledger, links, downloads and runs, over the small case that
// astara init writes:
//   astara init "$DIR/bridge"
//   XDG_DATA_HOME="$DIR" astara serve "$DIR/bridge" --addr 127.0.0.1:8440 &
//   npm run e2e:share --prefix web -- http://127.0.0.1:8440 bridge "$DIR/bridge"
// The case is solved, gets a row in its ledger and a changed number, so it should be new
// and the data folder a temporary one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [address = "http://127.0.0.1:8420", name = "bridge", folder = name] = process.argv.slice(2);
const api = `${address}/api/v1`;
const interview = readFileSync(`${folder}/interview.md`);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const faults = [];
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: address });

async function open(path, from = context) {
  const page = await from.newPage();
  page.on("pageerror", (e) => faults.push(`${path}: ${e.message}`));
  // Refusals with 4xx are part of these checks, and browsers write each into the console.
  page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && faults.push(`${path}: ${m.text()}`));
  page.on("request", (r) => !r.url().startsWith(address) && !/^(blob|data):/.test(r.url()) && faults.push(`left the machine: ${r.url()}`));
  await page.goto(`${address}/${path}`);
  await page.waitForFunction(() => !document.querySelector(".waiting, .starting"), null, { timeout: 60_000 });
  return page;
}

async function solve() {
  const job = await (await fetch(`${api}/cases/${name}/answer`, { method: "POST" })).json();
  for (let state = ""; state !== "done"; await new Promise((r) => setTimeout(r, 300))) {
    ({ state } = await (await fetch(`${api}/jobs/${job.id}`)).json());
    assert.ok(["waiting", "running", "done"].includes(state), `solving has ${state}`);
  }
}

await solve();

// A text: what is none is refused with a reason; one with markup is shown as text; the claim
// is found by keyboard; it goes away again.
{
  const page = await open(`#/${name}/evidence?t=texts`);
  const give = (buffer, file = "text.txt") => page.getByLabel("Text file").setInputFiles({ name: file, mimeType: "text/plain", buffer: Buffer.from(buffer) });
  await give("Other words.");
  await page.getByText("None of the claims finds its words").waitFor();
  await give("%PDF-1.7", "text.pdf");
  await page.getByText("but a PDF").waitFor();
  await give(Buffer.concat([interview, Buffer.from("\n<img src=x onerror=alert(1)><script>alert(2)</script>")]));
  await page.locator(".source mark").waitFor();
  assert.equal(await page.locator(".source img, .source script").count(), 0);
  assert.match(await page.locator(".source").innerText(), /<script>alert\(2\)<\/script>/);
  await page.locator(".places button").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("mark.now").waitFor();
  await page.reload();
  await page.locator("mark.now").waitFor(); // the address holds the claim
  await page.getByRole("button", { name: "Remove the text from this machine" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByLabel("Text file").waitFor();
  await give(interview);
  await page.getByText("to the last byte").waitFor();
  await page.close();
}

// The ledger: problems at their fields, what was typed survives a reload, one row is added.
{
  const page = await open(`#/${name}/evidence?t=ledger`);
  await page.getByRole("button", { name: "Add a row on engineer-bridge" }).click();
  await page.getByLabel("Outcome").selectOption("held");
  await page.getByLabel("Date of what settles it").fill("2020-01-01");
  await page.getByRole("button", { name: "Add the row" }).click();
  for (const field of ["evidence", "date", "letter"]) await page.locator(`#wrong-${field}`).waitFor();
  assert.equal(await page.getByLabel("Date of what settles it").getAttribute("aria-invalid"), "true");
  await page.reload();
  await page.getByLabel("How sure").waitFor();
  assert.equal(await page.getByLabel("Date of what settles it").inputValue(), "2020-01-01");
  await page.getByLabel("Date of what settles it").fill("2025-09-01");
  await page.getByLabel("How sure").selectOption("b");
  await page.getByLabel("Find events, figures").fill("courier");
  await page.getByRole("button", { name: "add interview" }).click();
  await page.getByLabel("Settled by whom").fill("A. Reader");
  await page.getByRole("button", { name: "Add the row" }).click();
  await page.locator(".told").waitFor();
  await page.getByRole("button", { name: "Correct this on engineer-bridge" }).waitFor();
  await page.getByText("too few").first().waitFor();
  const { book } = await (await fetch(`${api}/cases/${name}/ledger`)).json();
  assert.deepEqual([book.claims[0].rows, book.claims[0].verdict, book.claims[0].note], [2, "held", "Settled by A. Reader."]);
  await page.close();
}

// A link restores the view, has a short name when asked, and tells when the case has changed.
{
  const page = await open(`#/${name}/evidence?t=texts&on=claim/engineer-bridge`);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator(".linked input").waitFor();
  const long = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(long, await page.locator(".linked input").inputValue());
  await page.getByRole("button", { name: "Give it a short name" }).click();
  await page.waitForFunction(() => document.querySelector(".linked input")?.value.includes("#/~"));
  const short = await page.locator(".linked input").inputValue();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".linked").count(), 0);
  const other = await open(short.slice(address.length + 1));
  await other.locator("mark.now").waitFor();
  assert.equal(other.url(), long);
  assert.equal(await other.locator(".changed").count(), 0);
  await other.goto(long.replace(/at=[0-9a-f]+/, "at=0123456789ab"));
  await other.locator(".changed").waitFor();
  await other.locator(".changed").getByRole("button").click();
  assert.doesNotMatch(other.url(), /at=/);
  await other.close();
  await page.goto(`${address}/#/~aaaaaaaa`);
  await page.getByText("There is no such view").waitFor();
  await page.close();
}

// Two runs: a number of the case is changed, solved again; the runs are opened and compared.
{
  const first = (await (await fetch(`${api}/runs`)).json()).find((r) => r.case === name);
  const path = "freight/market.csv";
  const file = await (await fetch(`${api}/cases/${name}/file?path=${path}`)).json();
  const lines = file.text.split("\n");
  const tonnes = lines[0].split(",").map((c) => c.startsWith("tonnes")); // with their range
  assert.ok(tonnes.includes(true), "the markets have tonnes");
  const text = lines.map((l, i) => (i === 0 || l === "" ? l : l.split(",").map((v, k) => (tonnes[k] ? String(2 * Number(v)) : v)).join(","))).join("\n");
  const saved = await fetch(`${api}/cases/${name}/file?path=${path}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text, sha256: file.sha256 }) });
  assert.deepEqual((await saved.json()).diagnostics.filter((d) => d.severity === "error"), []);
  const page = await open(`#/${name}?run=${first.hash}`);
  await page.getByText("The case has changed since.").waitFor();
  await page.locator(".asked h2").first().waitFor();
  await solve();
  await page.goto(`${address}/#/${name}/share`);
  await page.reload();
  await page.getByRole("radio", { name: /^first/ }).last().check();
  await page.getByRole("radio", { name: /^second/ }).first().check();
  await page.getByText("numbers change by their materiality").waitFor();
  await page.getByText("Baseline world").waitFor();
  await page.close();
}

// Files: each kind is made and can be saved; drawings also as pixels.
{
  const page = await open(`#/${name}/share`);
  for (const kind of ["Report", "Figures", "Tables, CSV", "Tables, Parquet", "Answer, JSON", "Flows, GeoJSON", "Network, GMNS"]) {
    await page.getByRole("button", { name: `Make ${kind}` }).click();
    await page.locator(".kinds > li", { hasText: kind }).locator(".files a").first().waitFor({ timeout: 120_000 });
  }
  for (const [role, text, head] of [["link", "report.html", "<!"], ["link", "flows.geojson", "{"], ["button", "PNG of base-year-region.svg", "\x89PNG"]]) {
    const [d] = await Promise.all([page.waitForEvent("download"), page.getByRole(role, { name: text, exact: true }).click()]);
    assert.equal(readFileSync(await d.path()).subarray(0, head.length).toString("latin1"), head, text);
  }
  await page.close();
}

// Every page of these in both forms and widths: no finding of axe, no sideways scroll.
const runs = (await (await fetch(`${api}/runs`)).json()).filter((r) => r.case === name);
const pages = ["/evidence?t=texts&on=claim/engineer-bridge", "/evidence?t=ledger&r=engineer-bridge", `/share?a=${runs[1].hash}&b=${runs[0].hash}`, `?run=${runs[1].hash}`, "/share?at=0123456789ab"];
for (const colorScheme of ["light", "dark"])
  for (const width of [1440, 390]) {
    const here = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true }); // axe is a script of ours
    for (const p of pages) {
      const page = await open(`#/${name}${p}`, here);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      if (whole > seen) faults.push(`${p} at ${width}: ${whole} pixels wide`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const v of violations) faults.push(`${p} at ${width}, ${colorScheme}: ${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
      await page.close();
    }
    await here.close();
  }

await browser.close();
assert.deepEqual(faults, []);
console.log("Texts, ledger, links, runs and files hold.");
