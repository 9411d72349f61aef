import { useMemo, useRef } from "preact/hooks";

export interface Mark {
  line: number;
  column: number;
  severity: "error" | "warning" | "note";
  message: string;
  hint?: string;
  rule: string;
}

/** A text with line numbers; lines with problems are marked in the gutter and listed below. */
export function Editor({ text, set, marks, locked, label }: { text: string; set: (t: string) => void; marks: Mark[]; locked: boolean; label: string }) {
  const gutter = useRef<HTMLPreElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = useMemo(() => text.split("\n").length, [text]);
  const worst = new Map<number, Mark["severity"]>();
  for (const m of marks) if (worst.get(m.line) !== "error") worst.set(m.line, m.severity);
  const jump = (m: Mark) => {
    const el = area.current;
    if (!el) return;
    let at = 0;
    for (let i = 1; i < m.line; i++) at = text.indexOf("\n", at) + 1;
    const end = text.indexOf("\n", at);
    el.focus();
    el.setSelectionRange(at + Math.max(0, m.column - 1), end < 0 ? text.length : end);
    const height = el.scrollHeight / lines;
    el.scrollTop = Math.max(0, (m.line - 4) * height);
  };
  const width = String(lines).length;
  return (
    <>
      <div class="editor">
        <pre class="gutter" ref={gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => {
            const s = worst.get(i + 1);
            const n = String(i + 1).padStart(width);
            return s ? (
              <b key={i} class={s}>
                {n} {s === "error" ? "✕" : s === "warning" ? "!" : "·"}
                {"\n"}
              </b>
            ) : (
              `${n}\n`
            );
          })}
          {"\n\n"}
        </pre>
        <textarea
          ref={area}
          aria-label={label}
          value={text}
          readOnly={locked}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          onInput={(e) => set(e.currentTarget.value)}
          onScroll={(e) => {
            if (gutter.current) gutter.current.scrollTop = e.currentTarget.scrollTop;
          }}
        />
      </div>
      {marks.length > 0 && (
        <ul class="problems" aria-label="Problems in this file">
          {marks.slice(0, 60).map((m, i) => (
            <li key={i} class={m.severity}>
              <button type="button" onClick={() => jump(m)}>
                {m.line}:{m.column}
              </button>{" "}
              <b>{m.severity}</b> {m.message}
              {m.hint ? <small> {m.hint}</small> : null} <small>{m.rule}</small>
            </li>
          ))}
          {marks.length > 60 && <li>and {marks.length - 60} more</li>}
        </ul>
      )}
    </>
  );
}
