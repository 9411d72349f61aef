// How fast a browser reads the table of worlds, against a running server whose case has been answered:
//   npm run bench --prefix web -- http://127.0.0.1:8420 [case]
// A read is that of all worlds and 40 outcomes: mean and three quantiles of each in every
// arm, weights given. The end-to-end checks hold it to 50 ms.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";

/** Measures in a page of the browser; the text says what was measured, read is in ms. */
export async function measure(browser, address, name) {
  const [{ output }] = [await build({ root: import.meta.dirname, configFile: false, logLevel: "warn", build: { write: false, target: "es2022", lib: { entry: "reads-bench.ts", formats: ["iife"], name: "reads" } } })].flat();
  const context = await browser.newContext({ bypassCSP: true }); // the measure is a script of ours
  const page = await context.newPage();
  await page.goto(address);
  await page.addScriptTag({ content: output[0].code });
  const r = await page.evaluate(([base]) => globalThis.reads.bench(base, 40, 25), [`${address}/api/v1/cases/${name}`]);
  await context.close();
  const ms = (v) => `${v.toFixed(1)} ms`;
  const text = `${r.worlds.toLocaleString("en-GB")} worlds, ${r.outcomes} outcomes: read in all ${r.arms} arms ${ms(r.read)} (at worst ${ms(r.worst)} of 25), effects of an act with their spread ${ms(r.effects)}; table opened in ${ms(r.opened)}, an act prepared in ${ms(r.prepared)}`;
  return { text, read: r.read };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [address = "http://127.0.0.1:8420", name = "caucasus"] = process.argv.slice(2);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  console.log((await measure(browser, address, name)).text);
  await browser.close();
}
