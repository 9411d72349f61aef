// The frame of the app where things go wrong: hostile texts in a case, a fault of one page,
// code that cannot be loaded, a server that goes away and comes back, storage that is
// refused, navigation faster than answers, and what a screen reader and a small window find.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { serve, settled } from "../lib.mjs";

const markup = `<img src=x onerror="window.hit=1"><script>window.hit=2</script>`;
const long = "Averylongnamewithoutanyplacetobreak".repeat(8);

/** A case whose texts are markup and whose sources have addresses that run scripts. */
function hostile(folder) {
  const edit = (file, ...pairs) => {
    let text = readFileSync(join(folder, file), "utf8");
    for (const [from, to] of pairs) {
      assert.match(text, from, `${file} has ${from}`);
      text = text.replace(from, to);
    }
    writeFileSync(join(folder, file), text);
  };
  const said = (x) => JSON.stringify(x); // YAML reads JSON
  edit("case.yaml", [/^title:.*$/m, `title: ${said(`${markup} ${long}`)}`]);
  edit("sources.yaml", [/title: [^,}\n]+/, `title: ${said(`${markup}<a href="javascript:window.hit=3">x</a>`)}`]);
  let n = 0;
  const file = join(folder, "sources.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/address: [^,}\n]+/g, () => `address: ${said(n++ % 2 ? "data:text/html,<script>window.hit=5</script>" : "javascript:window.hit=4")}`));
  edit("variables.yaml", [/name: [^,}\n]+/, `name: ${said(`${markup}`)}`]);
}

const calm = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
const link = (page, name) => page.getByRole("navigation").getByRole("link", { name, exact: true });

