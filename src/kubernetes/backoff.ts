import type { Time } from './time.ts';

export interface BackoffOptions {
  /** The most that the first wait can be. */
  readonly baseMs: number;
  /** The most that any wait can be, unless the other side asks for more. */
  readonly capMs: number;
}

/** However the dice fall, an attempt waits this long: a loop that fails at once must not spin. */
const FLOOR_MS = 100;

/** A server may ask for more than our cap, but not for a day. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * Exponential backoff with full jitter: the n-th wait is drawn evenly from zero to `base x 2^n`, capped. (Full
 * jitter spreads many clients that fail together better than jitter around a growing mean: Brooker, "Exponential
 * Backoff And Jitter", AWS 2015.)
 */
export function backoffMs(options: BackoffOptions, attempt: number, time: Pick<Time, 'random'>): number {
  // 2^31 is beyond every cap; a larger exponent would only lose precision.
  const bound = Math.min(options.capMs, options.baseMs * 2 ** Math.min(attempt, 31));
  return Math.max(FLOOR_MS, time.random() * bound);
}

/** Never sooner than the other side asked, which has its own bound. */
export function atLeast(ms: number, retryAfterMs: number | undefined): number {
  return Math.max(ms, Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS));
}

/** Counts attempts that failed in a row, and says how long to wait before the next. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #time: Pick<Time, 'random'>;
  #attempt = 0;

  constructor(options: BackoffOptions, time: Pick<Time, 'random'>) {
    this.#options = options;
    this.#time = time;
  }

  next(retryAfterMs?: number): { readonly milliseconds: number; readonly attempt: number } {
    const milliseconds = atLeast(backoffMs(this.#options, this.#attempt, this.#time), retryAfterMs);
    this.#attempt += 1;
    return { milliseconds, attempt: this.#attempt };
  }

  reset(): void {
    this.#attempt = 0;
  }
}
