import { useCallback, useEffect, useState } from "preact/hooks";
import { Problem } from "../api";
import { openTable, type Table } from "../columns";

export interface TableLoaded {
  table: Table | null;
  unsolved: boolean; // the case has not been solved as it stands
  error: unknown;
  again: () => void;
}

/** The table of worlds of a case of a hash. */
export function useTable(name: string, hash: string | undefined): TableLoaded {
  const [got, set] = useState<{ key: string; table: Table | null; error: unknown } | null>(null);
  const [turn, next] = useState(0);
  const key = `${name} ${hash ?? ""} ${turn}`;
  useEffect(() => {
    if (!hash) return;
    const stop = new AbortController();
    openTable(name, stop.signal).then(
      (table) => !stop.signal.aborted && set({ key, table, error: null }),
      (error: unknown) => {
        if (!stop.signal.aborted) set({ key, table: null, error });
      },
    );
    return () => stop.abort();
  }, [key]);
  const again = useCallback(() => next((n) => n + 1), []);
  const here = got?.key === key ? got : null;
  const unsolved = here?.error instanceof Problem && here.error.status === 404;
  return { table: here?.table ?? null, unsolved, error: unsolved ? null : (here?.error ?? null), again };
}
