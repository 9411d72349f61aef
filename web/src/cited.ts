/** A piece of a sentence; of a claim it is the id. */
export interface Piece {
  text: string;
  claim: boolean;
}

/** A sentence of what cannot hold in words, cut at the claims that it names as "id (speaker)"; others name numbers in that way. */
export function cited(text: string, speakers: readonly string[]): Piece[] {
  if (!text.startsWith("In words: ")) return [{ text, claim: false }];
  const out: Piece[] = [];
  let end = 0;
  for (const hit of text.matchAll(/([^\s(),;]+) \(([^()]+)\)/g)) {
    if (!speakers.includes(hit[2]!)) continue;
    if (hit.index > end) out.push({ text: text.slice(end, hit.index), claim: false });
    end = hit.index + hit[1]!.length;
    out.push({ text: hit[1]!, claim: true });
  }
  if (end < text.length) out.push({ text: text.slice(end), claim: false });
  return out;
}
