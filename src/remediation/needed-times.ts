import type { HopVerdict } from '../evaluation/path-verdict.ts';

/** The numbers that make a verdict Protected, in seconds. */
export interface NeededTimes {
  /** Keep-alive time before the first probe. */
  readonly time: number;
  /** Between probes. */
  readonly interval: number;
  /** Before giving up. */
  readonly probes: number;
  /** For a heartbeat, or an eviction, which no lost probe delays. */
  readonly quiet: number;
}

/** Numbers that people choose; the greatest that fits is the smallest change. */
const ROUND_NUMBERS = [
  1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 480, 600, 900, 1200,
  1800, 2700, 3600, 5400, 7200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400, 172_800, 259_200, 345_600,
];

/** What tightens the hop's timeout: percent of it that must be left, and probes that may be lost. */
export interface ToleranceNumbers {
  readonly marginPercent: number;
  readonly lostProbes: number;
}

/**
 * The round numbers that keep silence, tolerated probe losses included, within the timeout less its margin.
 * Undefined where the timeout is so short that no whole second fits.
 */
export function neededTimes(
  idleTimeoutSeconds: number,
  tolerance: ToleranceNumbers,
): NeededTimes | undefined {
  const limit = Math.floor((idleTimeoutSeconds * (100 - tolerance.marginPercent)) / 100);
  const quiet = greatestUpTo(limit);
  const interval = greatestUpTo(Math.min(30, Math.floor(limit / (2 * (tolerance.lostProbes + 1)))));
  if (quiet === undefined || interval === undefined) return undefined;
  const time = greatestUpTo(limit - tolerance.lostProbes * interval);
  return time === undefined ? undefined : { time, interval, probes: 5, quiet };
}

/** For a server that must keep idle connections longer than the proxy in front of it does: that long, and the margin. */
export function timesToOutlast(
  reuseIdleSeconds: number | undefined,
  marginPercent: number,
): NeededTimes | undefined {
  if (reuseIdleSeconds === undefined) return undefined;
  const least = Math.ceil((reuseIdleSeconds * (100 + marginPercent)) / 100) + 1;
  const quiet = Math.ceil(least / 5) * 5;
  return { time: quiet, interval: quiet, probes: 1, quiet };
}

/**
 * The idle timeout that this hop would need for the silence that it sees to be Protected, in seconds;
 * undefined where that silence is unbounded.
 */
export function neededIdleTimeout(verdict: HopVerdict, marginPercent: number): number | undefined {
  if (verdict.silenceWithLossesSeconds === null || marginPercent >= 100) return undefined;
  return Math.ceil((verdict.silenceWithLossesSeconds * 100) / (100 - marginPercent));
}

function greatestUpTo(limit: number): number | undefined {
  return ROUND_NUMBERS.findLast((number) => number <= limit);
}
