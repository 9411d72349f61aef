// Case home: solved by keyboard from the page itself; then its sentences, effects, ranges and
// bounds are those of the answer.
import assert from "node:assert/strict";
import { number, settled } from "../lib.mjs";

export default async function (t) {
  const page = await t.open("");
  const solve = page.getByRole("button", { name: "Solve all worlds" });
  await solve.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Stop" }).or(page.locator(".asked h2").first()).first().waitFor();
  await page.locator(".asked h2").first().waitFor({ timeout: 120_000 });
  await settled(page);
  const answer = await t.get("answer");
  const plain = (s) => s.replaceAll("\u00a0", " ").replaceAll("−", "-"); // without the signs of print
  const text = plain(await page.locator("main").innerText());
  for (const q of answer.questions) {
    assert.ok(text.includes(q.text), `the question ${q.id}`);
    const [first] = q.first.split("\n")[0].match(/^.*?\.(?= |$)/) ?? [q.first];
    assert.ok(text.includes(first), `its sentence: ${first}`);
  }
  const act = answer.acts.find((a) => a.view === answer.headline);
  const moving = act.effects.filter((e) => e.material);
  const shown = page.locator(".effects > li");
  for (const e of moving) {
    const o = answer.outcomes.find((o) => o.id === e.outcome);
    const li = shown.filter({ hasText: o.name }).first();
    const said = await li.locator(".say b").first().innerText();
    const scale = number(said) / e.effect; // in a unit for people: a power of ten away
    assert.ok(Math.abs(Math.log10(Math.abs(scale)) - Math.round(Math.log10(Math.abs(scale)))) < 0.01 && scale > 0, `${o.name}: ${said}, ${e.effect} in the answer`);
    assert.match(await li.innerText(), /words alone/);
    assert.match(await li.innerText(), /of the weight/);
  }
  assert.match(text, /published figures/); // how good the baseline is
  const fold = page.locator("summary").first();
  await fold.focus();
  const open = () => fold.evaluate((f) => f.parentElement.open);
  const was = await open();
  await page.keyboard.press("Enter");
  assert.equal(await open(), !was);
  const again = await t.open("");
  await again.locator(".effects .say b").first().waitFor();
  const [first, there] = await again.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.now()]);
  return `first paint ${Math.round(first)} ms, numbers after ${Math.round(there)} ms`;
}
