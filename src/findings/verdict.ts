/**
 * What a workload's settings do on a path.
 *
 * - `Protected`: something is heard on the wire, or the connection is closed, early enough.
 * - `Marginal`: it fits, but not with the margin or the tolerated probe losses.
 * - `AtRisk`: the connection is silent for as long as the hop remembers, or longer.
 * - `Unknown`: what decides it cannot be seen.
 * - `NotApplicable`: the connection does not use the path.
 */
export type Verdict = 'AtRisk' | 'Marginal' | 'Unknown' | 'Protected' | 'NotApplicable';

/** Worst first: the order in which a workload's verdict is chosen among its connections'. */
const VERDICTS_WORST_FIRST: readonly Verdict[] = [
  'AtRisk',
  'Marginal',
  'Unknown',
  'Protected',
  'NotApplicable',
];

/** Whether a verdict rests on what was read, or on something that was taken for granted (and is named). */
export type Basis = 'Evidence' | 'Assumption';

/** The state a connection is in when it falls silent. */
export type ConnectionState = 'Pooled' | 'InUse' | 'Listening';

/** Negative when `left` is worse than `right`, positive when better, 0 when equal. */
export function compareVerdicts(left: Verdict, right: Verdict): number {
  return VERDICTS_WORST_FIRST.indexOf(left) - VERDICTS_WORST_FIRST.indexOf(right);
}

/** The worst of several verdicts; `NotApplicable` for none at all. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst: Verdict = 'NotApplicable';
  for (const verdict of verdicts) {
    if (compareVerdicts(verdict, worst) < 0) worst = verdict;
  }
  return worst;
}
