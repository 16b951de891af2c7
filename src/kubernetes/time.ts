import { performance } from 'node:perf_hooks';

/** The clocks, the timer and the chance that this room uses. Tests bring their own. */
export interface Time {
  /** Milliseconds on a clock that never goes back and that no administrator sets. Only differences mean something. */
  monotonicMs(): number;
  /** The wall clock: for timestamps that others read, never for measuring. */
  date(): Date;
  /** Calls back once, after `ms` milliseconds; calling what it returns cancels that. */
  after(ms: number, callback: () => void): () => void;
  /** Evenly distributed in [0, 1). */
  random(): number;
}

/** setTimeout fires at once for a delay above this (2^31 - 1 ms, 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's own time. */
export function systemTime(): Time {
  return {
    monotonicMs: () => performance.now(),
    date: () => new Date(),
    after: (ms, callback) => {
      const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
  };
}

/**
 * Resolves after `ms` milliseconds, or as soon as the signal aborts: true if the time passed, false if it was
 * cut short. It never rejects.
 */
export function pause(time: Time, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve(false);
      return;
    }
    const onAbort = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = time.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(true);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