/** All code of the app as it is sent, without the worker of the map, in bytes. */
async function budget(t) {
  const index = await (await fetch(`${t.address}/`)).text();
  const seen = new Set();
  let sum = 0;
  const read = async (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = await (await fetch(`${t.address}/${path}`)).text();
    sum += gzipSync(text).length;
    for (const [, next] of text.matchAll(/["'`(](?:\.\/|\.\.\/)?(?:assets\/)?([\w-]+-[\w-]{8}\.(?:js|css))["'`)]/g)) await read(`assets/${next}`);
  };
  for (const [, path] of index.matchAll(/"\.\/(assets\/[^"]+)"/g)) await read(path);
  assert.ok([...seen].some((p) => p.includes("map-")) && [...seen].some((p) => p.includes("edit-")), `pages are found: ${[...seen]}`);
  assert.ok(sum < 700_000, `${sum} bytes of code`);
  return sum;
}

export default async function (t) {
  const code = await budget(t);
  // Hostile texts are texts, on every page.
  const other = await serve(t.program, "hostile", hostile);
  try {
    const page = await t.browser.newPage({ viewport: { width: 390, height: 800 } });
    const errors = [];
    page.on("pageerror", (e) => errors.push(e.message));
    page.on("console", (m) => /Content Security Policy/.test(m.text()) && errors.push(m.text()));
    for (const path of ["", "/map", "/worlds", "/country/XM", "/chains", "/beliefs", "/evidence", "/evidence?t=sources", "/evidence?t=texts", "/evidence?q=img", "/agreements", "/share", "/edit?f=sources.yaml", "?run=<script>", "/country/<img src=x>"]) {
      await page.goto(`${other.address}/#/hostile${path}`);
      await settled(page);
      const found = await page.evaluate(() => ({
        hit: window.hit,
        made: document.querySelectorAll("main img, main script, main iframe").length,
        links: [...document.querySelectorAll("a[href]")].filter((a) => !/^(https?|blob):$/.test(a.protocol)).map((a) => a.href),
        wide: document.documentElement.scrollWidth - innerWidth,
      }));
      assert.deepEqual(found, { hit: undefined, made: 0, links: [], wide: 0 }, path);
    }
    await page.goto(`${other.address}/#/`);
    await page.getByRole("link", { name: /onerror/ }).waitFor();
    assert.deepEqual(errors, []);

    // The server goes away: what is asked says so; it comes back and the same page goes on.
    await page.goto(`${other.address}/#/hostile/evidence`);
    await settled(page);
    await other.stop();
    await link(page, "Share").click();
    await page.getByText("does not answer").first().waitFor();
    await link(page, "Answers").click();
    await page.locator("main .trouble").getByText("does not answer").waitFor();
    await other.again();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await page.getByRole("heading", { level: 1, name: /onerror/ }).waitFor();
    await link(page, "Share").click();
    await page.getByRole("heading", { level: 1, name: "Share" }).waitFor();
    await page.context().close();
  } finally {
    await other.end();
  }

  // A fault of one page stays on it.
  const broken = await t.open("/share", { refusals: [500] });
  await broken.route(/cases\/bridge$/, (r) => r.fulfill({ json: {} }));
  await link(broken, "Evidence").click();
  await broken.getByRole("heading", { name: "This page cannot be shown" }).waitFor();
  await link(broken, "Share").click();
  await broken.getByRole("heading", { level: 1, name: "Share" }).waitFor();
  await broken.unroute(/cases\/bridge$/);
  await link(broken, "Evidence").click();
  await broken.getByRole("heading", { level: 1, name: "Evidence" }).waitFor();

  // Code of a page that is not there, as after the program was renewed: said, and mended by one button.
  const context = await t.browser.newContext();
  const lacking = await context.newPage();
  let there = false;
  await lacking.route(/assets\/worlds-.*\.js$/, (r) => (there ? r.continue() : r.fulfill({ status: 404 })));
  await lacking.goto(`${t.address}/#/${t.name}/share`);
  await settled(lacking);
  await link(lacking, "Worlds").click();
  await lacking.getByText("could not be loaded").waitFor();
  there = true;
  await lacking.getByRole("button", { name: "Try again" }).click();
  await lacking.getByRole("heading", { level: 1, name: "Worlds" }).waitFor();
  await context.close();

  // An answer to what is no longer shown changes nothing: the link of a page that was left is not put over the next.
  const fast = await t.open("/worlds?n=all");
  await fast.route(/cases$/, async (r) => {
    await new Promise((done) => setTimeout(done, 400));
    await r.continue();
  });
  await fast.getByRole("button", { name: "Copy link" }).click();
  await link(fast, "Evidence").click();
  await fast.getByRole("heading", { level: 1, name: "Evidence" }).waitFor();
  await fast.waitForTimeout(800);
  assert.equal(await fast.locator(".linked").count(), 0);
  assert.match(await fast.title(), /^Evidence/);

  // Back and forward show what was shown; each page has a title and takes the focus.
  await fast.unroute(/cases$/);
  await fast.goBack();
  await fast.getByRole("heading", { level: 1, name: "Worlds" }).waitFor();
  assert.match(fast.url(), /n=all/);
  assert.equal(await fast.locator("select").filter({ hasText: "all of trade" }).inputValue(), "all");
  assert.match(await fast.title(), /^Worlds/);
  assert.equal(await fast.evaluate(() => document.activeElement.id), "main");
  await fast.goForward();
  await fast.getByRole("heading", { level: 1, name: "Evidence" }).waitFor();

  // Many pages in a row leave no map, no worker and no stream of events behind.
  const page = await t.open("/map");
  await page.locator(".chart canvas").waitFor();
  for (let i = 0; i < 6; i++) {
    await link(page, "Evidence").click();
    await link(page, "Map").click();
    await link(page, "Worlds").click();
  }
  await page.getByRole("heading", { level: 1, name: "Worlds" }).waitFor();
  await settled(page);
  assert.equal(await page.locator("canvas").count(), 0);

  // Storage that is denied or full: every page is there, and says where it keeps nothing.
  const bare = await t.browser.newContext();
  await bare.addInitScript(() => {
    const none = () => {
      throw new DOMException("denied", "SecurityError");
    };
    for (const f of ["getItem", "setItem", "removeItem", "key"]) Storage.prototype[f] = none;
  });
  const poor = await t.open("/evidence?t=ledger&r=engineer-bridge", { context: bare });
  await poor.getByLabel("Note", { exact: true }).fill("typed");
  await poor.getByText("your browser keeps nothing").first().waitFor();
  await poor.getByLabel("Colours").selectOption("dark");
  assert.equal(await poor.evaluate(() => document.documentElement.dataset.theme), "dark");
  for (const p of ["", "/edit?f=case.yaml", "/worlds", "/beliefs"]) {
    await poor.goto(`${t.address}/#/${t.name}${p}`);
    await settled(poor);
    assert.ok((await poor.locator("h1").count()) === 1, p);
  }
  await bare.close();

  // Links to what is not there say so, and lead on.
  const lost = await t.open("/nothing", { refusals: [404, 422] });
  await lost.getByRole("heading", { name: "There is no such page" }).waitFor();
  for (const [path, says] of [["#/nowhere", /no case/], ["#/nowhere/map", /no case|no such case/], ["#/nowhere/evidence", /no case|no such case/], ["#/bridge/country/QQ", /QQ/], ["#/bridge/worlds?w=nothing%3Dx", /nothing=x/], ["#/bridge/chains?k=x", /operation by operation/], ["#/bridge/chains?k=0.5", /operation by operation/], ["#/bridge/evidence?t=constructor", /Its place in the text/], ["#/bridge/beliefs?v=nobody&c=x=y;%3B=&w=a=b&own=[1,null]", /Beliefs/], ["#/bridge/map?pick=link:QQ", /no such place/], ["#/bridge?run=0123", /no run|no such run/], ["#/~aaaaaaaa", /no such view/]]) {
    await lost.goto(`${t.address}/${path}`);
    await settled(lost);
    await lost.locator("main").getByText(says).first().waitFor();
  }

  // A window of 320 pixels, as at 400 % zoom of a usual one: nothing is cut off; what is pressed is large enough for a finger.
  const small = await t.open("", { width: 320, bypassCSP: true });
  for (const p of ["", "/map", "/worlds", "/country/XM", "/chains", "/beliefs", "/evidence", "/agreements", "/share", "/edit?f=case.yaml"]) {
    await small.goto(`${t.address}/#/${t.name}${p}`);
    await settled(small);
    await calm(small);
    const [whole, seen] = await small.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (whole > seen) t.faults.push(`${p} at 320: ${whole} pixels wide`);
    const tight = await small.evaluate(() => [...document.querySelectorAll("button, select, .bar a, summary")].filter((e) => e.checkVisibility()).map((e) => ({ box: e.getBoundingClientRect(), text: e.outerHTML.slice(0, 80) })).filter(({ box }) => box.width > 0 && (box.height < 24 || box.width < 24)).map((x) => x.text));
    if (tight.length > 0) t.faults.push(`${p}: smaller than 24 pixels: ${tight.slice(0, 3).join(" | ")} (${tight.length})`);
  }

  // What is typed while a save is under way outlives a reload.
  const typing = await t.open("/edit?f=case.yaml");
  const area = typing.getByLabel("Text of case.yaml");
  await area.waitFor();
  const first = await area.inputValue();
  await typing.route(/file\?path=case\.yaml$/, async (r) => {
    if (r.request().method() === "PUT") await area.fill(`${first}# saved\n# typed meanwhile\n`);
    await r.continue();
  });
  await area.fill(`${first}# saved\n`);
  await typing.keyboard.press("Control+s");
  await typing.getByText("Saved as version").waitFor();
  await typing.reload();
  await area.waitFor();
  assert.equal(await area.inputValue(), `${first}# saved\n# typed meanwhile\n`);
  await typing.getByRole("button", { name: "Drop my changes" }).click();
  return `${Math.round(code / 1000)} kB of code`;
}
