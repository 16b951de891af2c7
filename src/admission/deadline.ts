/** Longest that a review may take, in milliseconds: the API server's own upper bound is 30 s. */
const LONGEST_MS = 30_000;
/** The API server's default for a webhook (admissionregistration/v1 `timeoutSeconds`). */
const DEFAULT_MS = 10_000;

/**
 * How long this review may take, in milliseconds, from the `timeout` query parameter that the API server sends
 * (a Go duration such as `10s`). A tenth, at least 100 ms, is kept back for the way home.
 */
export function deadlineMs(timeout: unknown): number {
  const given = typeof timeout === 'string' ? parseGoSeconds(timeout) : undefined;
  const whole = Math.min(given ?? DEFAULT_MS, LONGEST_MS);
  return Math.max(50, whole - Math.max(100, whole / 10));
}

function parseGoSeconds(text: string): number | undefined {
  const match = /^(\d{1,6})(ms|s|m)$/.exec(text);
  if (match === null) return undefined;
  const factor = { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  return Number(match[1]) * factor;
}
