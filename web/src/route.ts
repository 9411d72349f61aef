// Where the user is: a page of a case, and the page's own state, all in the fragment of
// the address, so that a link restores the exact view.
import { signal } from "@preact/signals";

export interface Route {
  case: string; // "" on the list of cases
  page: string; // "" is the home of the case
  rest: string[]; // further parts, as of a country
  query: URLSearchParams;
}

function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").map(decodeURIComponent);
  return { case: parts[0] ?? "", page: parts[1] ?? "", rest: parts.slice(2), query: new URLSearchParams(query) };
}

export const route = signal<Route>(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

/** The address of a page. */
export function to(name: string, page = "", rest: string[] = [], query?: Record<string, string>): string {
  const path = [name, page, ...rest].filter((p, i) => p !== "" || i === 0).map(encodeURIComponent).join("/");
  const q = query ? new URLSearchParams(query).toString() : "";
  return `#/${path}${q ? `?${q}` : ""}`;
}

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
