/**
 * Time as the certificate sources see it. The wall clock decides validity (certificates carry dates); durations
 * ("seen in the bundle for five minutes") are measured on a clock that never steps, so that a correction of the wall
 * clock cannot shorten them.
 */
export interface Clock {
  /** Wall clock. */
  date(): Date;
  /** Milliseconds since some fixed moment of this process; never goes back. */
  monotonicMs(): number;
  /** Calls back once after so many milliseconds; what it returns cancels that. */
  after(milliseconds: number, callback: () => void): () => void;
}
