import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Trouble } from "./trouble";

/** A page whose code is loaded when it is first shown. */
export function lazyPage(load: () => Promise<(p: { name: string }) => JSX.Element>) {
  return function Lazy(p: { name: string }): JSX.Element {
    const [page, set] = useState<{ show: (p: { name: string }) => JSX.Element } | null>(null);
    const [error, fail] = useState<unknown>(null);
    useEffect(() => {
      let here = true;
      load().then(
        (show) => here && set({ show }),
        (e: unknown) => here && fail(e),
      );
      return () => {
        here = false;
      };
    }, []);
    if (error) return <Trouble error={error} />;
    return page ? <page.show {...p} /> : <p class="waiting">Loading…</p>;
  };
}
