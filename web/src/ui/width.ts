import { useEffect, useRef, useState } from "preact/hooks";

/** The width of an element in pixels, as it changes. */
export function useWidth<T extends HTMLElement>(first: number) {
  const ref = useRef<T>(null);
  const [width, set] = useState(first);
  useEffect(() => {
    const el = ref.current;
    if (!el) return;
    const watch = new ResizeObserver((all) => {
      const w = Math.floor(all[0]?.contentRect.width ?? 0);
      if (w > 0) set(w);
    });
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  return { ref, width };
}
