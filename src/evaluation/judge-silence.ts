import type { Verdict } from '../findings/verdict.ts';
import type { IdleTimer } from './path-model.ts';
import type { VerdictReason } from './path-verdict.ts';
import type { Hidden, Silence } from './silence-member.ts';
import { millisecondsOf } from './span.ts';

/** What it means that a hop's timer runs out. */
export type Outcome =
  | 'Forgets' // it drops or resets what comes next
  | 'CloseNoticed' // it closes, and who uses the connection next learns of it first
  | 'CloseLost' // it closes, and the next request goes into the closed connection
  | 'CloseUnknown' // it closes, and nobody knows whether that is noticed
  | 'OperationLost'; // it closes while somebody waits for an answer

/** A silence held against one timer. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: VerdictReason;
  /** The timeout compared against, in milliseconds; absent where there is none. */
  readonly timeout?: number;
  /** What could not be seen. */
  readonly missing?: string;
}

/** What a judgement needs beside silence and timer. */
export interface Measure {
  readonly silence: Silence;
  readonly outcome: Outcome;
  /** Percent of the timeout. */
  readonly marginPercent: number;
  /** What of the silence's members cannot be seen. */
  readonly hidden: Hidden;
}

/** `Fits` with margin and losses, `Near` when it fits only without them, `Reached` when it is as long as the timeout. */
type Level = 'Fits' | 'Near' | 'Reached';

function levelOf(plain: number, lossy: number, timeout: number, marginPercent: number): Level {
  if (fits(lossy, timeout, marginPercent)) return 'Fits';
  return plain < timeout ? 'Near' : 'Reached';
}

/**
 * Whether a silence leaves the margin. Whole milliseconds on both sides, so that the comparison is exact. Equal to
 * the timeout never fits, not even without a margin.
 */
export function fits(silence: number, timeout: number, marginPercent: number): boolean {
  return silence < timeout && silence * 100 <= timeout * (100 - marginPercent);
}

/** Holds a silence against one idle timer. */
export function judgeTimer(timer: IdleTimer, measure: Measure): Judgement {
  if (timer.kind === 'None') return { verdict: 'Protected', reason: 'NoTimer' };
  return timer.kind === 'Seconds'
    ? judgeSeconds(millisecondsOf(timer.seconds), measure)
    : judgeUnknownTimer(timer.atLeastSeconds, measure);
}

function judgeSeconds(timeout: number, measure: Measure): Judgement {
  const { silence, outcome, marginPercent, hidden } = measure;
  const atBest = levelOf(silence.plain.least, silence.lossy.least, timeout, marginPercent);
  const atWorst = levelOf(silence.plain.most, silence.lossy.most, timeout, marginPercent);
  const verdict = verdictAt(atWorst, outcome);
  if (verdictAt(atBest, outcome) === verdict) {
    return { verdict, reason: reasonAt(atWorst, timeout, measure), timeout };
  }
  return { verdict: 'Unknown', reason: hidden.reason, timeout, missing: hidden.name };
}

/** The longest silence is held against a timer that nobody knows: only the extremes can be told. */
function judgeUnknownTimer(atLeastSeconds: number | undefined, measure: Measure): Judgement {
  const { silence, outcome, marginPercent } = measure;
  if (outcome === 'CloseNoticed') return { verdict: 'Protected', reason: 'CloseNoticed' };
  if (silence.plain.least === Infinity) {
    return { verdict: verdictAt('Reached', outcome), reason: reasonAt('Reached', Infinity, measure) };
  }
  if (atLeastSeconds !== undefined) {
    const timeout = millisecondsOf(atLeastSeconds);
    if (fits(silence.lossy.most, timeout, marginPercent)) {
      return { verdict: 'Protected', reason: 'Fits', timeout };
    }
  }
  return { verdict: 'Unknown', reason: 'TimerUnknown' };
}

function verdictAt(level: Level, outcome: Outcome): Verdict {
  if (level === 'Fits' || outcome === 'CloseNoticed') return 'Protected';
  if (outcome === 'CloseUnknown') return 'Unknown';
  return level === 'Near' ? 'Marginal' : 'AtRisk';
}

function reasonAt(level: Level, timeout: number, measure: Measure): VerdictReason {
  const { silence, outcome, marginPercent } = measure;
  if (level === 'Fits') return 'Fits';
  if (outcome === 'CloseNoticed') return 'CloseNoticed';
  if (outcome === 'CloseUnknown') return 'CloseNoticeUnknown';
  if (level === 'Near') {
    return fits(silence.plain.most, timeout, marginPercent) ? 'LossesNotTolerated' : 'WithinMargin';
  }
  return reasonReached(outcome, silence.plain.most);
}

function reasonReached(outcome: Outcome, silence: number): VerdictReason {
  if (outcome === 'CloseLost') return 'CloseNotNoticed';
  if (outcome === 'OperationLost') return 'OperationLost';
  return silence === Infinity ? 'Unbounded' : 'TooLate';
}
