// States: a page for each, with the numbers of the answer.
import assert from "node:assert/strict";
import { mega, near, number, settled } from "../lib.mjs";

export default async function (t) {
  const page = await t.open("/country/XM");
  const { countries } = await t.get("answer");
  for (const c of countries) {
    await page.goto(`${t.address}/#/${t.name}/country/${c.id}`);
    await page.getByRole("heading", { level: 1, name: c.name }).waitFor();
    await settled(page);
    for (const row of c.rows.filter((r) => r.unit === "t/yr" && r.baseline > 1e4).slice(0, 3)) {
      const cells = await page.locator("tbody tr", { hasText: row.name }).first().locator("td").allInnerTexts();
      assert.ok(near(number(cells[1]), row.baseline / mega) || Math.abs(number(cells[1]) - row.baseline / mega) <= 5.1e-3, `${c.id}, ${row.name}: ${cells[1]}, ${row.baseline} in the answer`);
    }
  }
  await page.goto(`${t.address}/#/${t.name}/country/XM`);
  await page.getByRole("heading", { level: 1, name: "Midmark" }).waitFor();
  await settled(page);
  const text = await page.locator("main").innerText();
  for (const part of ["Whose cargo pays", "Dependence on each neighbour", "Leverage"]) assert.ok(text.includes(part), part);
  await page.getByRole("link", { name: "Norland", exact: true }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Norland" }).waitFor();
}
