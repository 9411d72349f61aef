// Where the user is: a page of a case, and the page's own state, all in the fragment of
// the address, so that a link restores the exact view.
import { signal } from "@preact/signals";
import { parse, to, type Route } from "./address";

export { to, type Route };

export const route = signal<Route>(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

/** Writes state of the page into the address without a new entry in the history. */
export function remember(changes: Record<string, string | null>): void {
  const r = route.peek();
  const q = new URLSearchParams(r.query);
  for (const [k, v] of Object.entries(changes)) {
    if (v === null || v === "") q.delete(k);
    else q.set(k, v);
  }
  history.replaceState(null, "", to(r.case, r.page, r.rest, Object.fromEntries(q)));
  route.value = { ...r, query: q };
}
