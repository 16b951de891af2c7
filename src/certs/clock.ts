/**
 * Time as the certificate sources see it. The wall clock decides validity (certificates carry dates); durations
 * ("seen in the bundle for five minutes") are measured on a clock that never steps, so that an NTP correction
 * cannot shorten them.
 */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment of this process; never goes back. */
  monotonic(): number;
  /** Calls back once after so many milliseconds; what it returns cancels that. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The clock of this machine. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
