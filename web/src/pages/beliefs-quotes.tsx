import { useEffect, useState } from "preact/hooks";
import { get, of } from "../api";
import type { Meta } from "../meta";
import type { TextRow } from "../places";

/** The speakers' own words by claim, of the sources whose text is attached. */
export function useQuotes(name: string, meta: Meta): Map<string, string> {
  const [quotes, set] = useState<Map<string, string>>(new Map());
  useEffect(() => {
    const stop = new AbortController();
    const read = async () => {
      const rows = await get<TextRow[]>(of(name, "texts"), stop.signal);
      const out = new Map<string, string>();
      for (const r of rows.filter((x) => x.attached && x.places.some((p) => p.status === "shown"))) {
        const t = await get<TextRow & { text: string }>(of(name, "texts", r.source), stop.signal);
        const points = Array.from(t.text); // places count code points
        for (const p of t.places) if (p.status === "shown") out.set(p.claim, points.slice(p.start, p.end).join("").trim());
      }
      if (!stop.signal.aborted) set(out);
    };
    read().catch(() => undefined); // without the texts there are paraphrases
    return () => stop.abort();
  }, [name, meta.hash]);
  return quotes;
}
