import { problemAt } from './problem.ts';
import type { Problem } from './problem.ts';

/** Deeper than any value of our API; below that nothing is looked at, and the schema refuses it. */
const DEPTH_MAX = 24;

/**
 * A copy without the fields whose value is null, as the API server takes them: absent, so that defaults apply.
 * Nulls in lists stay. Keys that mean something to JavaScript itself are named instead of copied.
 */
export function pruneNulls(raw: unknown): {
  readonly value: unknown;
  readonly forbidden: readonly Problem[];
} {
  const forbidden: Problem[] = [];
  return { value: prune(raw, [], forbidden), forbidden };
}

function prune(raw: unknown, path: readonly PropertyKey[], forbidden: Problem[]): unknown {
  if (typeof raw !== 'object' || raw === null || path.length > DEPTH_MAX) return raw;
  if (Array.isArray(raw)) return raw.map((item, index) => prune(item, [...path, index], forbidden));
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (key === '__proto__')
      forbidden.push(problemAt([...path, key], 'unknown-field', 'is not a known field'));
    else if (value !== null) kept.push([key, prune(value, [...path, key], forbidden)]);
  }
  return Object.fromEntries(kept);
}
