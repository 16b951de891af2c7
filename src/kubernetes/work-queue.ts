import type { BackoffOptions } from './backoff.ts';
import type { Time } from './time.ts';
import { isFault } from '../faults/fault.ts';
import { atLeast, backoffMs } from './backoff.ts';

/** How the work on a key ended. */
export type WorkOutcome =
  /** It is as it should be. */
  | { readonly outcome: 'Done' }
  /** It failed; try again, later each time. */
  | { readonly outcome: 'Retry'; readonly cause: unknown }
  /** It is as it should be; look again after that time all the same. */
  | { readonly outcome: 'Again'; readonly afterMs: number }
  /** It failed, and trying again cannot help; the next change of the object will. */
  | { readonly outcome: 'GiveUp'; readonly cause: unknown };

/** All outcomes, for a metric that starts at zero for each. */
export const WORK_OUTCOMES = [
  'Done',
  'Retry',
  'Again',
  'GiveUp',
] as const satisfies readonly WorkOutcome['outcome'][];

/** One piece of work, finished. */
export interface WorkReport {
  readonly queue: string;
  readonly key: string;
  readonly outcome: WorkOutcome['outcome'];
  /** What went wrong, for Retry and GiveUp. */
  readonly cause: unknown;
  /** How many times in a row this key has failed; 0 when it has not. */
  readonly failures: number;
  readonly milliseconds: number;
}

export interface WorkQueueOptions {
  /** For metrics and logs. */
  readonly name: string;
  /** How many keys are worked on at the same time; never one key twice. */
  readonly workers: number;
  /**
   * Does the work. The signal aborts when shutting down takes too long. What it throws counts as Retry, or as
   * GiveUp where it is a fault that no retry helps.
   */
  readonly work: (key: string, signal: AbortSignal) => Promise<WorkOutcome>;
  readonly time: Time;
  /** Default: from half a second to five minutes. */
  readonly backoff?: BackoffOptions;
  /** Told of each piece of work. It must not throw. */
  readonly onFinished?: (report: WorkReport) => void;
}

const DEFAULT_BACKOFF: BackoffOptions = { baseMs: 500, capMs: 300_000 };

interface Delayed {
  readonly dueMs: number;
  readonly cancel: () => void;
}

/**
 * A queue of keys. A key that waits already is not added twice; a key that comes while it is being worked on is
 * worked on once more afterwards; a key that fails comes back later each time. First come, first served. A change
 * brings a key forward that is waiting for its retry: what it will see is new.
 */
export class WorkQueue {
  readonly name: string;
  readonly #options: WorkQueueOptions;
  readonly #backoff: BackoffOptions;
  /** Keys that wait for a worker, oldest first, with the time since when. */
  readonly #ready = new Map<string, number>();
  /** Keys that are being worked on; true: something came in the meantime. */
  readonly #running = new Map<string, boolean>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #abort = new AbortController();
  readonly #idle = new Set<() => void>();
  #state: 'Waiting' | 'Working' | 'Draining' | 'Ended' = 'Waiting';

  constructor(options: WorkQueueOptions) {
    this.name = options.name;
    this.#options = options;
    this.#backoff = options.backoff ?? DEFAULT_BACKOFF;
  }

  /** How many keys wait for a worker. Those that wait for their time do not count. */
  get depth(): number {
    return this.#ready.size;
  }

  /** How many keys wait for their time to come. */
  get delayed(): number {
    return this.#delayed.size;
  }

  /** How many keys are being worked on. */
  get running(): number {
    return this.#running.size;
  }

  /** How long the oldest key has been waiting for a worker, in milliseconds; 0 where none waits. */
  oldestAgeMs(): number {
    const [since] = this.#ready.values();
    return since === undefined ? 0 : this.#options.time.monotonicMs() - since;
  }

