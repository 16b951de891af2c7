import { compareVersions, spansOverlap, type VersionSpan } from '../../catalogue/compare-versions.ts';

/** Which versions of an entry are possible, as far as anything shows; open where nothing does. */
export interface VersionRange extends VersionSpan {
  /** The version as it was read, such as `42.7.3` or `7`. */
  readonly shown?: string;
}

/** Nothing shows the version. */
export const ANY_VERSION: VersionRange = {};

/** The versions that begin like this one: `7` is from 7 to before 8, `42.7.3` from there to before 42.7.4. */
export function rangeOf(version: string): VersionRange {
  const numbers = version.split('.');
  const last = Number(numbers.at(-1) ?? 0);
  return { shown: version, since: version, until: [...numbers.slice(0, -1), last + 1].join('.') };
}

/** The numbers at the start of a tag or file version: `16.3-alpine` is 16.3, `v1.2` is 1.2; undefined without any. */
export function versionIn(text: string): string | undefined {
  return /^v?(\d{1,6}(?:\.\d{1,6}){0,4})(?![A-Za-z0-9])/.exec(text)?.[1];
}

/** What two pieces of evidence leave together; the first alone where they contradict each other. */
export function narrowRange(range: VersionRange, by: VersionSpan): VersionRange {
  if (!spansOverlap(range, by)) return range;
  const since = later(range.since, by.since);
  const until = earlier(range.until, by.until);
  return {
    ...(range.shown === undefined ? {} : { shown: range.shown }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** A stretch of versions within which an entry behaves the same. */
export interface VersionSegment extends VersionSpan {
  /** A version that stands for all of it. */
  readonly version: string;
}

/** The segments between the boundaries that the range leaves possible; at least one. */
export function segmentsOf(boundaries: readonly string[], range: VersionRange): readonly VersionSegment[] {
  const starts = [undefined, ...boundaries];
  const segments = starts.flatMap((since, index) => {
    const span: VersionSpan = { since, until: boundaries[index] };
    if (!spansOverlap(span, range)) return [];
    const narrowed = narrowRange({ ...range }, span);
    return [{ since: narrowed.since, until: narrowed.until, version: narrowed.since ?? '0' }];
  });
  return segments.length > 0 ? segments : [{ version: range.since ?? '0' }];
}

/** Whether a version lies within a span. */
export function isWithin(version: string, span: VersionSpan): boolean {
  return (
    (span.since === undefined || compareVersions(version, span.since) >= 0) &&
    (span.until === undefined || compareVersions(version, span.until) < 0)
  );
}

/** Distinct versions, sorted. */
export function sortVersions(versions: Iterable<string>): readonly string[] {
  const sorted = [...new Set(versions)].sort(compareVersions);
  return sorted.filter(
    (version, index) => index === 0 || compareVersions(version, sorted[index - 1] ?? '') !== 0,
  );
}

function later(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return compareVersions(left, right) >= 0 ? left : right;
}

function earlier(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return compareVersions(left, right) <= 0 ? left : right;
}
