import { useState } from "preact/hooks";
import { of, post } from "../api";
import { Trouble } from "./trouble";

export interface Note {
  id: number;
  target: string;
  text: string;
  made: string;
  changed: string;
}

/** Notes on one thing: read, written, changed and, with no text, removed. */
export function Notes({ name, target, notes, again }: { name: string; target: string; notes: Note[]; again: () => void }) {
  const mine = notes.filter((n) => n.target === target);
  const [open, set] = useState<number | null>(null); // 0 is a new one
  const [text, write] = useState("");
  const [error, fail] = useState<unknown>(null);
  const [busy, work] = useState(false);
  const save = (id: number, value: string) => {
    work(true);
    fail(null);
    post<Note>(of(name, "notes"), { id, target, text: value }).then(
      () => {
        work(false);
        set(null);
        write("");
        again();
      },
      (e: unknown) => {
        work(false);
        fail(e);
      },
    );
  };
  return (
    <div class="notes">
      {mine.map((n) => (
        <div key={n.id} class="noted">
          {n.text}{" "}
          <button
            type="button"
            aria-label={`Change the note on ${target}`}
            onClick={() => {
              set(n.id);
              write(n.text);
            }}
          >
            change
          </button>{" "}
          <button type="button" aria-label={`Remove the note on ${target}`} disabled={busy} onClick={() => save(n.id, "")}>
            remove
          </button>
        </div>
      ))}
      {open === null ? (
        <button
          type="button"
          aria-label={`Write a note on ${target}`}
          onClick={() => {
            set(0);
            write("");
          }}
        >
          note
        </button>
      ) : (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            if (text.trim()) save(open, text.trim());
          }}
        >
          <label>
            <span class="unseen">Note on {target}</span>
            <textarea rows={3} maxLength={20000} value={text} onInput={(e) => write(e.currentTarget.value)} />
          </label>
          <div class="row">
            <button type="submit" class="main" disabled={busy || !text.trim()}>
              Save the note
            </button>
            <button type="button" onClick={() => set(null)}>
              Leave it
            </button>
          </div>
        </form>
      )}
      {error !== null && <Trouble error={error} />}
    </div>
  );
}
