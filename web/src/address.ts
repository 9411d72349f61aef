// Addresses of pages: what stands in the fragment.

export interface Route {
  case: string; // "" on the list of cases
  page: string; // "" is the home of the case
  rest: string[]; // further parts, as of a country
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2); // what follows a second question mark is none of ours
  const parts = path.split("/").map(plainOf);
  const name = parts[0] ?? "";
  return { case: name === "." || name === ".." ? "" : name, page: parts[1] ?? "", rest: parts.slice(2), query: new URLSearchParams(query) };
}

/** The address of a page. */
export function to(name: string, page = "", rest: string[] = [], query?: Record<string, string>): string {
  const path = [name, page, ...rest].filter((p, i) => p !== "" || i === 0).map(encodeURIComponent).join("/");
  const q = query ? new URLSearchParams(query).toString() : "";
  return `#/${path}${q ? `?${q}` : ""}`;
}

/** A part of a path decoded; one that is malformed stays as it is. */
function plainOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
