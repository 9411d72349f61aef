// End-to-end checks of every part of the web app, against the real program over a small case:
//   make e2e
//   node web/e2e/parts.mjs bin/astara [part...]
import { readdirSync } from "node:fs";
import { launch, Part, serve } from "./lib.mjs";

const [program = "bin/astara", ...only] = process.argv.slice(2);
const server = await serve(program);
const browser = await launch();
let failed = 0;
try {
  for (const file of readdirSync(new URL("parts/", import.meta.url)).sort()) {
    const name = file.replace(/\.mjs$/, "");
    // The first solves the case, which the others read.
    if (only.length > 0 && name !== "01-home" && !only.some((o) => name.includes(o))) continue;
    const part = new Part(browser, server);
    const began = Date.now();
    let said = "";
    try {
      said = (await (await import(`./parts/${file}`)).default(part)) ?? "";
    } catch (e) {
      part.faults.push(e.stack);
    }
    await Promise.all(browser.contexts().map((c) => c.close()));
    console.log(`${part.faults.length === 0 ? "ok  " : "FAIL"} ${name} ${((Date.now() - began) / 1000).toFixed(1)} s ${said}`);
    for (const f of part.faults) console.log(`     ${f}`);
    failed += part.faults.length;
  }
} finally {
  await browser.close();
  await server.end();
}
process.exitCode = failed === 0 ? 0 : 1;
