const regions = new Intl.DisplayNames(["en-GB"], { type: "region" });

/** What codes mean that are no country's. */
const own: Record<string, string> = { XZ: "at sea" };

/** The name of a country by its ISO code; other ids as they are. */
export function regionName(id: string): string {
  if (own[id]) return own[id];
  try {
    return /^[A-Z]{2}$/.test(id) ? (regions.of(id) ?? id) : id;
  } catch {
    return id;
  }
}
