// Texts that are not saved yet, kept in the browser so that a reload or a crash loses nothing.

import { signal } from "@preact/signals";

/** Moves on whenever a draft begins or ends in this tab. */
export const draftTurn = signal(0);

export interface Draft {
  text: string;
  sum: string; // of the text that it is based on
  time: string;
}

export const draftKey = (name: string, path: string): string => `astara-draft:${name}:${path}`;

export function readDraft(name: string, path: string): Draft | null {
  try {
    const d = JSON.parse(localStorage.getItem(draftKey(name, path)) ?? "null") as Draft | null;
    return d && typeof d.text === "string" && typeof d.sum === "string" ? d : null;
  } catch {
    return null;
  }
}

/** Keeps a draft; false where the browser keeps nothing, as when its storage is full or off. */
export function keepDraft(name: string, path: string, d: Draft): boolean {
  try {
    const key = draftKey(name, path);
    const begins = localStorage.getItem(key) === null;
    localStorage.setItem(key, JSON.stringify(d));
    if (begins) draftTurn.value++;
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(name: string, path: string): void {
  try {
    const key = draftKey(name, path);
    if (localStorage.getItem(key) === null) return;
    localStorage.removeItem(key);
    draftTurn.value++;
  } catch {
    // nothing is kept then
  }
}

/** Paths of a case with drafts. */
export function draftsOf(name: string): string[] {
  const head = `astara-draft:${name}:`;
  try {
    return Object.keys(localStorage).filter((k) => k.startsWith(head)).map((k) => k.slice(head.length)).sort();
  } catch {
    return [];
  }
}
