// How fast and how large the web app is, in the browser of the machine, over the flagship,
// which is solved or taken from the user's cache:
//   make bench
//   npm run bench --prefix web -- bin/astara | http://127.0.0.1:8420 [case]
// What a page loads, when it is painted and when its numbers are there; a read of all worlds
// and 40 outcomes, mean and three quantiles of each in every arm, weights given; how soon
// numbers follow a hand. Each figure stands beside its goal.
import { existsSync, readFileSync } from "node:fs";
import { build } from "vite";
import { chromiumPath, flagship, launch, settled } from "./lib.mjs";

const [target = "bin/astara", name = "caucasus"] = process.argv.slice(2);
if (!existsSync(chromiumPath)) {
  console.log(`web: not measured, there is no browser at ${chromiumPath} (CHROMIUM names another)`);
  process.exit();
}
const server = /^https?:/.test(target) ? { address: target, end: () => {} } : await flagship(target, name);
const browser = await launch();
const load = () => readFileSync("/proc/loadavg", "utf8").split(" ")[0];
const ms = (v) => `${v < 10 ? v.toFixed(1) : Math.round(v)} ms`;
const kB = (v) => `${Math.round(v / 1000)} kB`;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
try {
  console.log(`web: load of the machine ${load()}`);
  await pages();
  await reads();
  for (const view of ["mixture", "consensus"]) await follow(view);
} finally {
  await browser.close();
  await server.end();
}

/** Each page in a browser that knows nothing: the code it loads as it is sent, its data, and when what it is for is there. */
async function pages() {
  for (const [path, there] of [["", ".effects .say b"], ["/map", ".chart canvas"], ["/worlds", "table.numbers td.n"], ["/country", "tbody td"], ["/chains", ".ways button"], ["/beliefs", ".outcomes li b"], ["/evidence", ".items li"], ["/agreements", "main h2"], ["/share", ".kinds li"], ["/edit?f=case.yaml", "textarea"]]) {
    const all = [];
    for (let i = 0; i < 3; i++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      const net = await context.newCDPSession(page);
      await net.send("Network.enable");
      const of = new Map();
      const sum = { code: 0, worker: 0, data: 0 };
      net.on("Network.responseReceived", (e) => of.set(e.requestId, e.response.url));
      net.on("Network.loadingFinished", (e) => {
        const url = of.get(e.requestId) ?? "";
        sum[/worker/.test(url) ? "worker" : /\/api\//.test(url) ? "data" : "code"] += e.encodedDataLength;
      });
      await page.goto(`${server.address}/#/${name}${path}`);
      await page.locator(there).first().waitFor({ timeout: 120_000 });
      const [paint, usable] = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN, performance.now()]);
      all.push({ ...sum, paint, usable });
      await settled(page);
      await context.close();
    }
    const of = (k) => median(all.map((x) => x[k]));
    console.log(`${(path || "/answers").padEnd(18)} code ${kB(of("code"))} of 700${of("worker") > 0 ? ` and the map's worker ${kB(of("worker"))}` : ""}, data ${kB(of("data"))}; first paint ${ms(of("paint"))} of 1000, usable ${ms(of("usable"))} of 2500`);
  }
}

/** The reads of the table of worlds, as the pages make them. */
async function reads() {
  const [{ output }] = [await build({ root: import.meta.dirname, configFile: false, logLevel: "warn", build: { write: false, target: "es2022", lib: { entry: "reads-bench.ts", formats: ["iife"], name: "reads" } } })].flat();
  const context = await browser.newContext({ bypassCSP: true }); // the measure is a script of ours
  const page = await context.newPage();
  await page.goto(server.address);
  await page.addScriptTag({ content: output[0].code });
  const r = await page.evaluate(([base]) => globalThis.reads.bench(base, 40, 25), [`${server.address}/api/v1/cases/${name}`]);
  await context.close();
  console.log(`${r.worlds.toLocaleString("en-GB")} worlds, ${r.outcomes} outcomes: read in all ${r.arms} arms ${ms(r.read)} of 50 (at worst ${ms(r.worst)} in 25 turns), effects of an act with their spread ${ms(r.effects)}; table opened in ${ms(r.opened)}, an act prepared in ${ms(r.prepared)}`);
}

/** From a key to the frame that shows the numbers, each time at a place where the end has not been. */
async function follow(view) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${server.address}/#/${name}/beliefs?v=${view}`);
  await page.locator(".beliefs").waitFor({ timeout: 120_000 });
  await page.evaluate(() => document.querySelectorAll("details.expert").forEach((d) => (d.open = true)));
  const took = [];
  for (const id of await page.locator(".claim:has([role=slider])").evaluateAll((list) => list.map((e) => e.id))) {
    took.push(
      ...(await page.evaluate(async (id) => {
        const root = document.querySelector(".beliefs");
        const end = () => document.querySelector(`#${CSS.escape(id)} .thumb.low`);
        const key = Number(end().getAttribute("aria-valuenow")) > 30 ? "ArrowLeft" : "ArrowRight";
        const out = [];
        for (let i = 0; i < 20; i++) {
          const start = performance.now();
          const shown = new Promise((ok) => {
            const o = new MutationObserver(() => {
              o.disconnect();
              requestAnimationFrame(() => setTimeout(() => ok(performance.now() - start)));
            });
            o.observe(root, { attributes: true, attributeFilter: ["data-of"] });
            setTimeout(() => ok(Infinity), 10_000); // nothing followed
          });
          end().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
          out.push(await shown);
        }
        return out;
      }, id)),
    );
    await page.getByRole("button", { name: "Reset all" }).click();
    await page.waitForFunction(() => document.querySelector(".follow")?.getAttribute("aria-busy") === "false");
  }
  took.sort((a, b) => a - b);
  console.log(`numbers follow a hand, ${view}: median ${ms(took[took.length >> 1])} of 150, 90 % ${ms(took[Math.floor(0.9 * took.length)])}, most ${ms(took.at(-1))} of ${took.length} moves`);
  await context.close();
}
