import { useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * The width of an element in pixels, as it changes; it is known before anything is painted.
 * What is drawn in the element must not widen it (contain: inline-size), or a drawing that
 * is too wide once would stay so.
 */
export function useWidth<T extends HTMLElement>(first: number) {
  const ref = useRef<T>(null);
  const [width, set] = useState(first);
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    if (el.clientWidth > 0) set(el.clientWidth);
    const watch = new ResizeObserver((all) => {
      const w = Math.floor(all[0]?.contentRect.width ?? 0);
      if (w > 0) set(w);
    });
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  return { ref, width };
}
