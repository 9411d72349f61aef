// The client of the API. Every address is relative, so the app works under any host.

export type Kind = "shipped" | "folder" | "copy";

export interface CaseRow {
  name: string;
  kind: Kind;
  id: string;
  title: string;
  focus: string;
  as_of: string;
  horizon: number;
  hash: string;
  errors: number;
  warnings: number;
  answered: boolean;
}

export interface Job {
  id: string;
  kind: string;
  case: string;
  hash: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled" | "cut_off";
  stage?: string;
  done: number;
  total: number;
  cached: number;
  problem?: string;
}

/** A refusal of the server, in its own words. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    /** The whole of the refusal, as the merged text of a conflict. */
    readonly body: unknown = null,
  ) {
    super(detail);
  }
}

const base = "api/v1";

/** Address of a case's part. */
export const of = (name: string, ...parts: string[]): string => ["cases", name, ...parts].map(encodeURIComponent).join("/");

/** Sends a request, JSON or a text as it is; a status that is no success becomes a Problem. */
export async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (body instanceof Blob) {
    init.body = body;
    init.headers = { ...init.headers, "Content-Type": "text/plain" };
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  if (signal) init.signal = signal;
  let r: Response;
  try {
    r = await fetch(`${base}/${path}`, init);
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Problem(0, "astara serve does not answer. Is it still running?");
  }
  if (!r.ok) {
    const text = await r.text();
    let detail = text;
    let whole: unknown = null;
    try {
      whole = JSON.parse(text);
      detail = (whole as { detail?: string }).detail ?? text;
    } catch {
      // not ours: shown as it is
    }
    throw new Problem(r.status, detail || r.statusText, whole);
  }
  return r;
}

/** Sends a request and reads its answer, JSON. */
async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const r = await send(method, path, body, signal);
  try {
    return (await r.json()) as T;
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Problem(0, "What astara serve answered was cut off, or something else answered in its place.");
  }
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => ask("GET", path, undefined, signal);

export const post = <T>(path: string, body?: unknown): Promise<T> => ask("POST", path, body);

export const put = <T>(path: string, body?: unknown): Promise<T> => ask("PUT", path, body);

/** How far the work on a run is that a request of this or another page waits for. */
export interface Opening {
  working: boolean;
  stage?: string;
  done: number;
  total: number; // 0: the stage is not counted
}

/** Follows what is being opened of a case, until the returned function is called. */
export function follow(name: string, told: (o: Opening) => void): () => void {
  const events = new EventSource(`${base}/${of(name, "opening")}`);
  const take = (e: MessageEvent<string>) => told(JSON.parse(e.data) as Opening);
  events.addEventListener("opening", take);
  events.addEventListener("message", take);
  return () => events.close();
}

/** Milliseconds between two questions about a job, where its events do not come. */
const patience = 2000;

/**
 * Follows a job until it is finished: told has each state, lost is called once the server
 * knows nothing of it, silent with whether the server has ceased to answer. The returned
 * function stops following, not the job.
 */
export function watch(id: string, told: (j: Job) => void, lost: () => void, silent: (is: boolean) => void = () => {}): () => void {
  const events = new EventSource(`${base}/jobs/${encodeURIComponent(id)}/events`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const end = () => {
    over = true;
    clearTimeout(timer);
    events.close();
  };
  const take = (j: Job) => {
    if (over) return;
    if (j.state !== "waiting" && j.state !== "running") end();
    silent(false);
    told(j);
  };
  /** Asks for the job itself; again, where the browser has given the events up, as when too many follow jobs. */
  const ask = () =>
    get<Job>(`jobs/${encodeURIComponent(id)}`).then(take, (e: unknown) => {
      if (over) return;
      if (e instanceof Problem && e.status === 404) {
        end();
        lost();
      } else silent(true);
    });
  const again = () => void ask().then(() => !over && events.readyState === EventSource.CLOSED && (timer = setTimeout(again, patience)));
  const heard = (e: MessageEvent<string>) => take(JSON.parse(e.data) as Job);
  events.addEventListener("job", heard);
  events.addEventListener("message", heard);
  events.onerror = () => {
    clearTimeout(timer);
    again();
  };
  return end;
}
