import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { send } from "../api";
import { Trouble } from "./trouble";

/** Loads once more; where the browser keeps the failure, or the server has other files by now, the whole app is loaded anew, at the same address. */
async function again<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    await send("GET", "health"); // a server that is gone would leave an empty window
    location.reload();
    return new Promise(() => {});
  }
}

/** A page whose code is loaded when it is first shown. */
export function lazyPage(load: () => Promise<(p: { name: string }) => JSX.Element>) {
  return function Lazy(p: { name: string }): JSX.Element {
    const [page, set] = useState<{ show: (p: { name: string }) => JSX.Element } | null>(null);
    const [error, fail] = useState("");
    useEffect(() => {
      let here = true;
      load().then(
        (show) => here && set({ show }),
        () => here && fail("This page could not be loaded: astara serve does not answer, or it is another version than when this tab was opened."),
      );
      return () => {
        here = false;
      };
    }, []);
    if (error && !page) return <Trouble error={error} again={() => void again(load).then((show) => set({ show }), (e: unknown) => fail(e instanceof Error ? e.message : String(e)))} />;
    return page ? <page.show {...p} /> : <p class="waiting">Loading…</p>;
  };
}
