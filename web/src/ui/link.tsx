import { useEffect, useRef, useState } from "preact/hooks";
import { get, of, post, Problem, type CaseRow } from "../api";
import { remember, route, to } from "../route";
import { longLink, mark, marked, opens } from "../share";
import { useLoad } from "./load";
import { Trouble } from "./trouble";
import "./link.css";

export interface SavedView {
  id: string;
  case: string;
  address: string;
  about: string;
  made: string;
}

/** The whole address of a fragment, as others on this server can open it. */
export const whole = (fragment: string): string => `${location.origin}${location.pathname}${fragment}`;

/** Puts a text on the clipboard; false where the browser does not let us. */
export async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A link to exactly what is shown; a long one gets a short name on the server. */
export function CopyLink({ name }: { name: string }) {
  const [link, set] = useState<{ text: string; copied: boolean; short: boolean } | null>(null);
  const [error, fail] = useState<unknown>(null);
  const [busy, work] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const open = link !== null || error !== null;
  useEffect(() => {
    if (!link) return;
    field.current?.focus();
    field.current?.select();
  }, [link]);
  const turn = useRef(0); // of what is shown
  useEffect(() => {
    turn.current++;
    set(null); // what is shown has changed: so would the link
    fail(null);
  }, [route.value]);
  const close = () => {
    set(null);
    fail(null);
    button.current?.focus();
  };
  const copy = async (short: boolean) => {
    work(true);
    fail(null);
    const mine = turn.current;
    const r = route.peek();
    let fragment = to(r.case, r.page, r.rest, Object.fromEntries(r.query));
    const about = document.title.replace(/ – astara$/, "");
    try {
      const row = (await get<CaseRow[]>("cases")).find((c) => c.name === name);
      if (mine !== turn.current) return; // another page is shown by now
      if (row) fragment = marked(fragment, row.hash);
      const named = short || whole(fragment).length > longLink;
      if (named) fragment = `#/~${(await post<SavedView>(of(name, "views"), { address: fragment, about })).id}`;
      const text = whole(fragment);
      if (mine !== turn.current) return;
      const copied = await toClipboard(text);
      if (mine === turn.current) set({ text, copied, short: named });
    } catch (e) {
      if (mine === turn.current) fail(e);
    } finally {
      work(false);
    }
  };
  return (
    <div class="linking" onKeyDown={(e) => e.key === "Escape" && open && close()}>
      <button type="button" ref={button} disabled={busy} aria-expanded={open} onClick={() => (open ? close() : void copy(false))}>
        Copy link
      </button>
      {open && (
        <div class="linked" role="group" aria-label="Link to this view">
          {link && (
            <>
              <p role="status">{link.copied ? "Copied: a link to exactly this view." : "A link to exactly this view. Your browser does not let it be copied by itself: copy it from here."}</p>
              <input ref={field} readOnly value={link.text} aria-label="Link to this view" />
              <p class="note">
                It opens {/^(127\.|localhost$|\[::1\])/.test(location.hostname) ? "on this machine" : `for whoever can reach ${location.host}`}.
                {link.short ? " It has a short name, kept by this server." : ""}
              </p>
              {!link.short && (
                <button type="button" disabled={busy} onClick={() => void copy(true)}>
                  Give it a short name
                </button>
              )}{" "}
            </>
          )}
          {error !== null && <Trouble error={error} />}
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
      )}
    </div>
  );
}

/** Says when a link was made on another state of the case. */
export function MadeOn({ name }: { name: string }) {
  const at = route.value.query.get("at") ?? "";
  const cases = useLoad<CaseRow[]>(at ? "cases" : null);
  const row = cases.data?.find((c) => c.name === name);
  if (!at || !row || mark(row.hash) === at) return null;
  return (
    <div class="changed" role="status">
      <p>
        The case has changed since this link was made (then {at}, now {mark(row.hash)}): numbers may be others than those that were meant.
      </p>
      <button type="button" onClick={() => remember({ at: null })}>
        Close
      </button>
    </div>
  );
}

/** Opens a saved view in the place of its short name. */
export function OpenView({ id }: { id: string }) {
  const view = useLoad<SavedView>(`views/${encodeURIComponent(id)}`);
  useEffect(() => {
    if (view.data) location.replace(opens(view.data.address));
  }, [view.data]);
  if (view.error instanceof Problem && view.error.status === 404)
    return (
      <section class="page">
        <h1>There is no such view</h1>
        <p>
          Short names of views are kept by the server that gave them. <a href="#/">The cases</a> are a good place to start from.
        </p>
      </section>
    );
  if (view.error) return <Trouble error={view.error} again={view.again} />;
  return <p class="waiting">Opening the view…</p>;
}
