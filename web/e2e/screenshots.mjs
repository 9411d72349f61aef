// README's picture of the app: the map of the flagship, whose table is solved or taken from
// the user's cache. Made by make screenshots.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { flagship, launch, settled } from "./lib.mjs";

const [program = "bin/astara", into = "docs/img"] = process.argv.slice(2);
const most = 300_000; // bytes of a picture in the repository
const server = await flagship(program);
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme: "light" });
  for (const [name, view] of [["app", "#/caucasus/map"]]) {
    const file = join(into, `${name}.png`);
    await page.goto(`${server.address}/${view}`);
    await settled(page);
    await page.waitForTimeout(1500); // the map draws on after all is read
    await page.screenshot({ path: file });
    const made = spawnSync("go", ["run", new URL("../../docs/img/shrink.go", import.meta.url).pathname, file], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`shrinking ${file}: ${made.error?.message ?? made.stderr}`);
    const { size } = statSync(file);
    if (size > most) throw new Error(`${file} has ${size} bytes, more than ${most}`);
    console.log(`${file}: ${size} bytes`);
  }
} finally {
  await browser.close();
  await server.end();
}
