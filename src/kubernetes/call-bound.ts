import type { Time } from './time.ts';
import { Fault } from '../faults/fault.ts';

/** A time limit and the signals that end a call, as one thing that knows why it ended. */
export class CallBound {
  readonly #what: string;
  readonly #signals: readonly AbortSignal[];
  readonly #listeners = new Set<(fault: Fault) => void>();
  readonly #cancelTimer: () => void;
  #fault: Fault | undefined;

  constructor(what: string, time: Time, timeoutMs: number, signals: readonly (AbortSignal | undefined)[]) {
    this.#what = what;
    this.#signals = signals.filter((signal) => signal !== undefined);
    this.#cancelTimer = time.after(timeoutMs, () => {
      this.#end(new Fault('ApiTimedOut', `${what}: no answer within ${timeoutMs} ms`));
    });
    for (const signal of this.#signals) {
      if (signal.aborted) this.#onSignal();
      signal.addEventListener('abort', this.#onSignal, { once: true });
    }
  }

  /** Why it ended the call, if it has. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Calls back when it ends, at once if it has. Returns the way to take that back. */
  onAbort(listener: (fault: Fault) => void): () => void {
    if (this.#fault === undefined) this.#listeners.add(listener);
    else listener(this.#fault);
    return () => void this.#listeners.delete(listener);
  }

  /** The promise's value, unless the bound ends before. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const unbind = this.onAbort(reject);
      promise.then(resolve, reject).finally(unbind);
    });
  }

  /** From now on only the signals end it. */
  endTimeout(): void {
    this.#cancelTimer();
  }

  release(): void {
    this.#cancelTimer();
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onSignal);
    this.#listeners.clear();
  }

  readonly #onSignal = (): void => {
    const reason: unknown = this.#signals.find((signal) => signal.aborted)?.reason;
    this.#end(
      reason instanceof Fault
        ? reason
        : new Fault('ApiAborted', `${this.#what}: given up`, { cause: reason }),
    );
  };

  #end(fault: Fault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    for (const listener of Array.from(this.#listeners)) listener(fault);
    this.release();
  }
}
