import type { Time } from '../../src/kubernetes/time.ts';

/**
 * A clock that stands still until a test moves it. `random` is 0.5 unless the test says otherwise, so that every
 * jittered wait is half of its bound.
 */
export class FakeTime implements Time {
  #nowMs = 0;
  #nextId = 0;
  readonly #timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  readonly #epochMs: number;
  random: () => number = () => 0.5;

  constructor(start = '2026-11-24T10:00:00.000Z') {
    this.#epochMs = Date.parse(start);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  date(): Date {
    return new Date(this.#epochMs + this.#nowMs);
  }

  after(ms: number, callback: () => void): () => void {
    const id = this.#nextId++;
    this.#timers.set(id, { atMs: this.#nowMs + Math.max(0, ms), callback });
    return () => void this.#timers.delete(id);
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until each waiting timer, soonest first. */
  get waits(): readonly number[] {
    return [...this.#timers.values()].map((timer) => timer.atMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Moves on, running what falls due in order; after each timer everything that it set off gets its turn. */
  async advance(ms: number): Promise<void> {
    await settle();
    const untilMs = this.#nowMs + ms;
    for (let due = this.#takeDue(untilMs); due !== undefined; due = this.#takeDue(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
      await settle();
    }
    this.#nowMs = untilMs;
    await settle();
  }

  #takeDue(untilMs: number): { readonly atMs: number; readonly callback: () => void } | undefined {
    let soonest: number | undefined;
    for (const [id, timer] of this.#timers) {
      const best = soonest === undefined ? undefined : this.#timers.get(soonest);
      if (timer.atMs <= untilMs && (best === undefined || timer.atMs < best.atMs)) soonest = id;
    }
    if (soonest === undefined) return undefined;
    const timer = this.#timers.get(soonest);
    this.#timers.delete(soonest);
    return timer;
  }
}

/** Lets everything that is ready to run, run: promises and what I/O has already delivered. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Waits until the condition holds (real sockets take real time), at most `withinMs` of real time. */
export async function until(
  condition: () => boolean,
  what = 'the condition',
  withinMs = 10_000,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}
