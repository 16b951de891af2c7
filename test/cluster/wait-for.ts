import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is not undefined, and returns it. Throws when that takes longer than
 * `timeoutMs`, with `what` in the message.
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(100);
  }
}
