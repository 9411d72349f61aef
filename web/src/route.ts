// Where the user is: a page of a case, and the page's own state, all in the fragment of
// the address, so that a link restores the exact view.
import { signal } from "@preact/signals";
import { parse, to, type Route } from "./address";

export { to, type Route };

export const route = signal<Route>(parse(location.hash));

/** Milliseconds between two changes of the address: browsers refuse more than some 100 in 10 s, which a slider that is dragged makes. */
const pause = 150;

let seen = location.hash; // the address as this page has read or written it last
let last = -Infinity; // when it was written
let waiting: ReturnType<typeof setTimeout> | undefined;

addEventListener("hashchange", () => {
  clearTimeout(waiting);
  seen = location.hash;
  route.value = parse(seen);
});
addEventListener("pagehide", () => write());

/**
 * Writes state of the page into the address without a new entry in the history. The page
 * follows at once, the address some times a second. Nothing is written once another page
 * has been asked for.
 */
export function remember(changes: Record<string, string | null>): void {
  if (location.hash !== seen) return; // the event of another address is on its way
  const r = route.peek();
  const q = new URLSearchParams(r.query);
  for (const [k, v] of Object.entries(changes)) {
    if (v === null || v === "") q.delete(k);
    else q.set(k, v);
  }
  route.value = { ...r, query: q };
  const wait = last + pause - performance.now();
  if (wait <= 0) write();
  else later(wait);
}

function later(wait: number): void {
  clearTimeout(waiting);
  waiting = setTimeout(write, wait);
}

function write(): void {
  clearTimeout(waiting);
  if (location.hash !== seen) return;
  last = performance.now();
  const r = route.peek();
  try {
    history.replaceState(null, "", to(r.case, r.page, r.rest, Object.fromEntries(r.query)));
    seen = location.hash;
  } catch {
    later(1000);
  }
}
