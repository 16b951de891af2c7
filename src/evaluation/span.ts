import type { Seconds, Setting } from '../extraction/setting.ts';

/**
 * How long something takes at least and at most until it acts, in whole milliseconds; `Infinity` for never.
 * The two differ where a setting is unknown: every value between them is possible.
 *
 * Milliseconds, because sums and comparisons of integers are exact, and settings come in milliseconds too.
 */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** It never acts. */
export const NEVER: Span = { least: Infinity, most: Infinity };

/** It may act at any time or never: a setting that cannot be seen. */
export const ANY: Span = { least: 0, most: Infinity };

/** Acts after exactly that many milliseconds. */
export function exactly(milliseconds: number): Span {
  return { least: milliseconds, most: milliseconds };
}

/** Seconds as whole milliseconds. */
export function millisecondsOf(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** Milliseconds as seconds; `null` for never. */
export function secondsOf(milliseconds: number): number | null {
  return milliseconds === Infinity ? null : milliseconds / 1000;
}

/** What acts first of several; `NEVER` of none. */
export function earliest(spans: readonly Span[]): Span {
  return {
    least: Math.min(...spans.map((span) => span.least)),
    most: Math.min(...spans.map((span) => span.most)),
  };
}

/** One after the other. */
export function after(first: Span, then: Span): Span {
  return { least: first.least + then.least, most: first.most + then.most };
}

/** The same span, several times in a row. */
export function repeated(span: Span, times: number): Span {
  return times === 0 ? exactly(0) : { least: span.least * times, most: span.most * times };
}

/**
 * When a setting makes something act. A number that is no duration (negative, not finite) is as good as unknown:
 * nothing may rest on it.
 */
export function spanOf(setting: Setting<Seconds>): Span {
  if (setting.state === 'Unknown') return ANY;
  if (setting.value === 'Never') return NEVER;
  return isDuration(setting.value) ? exactly(millisecondsOf(setting.value)) : ANY;
}

/** Whether a number can be a length of time. */
export function isDuration(seconds: number): boolean {
  return Number.isFinite(seconds) && seconds >= 0;
}
