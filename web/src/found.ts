// What a search of a case gives back.

export interface Found {
  kind: string;
  id: string;
  title: string;
  text: string; // the words looked for stand between U+E000 and U+E001
}

/** A text cut where the words looked for begin and end. */
export function pieces(text: string): { text: string; hit: boolean }[] {
  const out: { text: string; hit: boolean }[] = [];
  let hit = false;
  for (const part of text.split(/([\uE000\uE001])/)) {
    if (part === "\uE000") hit = true;
    else if (part === "\uE001") hit = false;
    else if (part !== "") out.push({ text: part, hit });
  }
  return out;
}
