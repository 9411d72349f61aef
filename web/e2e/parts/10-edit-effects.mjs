// Edit: an effect in its form, by keyboard alone, to the byte; a file that is removed and brought
// back; the case solved again where it is edited, with what became another answer.
import assert from "node:assert/strict";
import { settled } from "../lib.mjs";

const json = (method, body) => ({ method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export default async function (t) {
  const context = await t.browser.newContext({ viewport: { width: 1440, height: 900 } });
  const first = await t.get("file?path=effects.yaml");
  const saved = async (path = "effects.yaml") => (await t.get(`file?path=${path}`)).text;
  try {
    await form(t, context, first.text, saved);
    await solved(t, context);
  } finally {
    const now = await t.get("file?path=effects.yaml");
    if (now.text !== first.text) assert.equal((await fetch(`${t.api}/file?path=effects.yaml`, json("PUT", { text: first.text, sha256: now.sha256 }))).status, 200);
  }
  await removed(t, context);
  await shapes(t);
}

/** Every step below is by keyboard: the focus is moved, keys do the rest. */
async function form(t, context, first, saved) {
  const page = await t.open("/edit?f=effects.yaml&v=effects", { context, refusals: [409] });
  const effect = page.locator(".effect");
  await effect.waitFor();
  const press = async (what, key = "Enter") => {
    await what.focus();
    await page.keyboard.press(key);
  };
  const type = async (what, text) => {
    await what.focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type(text);
  };
  const save = async () => {
    await page.keyboard.press("Control+s");
    await page.getByText("Saved as version").waitFor();
  };

  // Opened without a change there is nothing to save.
  assert.ok(await page.getByRole("button", { name: "Save as a new version" }).isDisabled());

  // A second change: slower trains at the gate while the bridge is built.
  await press(effect.getByRole("button", { name: "Add a change" }));
  const change = effect.locator(".change");
  await change.waitFor();
  const kind = change.getByRole("combobox", { name: "Kind" });
  await kind.focus();
  await page.keyboard.type("hours"); // a list follows its first letters
  await change.getByRole("group", { name: "Factor" }).waitFor();
  await press(change.getByRole("button", { name: "Take project out" }).or(change.getByRole("combobox", { name: "Narrow it down by" })).first(), "Home");
  const drop = change.getByRole("button", { name: "Take project out" });
  const more = change.getByRole("combobox", { name: /Narrow it down by|Choose what/ });
  await more.focus();
  await page.keyboard.type("border");
  const border = change.getByRole("combobox", { name: "border", exact: true });
  await border.waitFor();
  await press(drop);
  await type(border, "north_rail");
  await change.locator("small", { hasText: "Nordby gate" }).waitFor(); // what is meant, by its name
  const factor = change.getByRole("textbox", { name: "Factor" });
  await type(factor, "0,5");
  const wrong = change.locator(".wrong .error");
  await wrong.filter({ hasText: "decimal point" }).waitFor();
  await type(factor, "20");
  await change.locator(".wrong").waitFor({ state: "detached" });
  await type(change.getByRole("textbox", { name: "Low" }), "15");
  await type(change.getByRole("textbox", { name: "High" }), "30");

  // A reload in the middle loses nothing; the form shows it again.
  await page.reload();
  await effect.waitFor();
  await press(effect.getByRole("button", { name: /^hours, border north_rail: times 20 \(15 to 30\)/ }));
  await page.getByText("No error in this file").waitFor();
  await save();
  const added = `${first.trimEnd()}\n  - hours: {border: north_rail}\n    times: {value: 20, low: 15, high: 30}\n`;
  assert.equal(await saved(), added);

  // One number changed is all that differs.
  await type(change.getByRole("textbox", { name: "High" }), "40");
  await save();
  assert.equal(await saved(), added.replace("high: 30", "high: 40"));

  // A condition by its states, an effect added and removed again; what was removed can be brought back.
  await press(page.getByRole("button", { name: "Add an effect" }));
  await page.getByRole("heading", { name: "effect", exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-labelledby") && document.activeElement.value), "effect");
  await press(effect.getByRole("button", { name: "Add a condition" }));
  await effect.getByRole("textbox", { name: "As text" }).waitFor();
  assert.equal(await effect.getByRole("textbox", { name: "As text" }).inputValue(), "pact=in_force");
  await page.locator(".wrong .error").first().waitFor(); // nothing is chosen yet
  await press(effect.getByRole("button", { name: "Remove this effect" }));
  await press(page.getByRole("button", { name: "Bring it back" }));
  assert.equal(await page.locator(".effectlist li").count(), 2);
  await press(page.getByRole("button", { name: "Drop my changes" }));
  assert.equal(await page.locator(".effectlist li").count(), 1);

  // Two tabs: another number of the same effect, both kept.
  const other = await t.open("/edit?f=effects.yaml&v=effects", { context, refusals: [409] });
  await other.locator(".effect").waitFor();
  await other.getByRole("textbox", { name: "Name" }).fill("Trains cross the river");
  await press(effect.getByRole("button", { name: /^hours, border north_rail/ }));
  await type(change.getByRole("textbox", { name: "Low" }), "10");
  await save();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  await other.getByRole("button", { name: "Go on with both" }).click();
  await other.getByRole("button", { name: "Save as a new version" }).click();
  await other.getByText("Saved as version").waitFor();
  assert.equal(await saved(), added.replace("high: 30", "high: 40").replace("low: 15", "low: 10").replace("Trains cross the Brigg", "Trains cross the river"));
  await other.close();
  await page.close();
}

/** The case as it is now saved, solved in place: progress, what changed, a way to the answers. */
async function solved(t, context) {
  const page = await t.open("/edit?f=effects.yaml&v=effects", { context });
  const again = page.locator(".again");
  const start = again.getByRole("button", { name: "Solve all worlds" });
  await start.focus();
  await page.keyboard.press("Enter");
  await again.getByText("The case is solved as it is saved.").waitFor({ timeout: 120_000 });
  await again.getByText(/reads? differently/).waitFor();
  assert.ok((await again.locator("tbody tr").count()) > 0);
  const moved = await again.locator("tbody tr").first().innerText();
  const [, before, now] = /\t([^\t]*)\t([^\t]*)$/.exec(moved) ?? [];
  assert.ok(before && now && before !== now, moved);
  const run = await again.getByRole("link", { name: /^run / }).getAttribute("href");
  assert.match(run, /run=[0-9a-f]{64}/);
  await again.getByRole("link", { name: "The answers with the new numbers" }).click();
  await page.locator(".asked h2").first().waitFor();
  await page.close();
}

async function removed(t, context) {
  const page = await t.open("/edit?f=sources.yaml", { context });
  // What others need is said before, and kept when the answer is no.
  await page.getByRole("button", { name: "Remove this file…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText(/could not be solved any more/).waitFor();
  assert.ok((await page.getByRole("list", { name: "What would break" }).locator("li").count()) > 0);
  await page.getByRole("button", { name: "Keep it" }).focus();
  await page.keyboard.press("Enter");
  assert.ok((await t.get("files")).some((f) => f.path === "sources.yaml"));

  // One that nothing needs: removed, and brought back with the text that it had.
  const text = await t.get("file?path=README.md");
  await page.goto(`${t.address}/#/${t.name}/edit?f=README.md`);
  await page.getByRole("heading", { name: "README.md" }).waitFor();
  await page.getByRole("button", { name: "Remove this file…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("no error would follow").waitFor();
  await page.getByRole("button", { name: "Remove it" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("README.md is removed from the case").waitFor();
  assert.ok(!(await t.get("files")).some((f) => f.path === "README.md"));
  await page.reload();
  await page.locator("summary", { hasText: "removed file" }).focus();
  await page.keyboard.press("Enter");
  const back = page.getByRole("button", { name: /^Bring it back\s*: README\.md$/ });
  await back.focus();
  await page.keyboard.press("Enter");
  await page.getByText(/README.md is back/).waitFor();
  assert.equal((await t.get("file?path=README.md")).text, text.text);
  const versions = await t.get("versions");
  assert.match(versions[1].about, /removal of README.md/);
  await page.close();
}

/** Every width and form, with a change and what is behind its number opened. */
async function shapes(t) {
  for (const colorScheme of ["light", "dark"])
    for (const width of [1440, 390]) {
      const page = await t.open("/edit?f=effects.yaml&v=effects", { width, colorScheme, bypassCSP: true });
      await page.locator(".effect").waitFor();
      await page.getByRole("button", { name: "Remove this file…" }).click();
      await page.getByRole("button", { name: "Keep it" }).waitFor();
      await settled(page);
      await t.sound(page, `effects at ${width}, ${colorScheme}`);
      await page.close();
    }
}
