// README's picture of the app: the map of the flagship, whose table is solved or taken from
// the user's cache. Made by make screenshots.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, settled } from "./lib.mjs";

const [program = "bin/astara", into = "docs/img"] = process.argv.slice(2);
const most = 300_000; // bytes of a picture in the repository
const home = mkdtempSync(join(tmpdir(), "astara-pictures-"));
const child = spawn(program, ["serve", "caucasus", "--addr", "127.0.0.1:0", "--data", join(home, "data")], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((done, fail) => {
  child.once("exit", (code) => fail(new Error(`serve ended with ${code}`)));
  child.stdout.on("data", (b) => {
    const at = /http:\/\/[0-9.:]+/.exec(b);
    if (at) done(at[0]);
  });
});
const browser = await launch();
try {
  const api = `${address}/api/v1`;
  const brief = await (await fetch(`${api}/cases/caucasus/answer/brief`)).json();
  if (brief.solved === false) {
    let job = await (await fetch(`${api}/cases/caucasus/answer`, { method: "POST" })).json();
    while (job.state === "waiting" || job.state === "running") {
      await new Promise((r) => setTimeout(r, 2000));
      job = await (await fetch(`${api}/jobs/${job.id}`)).json();
    }
    if (job.state !== "done") throw new Error(`the flagship cannot be solved: ${job.problem}`);
  }
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme: "light" });
  for (const [name, view] of [["app", "#/caucasus/map"]]) {
    const file = join(into, `${name}.png`);
    await page.goto(`${address}/${view}`);
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
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await gone;
  rmSync(home, { recursive: true, force: true });
}
