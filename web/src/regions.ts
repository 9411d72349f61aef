const regions = new Intl.DisplayNames(["en-GB"], { type: "region" });

/** What codes mean that are no country's. */
const own: Record<string, string> = { XZ: "at sea" };

let singles: Map<string, string> | null = null;

/** Names of countries that are one word, by that word in small letters. */
function oneWord(): Map<string, string> {
  if (singles) return singles;
  singles = new Map();
  for (let a = 65; a <= 90; a++)
    for (let b = 65; b <= 90; b++) {
      const name = regionName(String.fromCharCode(a, b));
      if (/^\p{Lu}\p{Ll}+$/u.test(name)) singles.set(name.toLowerCase(), name);
    }
  return singles;
}

/** A text with countries written as names: "with russia" is "with Russia". */
export const proper = (text: string): string => text.replace(/\p{Ll}{4,}/gu, (w) => oneWord().get(w) ?? w);

/** The name of a country by its ISO code; other ids as they are. */
export function regionName(id: string): string {
  if (own[id]) return own[id];
  try {
    return /^[A-Z]{2}$/.test(id) ? (regions.of(id) ?? id) : id;
  } catch {
    return id;
  }
}
