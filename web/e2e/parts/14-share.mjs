// Texts, ledger, links, runs and files, over a case of its own that is changed and solved twice.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Part, serve, settled, solve } from "../lib.mjs";

const refusals = [404, 409, 422]; // of texts and rows that are wrong: a part of these checks

export default async function (all) {
  const server = await serve(all.program, "shared");
  const t = new Part(all.browser, server);
  try {
    await solve(t);
    for (const check of [texts, ledger, links, runs, files, pages]) await check(t);
  } finally {
    all.faults.push(...t.faults);
    await server.end();
  }
}

/** What is no text is refused with a reason; one with markup is shown as text; the claim is found by keyboard; it goes away again. */
async function texts(t) {
  const interview = readFileSync(join(t.folder, "interview.md"));
  const page = await t.open("/evidence?t=texts", { refusals });
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
}

/** Problems at their fields; what was typed survives a reload, and a row that others add meanwhile; one row is added. */
async function ledger(t) {
  const page = await t.open("/evidence?t=ledger", { refusals });
  const date = page.getByLabel(/^Date of what settles it|^Looked at on/);
  await page.getByRole("button", { name: "Add a row on engineer-bridge" }).click();
  await page.getByLabel("Outcome").selectOption("held");
  await date.fill("2020-01-01");
  await page.getByRole("button", { name: "Add the row" }).click();
  for (const field of ["evidence", "date", "letter"]) await page.locator(`#wrong-${field}`).waitFor();
  assert.equal(await date.getAttribute("aria-invalid"), "true");
  await page.reload();
  await page.getByLabel("How sure").waitFor();
  assert.equal(await date.inputValue(), "2020-01-01");
  await date.fill("2025-09-01");
  await page.getByLabel("How sure").selectOption("b");
  await page.getByLabel("Find events, figures").fill("courier");
  await page.getByRole("button", { name: "add interview" }).click();
  await page.getByLabel("Settled by whom").fill("A. Reader");

  const before = (await t.get("ledger")).book.claims[0].rows;
  const added = await fetch(`${t.api}/resolutions`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ claim: "engineer-bridge", rows: before, verdict: "open", date: "2025-06-01", letter: "b", note: "Looked at by others." }) });
  assert.ok(added.ok, await added.text());
  await page.getByRole("button", { name: "Add the row" }).click();
  await page.locator(".settle .trouble").waitFor(); // there is another row by now
  await page.getByText("Looked at by others.").waitFor();
  assert.equal(await page.getByLabel("Settled by whom").inputValue(), "A. Reader");
  await page.getByRole("button", { name: "Add the row" }).click();
  await page.locator(".told").waitFor();
  await page.getByRole("button", { name: "Correct this on engineer-bridge" }).waitFor();
  await page.getByText("too few").first().waitFor();
  const { book } = await t.get("ledger");
  assert.deepEqual([book.claims[0].rows, book.claims[0].verdict, book.claims[0].note], [before + 2, "held", "Settled by A. Reader."]);
}

/** A link restores the view, has a short name when asked, and tells when the case has changed. */
async function links(t) {
  const context = await t.browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: t.address });
  const page = await t.open("/evidence?t=texts&on=claim/engineer-bridge", { context, refusals });
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator(".linked input").waitFor();
  const long = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(long, await page.locator(".linked input").inputValue());
  await page.getByRole("button", { name: "Give it a short name" }).click();
  await page.waitForFunction(() => document.querySelector(".linked input")?.value.includes("#/~"));
  const short = await page.locator(".linked input").inputValue();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".linked").count(), 0);
  const other = await t.open(short.slice(short.indexOf("#/") + 2), { context });
  await other.locator("mark.now").waitFor();
  assert.equal(other.url(), long);
  assert.equal(await other.locator(".changed").count(), 0);
  await other.goto(long.replace(/at=[0-9a-f]+/, "at=0123456789ab"));
  await other.locator(".changed").waitFor();
  await other.locator(".changed").getByRole("button").click();
  assert.doesNotMatch(other.url(), /at=/);
  await context.close();
}

/** A number of the case is changed and all solved again: both runs are opened, and compared. */
async function runs(t) {
  const [first] = (await (await fetch(`${t.address}/api/v1/runs`)).json()).filter((r) => r.case === t.name);
  const path = "freight/market.csv";
  const file = await t.get(`file?path=${path}`);
  const lines = file.text.split("\n");
  const tonnes = lines[0].split(",").map((c) => c.startsWith("tonnes")); // with their range
  assert.ok(tonnes.includes(true), "the markets have tonnes");
  const text = lines.map((l, i) => (i === 0 || l === "" ? l : l.split(",").map((v, k) => (tonnes[k] ? String(2 * Number(v)) : v)).join(","))).join("\n");
  const saved = await fetch(`${t.api}/file?path=${path}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text, sha256: file.sha256 }) });
  assert.deepEqual((await saved.json()).diagnostics.filter((d) => d.severity === "error"), []);
  const page = await t.open(`?run=${first.hash}`);
  await page.getByText("The case has changed since.").waitFor();
  await page.locator(".asked h2").first().waitFor();
  await solve(t);
  const share = await t.open("/share");
  await share.getByRole("radio", { name: /^first/ }).last().check();
  await share.getByRole("radio", { name: /^second/ }).first().check();
  await share.getByText("numbers change by their materiality").waitFor();
  await share.getByText("Baseline world").waitFor();
}

/** Each kind of files is made and can be saved; drawings also as pixels. */
async function files(t) {
  const page = await t.open("/share");
  for (const kind of ["Report", "Figures", "Tables, CSV", "Tables, Parquet", "Answer, JSON", "Flows, GeoJSON", "Network, GMNS"]) {
    await page.getByRole("button", { name: `Make ${kind}` }).click();
    await page.locator(".kinds > li", { hasText: kind }).locator(".files a").first().waitFor({ timeout: 120_000 });
  }
  for (const [role, text, head] of [["link", "report.html", "<!"], ["link", "flows.geojson", "{"], ["button", "PNG of base-year-region.svg", "\x89PNG"]]) {
    const [d] = await Promise.all([page.waitForEvent("download"), page.getByRole(role, { name: text, exact: true }).click()]);
    assert.equal(readFileSync(await d.path()).subarray(0, head.length).toString("latin1"), head, text);
  }
}

/** In both forms and widths: no serious finding of axe, no sideways scroll. */
async function pages(t) {
  const runs = (await (await fetch(`${t.address}/api/v1/runs`)).json()).filter((r) => r.case === t.name);
  for (const colorScheme of ["light", "dark"])
    for (const width of [1440, 390]) {
      const context = await t.browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true }); // axe is a script of ours
      for (const p of ["/evidence?t=texts&on=claim/engineer-bridge", "/evidence?t=ledger&r=engineer-bridge", `/share?a=${runs[1].hash}&b=${runs[0].hash}`, `?run=${runs[1].hash}`, "/share?at=0123456789ab"]) {
        const page = await t.open(p, { context, width, colorScheme });
        await settled(page);
        await t.sound(page, `${p} at ${width}, ${colorScheme}`);
        await page.close();
      }
      await context.close();
    }
}
