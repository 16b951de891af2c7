import type { Clock } from '../../src/certs/certs.ts';
import { START } from './sample-material.ts';

/** A clock that stands still until a test moves it; its timers are run by hand. */
export class TestClock implements Clock {
  nowMs: number;
  readonly #startMs: number;
  readonly #timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  #nextId = 0;

  constructor(startMs = START) {
    this.nowMs = startMs;
    this.#startMs = startMs;
  }

  date(): Date {
    return new Date(this.nowMs);
  }

  monotonicMs(): number {
    return this.nowMs - this.#startMs;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const id = this.#nextId++;
    this.#timers.set(id, { atMs: this.nowMs + milliseconds, callback });
    return () => void this.#timers.delete(id);
  }

  /** Milliseconds until each timer. */
  get waits(): readonly number[] {
    return [...this.#timers.values()].map(({ atMs }) => atMs - this.nowMs);
  }

  /** Moves on, without running timers. */
  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
  }

  /** Moves to the next timer and runs it. */
  runNext(): void {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.atMs - b.atMs);
    if (first === undefined) throw new Error('no timer waits');
    const [id, { atMs, callback }] = first;
    this.#timers.delete(id);
    this.nowMs = Math.max(this.nowMs, atMs);
    callback();
  }
}
