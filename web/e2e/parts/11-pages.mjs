// Every page in both forms and widths: no serious finding of axe, no sideways scroll; and by
// keyboard alone from the first page to a number.
import assert from "node:assert/strict";
import { settled } from "../lib.mjs";

const pages = [
  "", "/map", "/map?w=rail_bridge%3Dbuilt&d=2024-01-01", "/worlds", "/worlds?w=rail_bridge%3Dbuilt&v=baseline&e=b&o=through_rail", "/country/XM", "/chains", "/beliefs", "/evidence", "/evidence?q=bridge",
  "/evidence?t=texts", "/evidence?t=ledger", "/evidence?t=sources", "/evidence?t=clauses", "/agreements", "/share", "/edit?f=case.yaml", "/edit?f=freight/link.csv&v=table",
];

export default async function (t) {
  for (const colorScheme of ["light", "dark"])
    for (const width of [1440, 390]) {
      const context = await t.browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true }); // axe is a script of ours
      for (const p of pages) {
        const page = await t.open(p, { context, width, colorScheme });
        await t.sound(page, `${p} at ${width}, ${colorScheme}`);
        await page.close();
      }
      await context.close();
    }

  // Keys alone: the list of cases, the case, past the menu, each page of the menu.
  const page = await t.open("nothing/../", { refusals: [404] });
  await page.goto(`${t.address}/`);
  await settled(page);
  const until = async (what, most = 40) => {
    for (let i = 0; i < most; i++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => [document.activeElement.innerText ?? "", getComputedStyle(document.activeElement).outlineStyle]);
      if (at[0].includes(what)) {
        assert.notEqual(at[1], "none", `${what} has the focus and does not show it`);
        return;
      }
    }
    assert.fail(`no way by Tab to ${what}`);
  };
  await until("A pact and a bridge");
  await page.keyboard.press("Enter");
  await page.locator(".asked h2").first().waitFor();
  for (const [menu, heading] of [["Worlds", "Worlds"], ["States", "Midmark"], ["Chains", "Chains"], ["Agreements", "Agreements"], ["Share", "Share"]]) {
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("Home");
    await page.locator(".skip").focus();
    await until(menu);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await settled(page);
  }
  return `${pages.length} pages, 2 widths, 2 forms`;
}