  /** Starts the workers; keys can be added before. */
  start(): void {
    if (this.#state === 'Waiting') this.#state = 'Working';
    this.#pump();
  }

  /** Work on this key, as soon as a worker is free. */
  add(key: string): void {
    if (!this.#isOpen()) return;
    this.#undelay(key);
    if (this.#running.has(key)) this.#running.set(key, true);
    else if (!this.#ready.has(key)) this.#ready.set(key, this.#options.time.monotonicMs());
    this.#pump();
  }

  /** Work on this key after that time, unless it comes sooner anyway. */
  addAfter(key: string, ms: number): void {
    if (!this.#isOpen() || this.#ready.has(key) || this.#running.get(key) === true) return;
    const dueMs = this.#options.time.monotonicMs() + ms;
    const already = this.#delayed.get(key);
    if (already !== undefined && already.dueMs <= dueMs) return;
    already?.cancel();
    const cancel = this.#options.time.after(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, cancel });
  }

  /** Resolves when nothing is being worked on and nothing waits for a worker. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.add(resolve);
      this.#tellIfIdle();
    });
  }

  /**
   * Takes nothing new, drops what waits for its time, and finishes what waits for a worker. True if all of it was
   * finished within `withinMs`; otherwise the work still running is asked to stop, and the rest is dropped.
   */
  async drain(withinMs: number): Promise<boolean> {
    if (this.#state === 'Waiting') this.#ready.clear();
    if (this.#isOpen()) this.#state = 'Draining';
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    const deadline = Promise.withResolvers<boolean>();
    const cancel = this.#options.time.after(withinMs, () => deadline.resolve(false));
    const finished = await Promise.race([this.whenIdle().then(() => true), deadline.promise]);
    cancel();
    this.#state = 'Ended';
    this.#ready.clear();
    if (!finished) this.#abort.abort();
    return finished;
  }

  #isOpen(): boolean {
    return this.#state === 'Waiting' || this.#state === 'Working';
  }

  #undelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  #pump(): void {
    while (this.#mayWork() && this.#running.size < this.#options.workers) {
      const [next] = this.#ready.keys();
      if (next === undefined) break;
      this.#ready.delete(next);
      this.#running.set(next, false);
      void this.#run(next);
    }
    this.#tellIfIdle();
  }

  #mayWork(): boolean {
    return this.#state === 'Working' || this.#state === 'Draining';
  }

  async #run(key: string): Promise<void> {
    const sinceMs = this.#options.time.monotonicMs();
    const result = await this.#attempt(key);
    const failed = result.outcome === 'Retry' || result.outcome === 'GiveUp';
    const failures = failed ? (this.#failures.get(key) ?? 0) + 1 : 0;
    if (result.outcome === 'Retry') this.#failures.set(key, failures);
    else this.#failures.delete(key);
    const cameAgain = this.#running.get(key) === true;
    this.#running.delete(key);
    if (this.#isOpen()) this.#schedule(key, result, failures, cameAgain);
    else if (cameAgain && this.#state === 'Draining') this.#ready.set(key, this.#options.time.monotonicMs());
    this.#options.onFinished?.({
      queue: this.name,
      key,
      outcome: result.outcome,
      cause: 'cause' in result ? result.cause : undefined,
      failures,
      milliseconds: this.#options.time.monotonicMs() - sinceMs,
    });
    this.#pump();
  }

  async #attempt(key: string): Promise<WorkOutcome> {
    // Never inside the call that added the key: that is a watch's callback, in the middle of a store's change.
    await Promise.resolve();
    try {
      return await this.#options.work(key, this.#abort.signal);
    } catch (cause) {
      return { outcome: isFault(cause) && !cause.retryable ? 'GiveUp' : 'Retry', cause };
    }
  }

  #schedule(key: string, result: WorkOutcome, failures: number, cameAgain: boolean): void {
    if (cameAgain) this.add(key);
    else if (result.outcome === 'Again') this.addAfter(key, result.afterMs);
    else if (result.outcome === 'Retry') {
      const ms = backoffMs(this.#backoff, failures - 1, this.#options.time);
      this.addAfter(key, atLeast(ms, isFault(result.cause) ? result.cause.retryAfterMs : undefined));
    }
  }

  #tellIfIdle(): void {
    if (this.#running.size > 0 || (this.#ready.size > 0 && this.#state !== 'Ended')) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}
