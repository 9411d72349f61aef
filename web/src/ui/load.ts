import { useCallback, useEffect, useState } from "preact/hooks";
import { get } from "../api";

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  again: () => void;
}

/** Data of an address of the API; asked for anew when the address changes. */
export function useLoad<T>(path: string | null): Loaded<T> {
  const [state, set] = useState<{ path: string | null; data: T | null; error: unknown }>({ path: null, data: null, error: null });
  const [turn, next] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    get<T>(path, stop.signal).then(
      (data) => set({ path, data, error: null }),
      (error: unknown) => {
        if (!stop.signal.aborted) set({ path, data: null, error });
      },
    );
    return () => stop.abort();
  }, [path, turn]);
  const again = useCallback(() => next((n) => n + 1), []);
  return state.path === path ? { data: state.data, error: state.error, again } : { data: null, error: null, again };
}
