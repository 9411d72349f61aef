import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { get, Problem, watch, type Job } from "../src/api";

const job = (state: Job["state"]): Job => ({ id: "j", kind: "answer", case: "c", hash: "h", state, done: 0, total: 0, cached: 0 });

/** A stream of events that the test drives. */
class Events {
  static last: Events;
  static readonly CLOSED = 2;
  readyState = 1;
  onerror: (() => void) | null = null;
  private told: Record<string, ((e: { data: string }) => void)[]> = {};
  constructor() {
    Events.last = this;
  }
  addEventListener(event: string, f: (e: { data: string }) => void) {
    (this.told[event] ??= []).push(f);
  }
  close() {
    this.readyState = 2;
  }
  tell(j: Job) {
    this.told["job"]?.forEach((f) => f({ data: JSON.stringify(j) }));
  }
  fail(readyState: number) {
    this.readyState = readyState;
    this.onerror?.();
  }
}

let answer: () => Promise<Response>;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Events);
  vi.stubGlobal("fetch", () => answer());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const json = (body: unknown, status = 200) => Promise.resolve(new Response(JSON.stringify(body), { status }));

test("a job that the server has forgotten is lost, also where the browser gives up by itself", async () => {
  const lost = vi.fn();
  watch("j", () => {}, lost);
  answer = () => Promise.reject(new TypeError("no server"));
  Events.last.fail(0); // the server is gone: the browser tries again
  await vi.advanceTimersByTimeAsync(100);
  expect(lost).not.toHaveBeenCalled();
  answer = () => json({ detail: "no such job" }, 404);
  Events.last.fail(Events.CLOSED); // it is back and knows nothing of the job: the browser does not try again
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lost).toHaveBeenCalledTimes(1);
});

test("where events are refused the job is asked for from time to time until it is finished", async () => {
  const told: string[] = [];
  let now: Job["state"] = "running";
  answer = () => json(job(now));
  watch("j", (j) => told.push(j.state), () => told.push("lost"));
  Events.last.fail(Events.CLOSED); // too many follow jobs
  await vi.advanceTimersByTimeAsync(5000);
  expect(told[0]).toBe("running");
  now = "done";
  await vi.advanceTimersByTimeAsync(10_000);
  const n = told.length;
  expect(told[n - 1]).toBe("done");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.length).toBe(n); // and then no more
});

test("whether the server answers is told, and nothing after the page is left", async () => {
  const silent: boolean[] = [];
  const told: string[] = [];
  const stop = watch("j", (j) => told.push(j.state), () => told.push("lost"), (s) => silent.push(s));
  answer = () => Promise.reject(new TypeError("no server"));
  Events.last.fail(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(silent.at(-1)).toBe(true);
  Events.last.readyState = 1;
  Events.last.tell(job("running"));
  expect(silent.at(-1)).toBe(false);
  answer = () => json({ detail: "no such job" }, 404);
  Events.last.fail(0);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(["running"]);
});

test("an answer that is cut off or no JSON is said in words", async () => {
  answer = () => Promise.resolve(new Response('{"a": 1'));
  await expect(get("cases")).rejects.toThrow(/astara serve/);
  answer = () => Promise.resolve(new Response("<html>sign in</html>"));
  await expect(get("cases")).rejects.toBeInstanceOf(Problem);
});
