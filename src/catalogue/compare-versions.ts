/**
 * Negative when `left` is the earlier version, positive when the later, 0 when they are the same. Compared number by
 * number; a missing number is 0, so that `4` is `4.0.0`.
 */
export function compareVersions(left: string, right: string): number {
  const leftNumbers = left.split('.');
  const rightNumbers = right.split('.');
  for (let i = 0; i < Math.max(leftNumbers.length, rightNumbers.length); i += 1) {
    const difference = Number(leftNumbers[i] ?? 0) - Number(rightNumbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A span of versions: `since` belongs to it, `until` no longer does; open where absent. */
export interface VersionSpan {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Whether there is a version that belongs to both. */
export function spansOverlap(left: VersionSpan, right: VersionSpan): boolean {
  return startsBeforeEnd(left, right) && startsBeforeEnd(right, left);
}

function startsBeforeEnd(one: VersionSpan, other: VersionSpan): boolean {
  return one.since === undefined || other.until === undefined || compareVersions(one.since, other.until) < 0;
}
