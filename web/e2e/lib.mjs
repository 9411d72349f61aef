// What the end-to-end checks of the parts share: the program over a small case, a browser,
// and pages that note whatever goes wrong on them.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Changes files of a folder as an archive of the tests in Go says: "-- append PATH --", "-- edit PATH --", "-- PATH --". */
function overlay(folder, archive) {
  const [, ...parts] = readFileSync(archive, "utf8").split(/^-- (.+) --\n/m);
  for (let i = 0; i < parts.length; i += 2) {
    const [, verb, path] = /^(?:(append|edit) )?(.+)$/.exec(parts[i]);
    const at = join(folder, path);
    if (verb === "append") appendFileSync(at, parts[i + 1]);
    else if (verb === "edit") {
      const [from, to] = parts[i + 1].split("=>\n");
      const old = readFileSync(at, "utf8");
      if (!old.includes(from)) throw new Error(`${archive}: ${path} has no place to edit`);
      writeFileSync(at, old.replace(from, () => to));
    } else {
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, parts[i + 1]);
    }
  }
}

/** The program as a server over a case, its other data in a folder of its own; it can be stopped and started again. */
async function run(program, name, path, home, env) {
  let child;
  const start = (addr) => {
    child = spawn(program, ["serve", path, "--addr", addr, "--data", join(home, "data")], { env, stdio: ["ignore", "pipe", "inherit"] });
    const mine = child;
    return new Promise((done, fail) => {
      mine.once("error", fail);
      mine.once("exit", (code) => fail(new Error(`${program} serve ended with ${code}`)));
      let said = "";
      mine.stdout.on("data", (b) => {
        said += b;
        const at = /http:\/\/[0-9.:]+/.exec(said);
        if (at) done(at[0]);
      });
    });
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await gone;
  };
  const address = await start("127.0.0.1:0");
  return {
    program,
    address,
    name,
    stop,
    again: () => start(address.slice("http://".length)),
    async end() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The program, serving the case that astara init writes, in folders of its own; an archive, or what a function does to its folder, changes the case first. */
export async function serve(program, name = "bridge", change = () => {}) {
  const home = mkdtempSync(join(tmpdir(), "astara-e2e-"));
  const folder = join(home, name);
  const env = { ...process.env, XDG_DATA_HOME: join(home, "share"), XDG_CACHE_HOME: join(home, "cache") };
  const made = spawnSync(program, ["init", folder], { env, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`${program} init: ${made.error?.message ?? made.stderr}`);
  if (typeof change === "string") overlay(folder, change);
  else change(folder);
  return { folder, ...(await run(program, name, folder, home, env)) };
}

/** The program, serving the flagship, which is solved or taken from the user's cache. */
export async function flagship(program, name = "caucasus") {
  const server = await run(program, name, name, mkdtempSync(join(tmpdir(), "astara-flagship-")), process.env);
  const api = `${server.address}/api/v1/cases/${name}`;
  try {
    const brief = await (await fetch(`${api}/answer/brief`)).json();
    if (!brief.solved) await solve({ api, address: server.address });
  } catch (e) {
    await server.end();
    throw e;
  }
  return server;
}

/** The browser, Debian's chromium unless CHROMIUM names another. */
export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const launch = () => chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader"] });

/** Nothing on the page waits for the server any more. */
export const settled = (page) => page.waitForFunction(() => !document.querySelector(".waiting, .starting, .busy"), null, { timeout: 60_000 });

/** Solves the whole case of a part. */
export async function solve(t) {
  let job = await (await fetch(`${t.api}/answer`, { method: "POST" })).json();
  while (job.state === "waiting" || job.state === "running") {
    await new Promise((r) => setTimeout(r, 300));
    job = await (await fetch(`${t.address}/api/v1/jobs/${job.id}`)).json();
  }
  if (job.state !== "done") throw new Error(`solving has ${job.state}: ${job.problem}`);
}

/** One part's view of the server: its API, and pages whose faults are noted. */
export class Part {
  faults = [];
  constructor(browser, server) {
    Object.assign(this, { browser, ...server, api: `${server.address}/api/v1/cases/${server.name}` });
  }

  async get(path) {
    const r = await fetch(`${this.api}/${path}`);
    if (!r.ok) throw new Error(`${path}: ${r.status} ${await r.text()}`);
    return r.json();
  }

  /** A page; errors in the console, refusals by the policy, and requests that leave the machine are faults. refusals: statuses that are part of the check. */
  async open(path = "", { width = 1440, colorScheme = "light", refusals = [], context, ...more } = {}) {
    const here = context ?? (await this.browser.newContext({ viewport: { width, height: 900 }, colorScheme, acceptDownloads: true, ...more }));
    here.setDefaultTimeout(20_000);
    const page = await here.newPage();
    const note = (text) => this.faults.push(`${path} at ${width}, ${colorScheme}: ${text}`);
    page.on("pageerror", (e) => note(e.message));
    page.on("console", (m) => m.type() === "error" && !refusals.some((s) => m.text().includes(`status of ${s}`)) && note(m.text()));
    page.on("request", (r) => !r.url().startsWith(this.address) && !/^(blob|data):/.test(r.url()) && note(`left the machine: ${r.url()}`));
    page.on("requestfailed", (r) => !/ABORTED/.test(r.failure()?.errorText ?? "") && note(`${r.url()}: ${r.failure()?.errorText}`));
    await page.goto(`${this.address}/#/${path.startsWith("/") || path === "" || path.startsWith("?") ? this.name + path : path}`);
    await settled(page);
    if (!context) page.once("close", () => void here.close().catch(() => {}));
    return page;
  }

  /** No serious finding of axe, no sideways scroll, everything unfolded. */
  async sound(page, what) {
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    const [whole, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (whole > seen) this.faults.push(`${what}: ${whole} pixels wide, ${seen} are there`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    for (const v of violations) if (v.impact === "serious" || v.impact === "critical") this.faults.push(`${what}: ${v.id}: ${v.nodes[0].html.slice(0, 200)}`);
  }
}

/** The first number of a text: "+0.31 Mt/yr" is 0.31. */
export const number = (text) => Number(text.replaceAll(",", "").replaceAll("−", "-").match(/[+-]?\d+(?:\.\d+)?/)?.[0] ?? NaN);

/** Two numbers are the same as far as one of them was rounded for people. */
export const near = (a, b, digits = 0.006) => Math.abs(a - b) <= digits * Math.abs(b) + 1e-9;

export const mega = 1e6;
