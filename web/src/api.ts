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

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send("GET", path, undefined, signal)).json()) as T;
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  return (await (await send("POST", path, body)).json()) as T;
}

export async function put<T>(path: string, body?: unknown): Promise<T> {
  return (await (await send("PUT", path, body)).json()) as T;
}

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

/** Follows a job until it is finished. The returned function stops following, not the job. */
export function watch(id: string, told: (j: Job) => void, lost: () => void): () => void {
  const events = new EventSource(`${base}/jobs/${encodeURIComponent(id)}/events`);
  const take = (e: MessageEvent<string>) => {
    const j = JSON.parse(e.data) as Job;
    if (j.state !== "waiting" && j.state !== "running") events.close();
    told(j);
  };
  events.addEventListener("job", take);
  events.addEventListener("message", take);
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) return;
    // The browser tries again by itself; a server that was started anew has forgotten the job.
    get<Job>(`jobs/${encodeURIComponent(id)}`).catch((e: unknown) => {
      if (e instanceof Problem && e.status === 404) {
        events.close();
        lost();
      }
    });
  };
  return () => events.close();
}
