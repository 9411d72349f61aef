// Requests that follow a moving hand: one is under way at a time, the newest waits, those
// between are never sent. One that takes too long is given up for the newest.

export class Latest<Q, A> {
  private running: { stop: AbortController; since: number } | null = null;
  private waiting: Q | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  /**
   * ask sends a request; got takes an answer and tells whether another one is on its way,
   * failed takes what went wrong. A request older than patience, in milliseconds, is given
   * up once there is a newer one.
   */
  constructor(
    private readonly ask: (q: Q, signal: AbortSignal) => Promise<A>,
    private readonly got: (a: A, more: boolean, took: number) => void,
    private readonly failed: (e: unknown) => void,
    private readonly patience = 400,
  ) {}

  send(q: Q): void {
    if (this.closed) return;
    if (!this.running) {
      this.start(q);
      return;
    }
    this.waiting = q;
    if (this.timer === undefined) this.timer = setTimeout(() => this.running?.stop.abort(), Math.max(0, this.running.since + this.patience - now()));
  }

  /** Gives up what is under way and what waits. */
  drop(): void {
    this.waiting = null;
    this.running?.stop.abort();
  }

  close(): void {
    this.closed = true;
    this.drop();
    clearTimeout(this.timer);
  }

  private start(q: Q): void {
    const stop = new AbortController();
    const since = now();
    const mine = { stop, since };
    this.running = mine;
    const next = (): boolean => {
      if (this.running === mine) this.running = null;
      clearTimeout(this.timer);
      this.timer = undefined;
      const w = this.waiting;
      this.waiting = null;
      if (w === null || this.closed) return false;
      this.start(w);
      return true;
    };
    this.ask(q, stop.signal).then(
      (a) => {
        const more = next();
        if (!this.closed && !stop.signal.aborted) this.got(a, more, now() - since);
      },
      (e: unknown) => {
        const more = next();
        if (!this.closed && !more && !stop.signal.aborted) this.failed(e);
      },
    );
  }
}

const now = (): number => performance.now();
