import type { Time } from './time.ts';

export interface BucketOptions {
  /** How many can be taken at once. */
  readonly burst: number;
  /** One more each so many milliseconds. */
  readonly everyMs: number;
  /** How many buckets are remembered; of more, the one that was used longest ago is forgotten, that is, full again. */
  readonly buckets: number;
}

/** A token bucket for each key, in bounded memory. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #time: Time;
  readonly #buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();

  constructor(options: BucketOptions, time: Time) {
    this.#options = options;
    this.#time = time;
  }

  /** Takes a token; false if there is none. */
  take(key: string): boolean {
    const { burst, everyMs, buckets } = this.#options;
    const nowMs = this.#time.monotonicMs();
    const known = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, known.tokens + (nowMs - known.atMs) / everyMs);
    const taken = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, atMs: nowMs });
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= buckets) break;
      this.#buckets.delete(oldest);
    }
    return taken;
  }
}
