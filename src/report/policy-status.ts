import type { PolicyConditionReason, PolicyConditionType } from '../api/conditions.ts';
import type { PathPolicyStatus } from '../api/path-policy.ts';
import type { Problem } from '../api/problem.ts';
import { legsOf } from '../evaluation/describe-legs.ts';
import type { Finding } from '../findings/finding.ts';
import { compareVerdicts, type Basis, type Verdict } from '../findings/verdict.ts';
import type { PolicyReview } from '../inspection/review-policy.ts';
import { problemOf } from './sentences.ts';

/** What a policy's status counts of one workload. */
export interface WorkloadEntry {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** Code of the finding that decided; empty for none. */
  readonly code: string;
  /** Null for unbounded; undefined where silence is not the matter. */
  readonly silenceSeconds: number | null | undefined;
  /** Every finding that decided is covered by a waiver. */
  readonly waived: boolean;
}

/** Everything from which a policy's status is made: whole each time, from observation. */
export interface StatusInput {
  readonly generation: number;
  readonly review: PolicyReview | undefined;
  readonly problems: readonly Problem[];
  readonly entries: readonly WorkloadEntry[];
  /** Workloads are still being judged for the first time. */
  readonly pending: boolean;
}

const MOST_WORST = 10;

/** A policy's status as observed: without `PathVerified`, which the probe owns, and without the times of transitions. */
export interface ObservedStatus extends Omit<PathPolicyStatus, 'conditions'> {
  readonly conditions: readonly ObservedCondition[];
  readonly [field: string]: unknown;
}

/** A condition as observed; whoever writes it adds the time of its last transition. */
export interface ObservedCondition extends Condition {
  readonly observedGeneration: number;
}

/** Makes a policy's status, whole each time. */
export function policyStatus(input: StatusInput): ObservedStatus {
  const accepted = acceptedCondition(input);
  const refused = accepted.status === 'False';
  const conditions = [
    accepted,
    refused ? notAccepted('Matched') : matchedCondition(input),
    refused ? notAccepted('Compliant') : compliantCondition(input),
  ].map((found) => ({ ...found, observedGeneration: input.generation }));
  return {
    observedGeneration: input.generation,
    ...(refused || input.review === undefined ? {} : { legs: [...legsOf(input.review.compiled.path)] }),
    workloads: countsOf(refused ? [] : input.entries),
    worst: refused ? [] : worstOf(input.entries),
    conditions,
  };
}

interface Condition {
  readonly type: PolicyConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

function condition<Type extends PolicyConditionType, Status extends 'True' | 'False' | 'Unknown'>(
  type: Type,
  status: Status,
  reason: PolicyConditionReason<Type, Status>,
  message: string,
): Condition {
  return { type, status, reason, message };
}

function acceptedCondition({ review, problems }: StatusInput): Condition {
  if (review === undefined) {
    const message = problems.map(({ path, message: text }) => `NPP5007: ${path} ${text}.`).join(' ');
    return condition(
      'Accepted',
      'False',
      'NotValid',
      message === '' ? 'The policy cannot be read.' : message,
    );
  }
  const [error] = review.errors;
  if (error !== undefined) {
    return condition('Accepted', 'False', refusalReason(error), sentences(review.errors));
  }
  if (review.warnings.some(({ code }) => code === 'NPP5009')) {
    return condition('Accepted', 'True', 'IdleTimeoutNotDeclared', sentences(review.warnings));
  }
  const message = review.warnings.length === 0 ? 'The policy is applied.' : sentences(review.warnings);
  return condition('Accepted', 'True', 'Accepted', message);
}

function refusalReason({ code }: Finding): PolicyConditionReason<'Accepted', 'False'> {
  if (code === 'NPP5008') return 'DeviceIsAnEnd';
  return code === 'NPP5001' ? 'DeviceNotKnown' : 'NotValid';
}

function sentences(findings: readonly Finding[]): string {
  return findings.map((finding) => `${finding.code}: ${problemOf(finding)}.`).join(' ');
}

function notAccepted(type: 'Matched' | 'Compliant'): Condition {
  return condition(type, 'Unknown', 'NotAccepted', 'The policy is not applied.');
}

function matchedCondition({ entries, pending }: StatusInput): Condition {
  if (entries.length > 0) {
    return condition('Matched', 'True', 'WorkloadsSelected', `${workloads(entries.length)} selected.`);
  }
  return pending
    ? condition('Matched', 'Unknown', 'Pending', 'Workloads are being judged.')
    : condition(
        'Matched',
        'False',
        'NoWorkloadsSelected',
        'podSelector selects no workload: compare it with the labels of the pod templates.',
      );
}

function compliantCondition({ entries, pending }: StatusInput): Condition {
  const open = entries.filter(({ waived }) => !waived);
  const atRisk = open.filter(({ verdict }) => verdict === 'AtRisk');
  const marginal = open.filter(({ verdict }) => verdict === 'Marginal');
  if (atRisk.length > 0) {
    return condition(
      'Compliant',
      'False',
      'WorkloadsAtRisk',
      `${workloads(atRisk.length)} at risk: ${named(atRisk)}.`,
    );
  }
  if (marginal.length > 0) {
    return condition(
      'Compliant',
      'False',
      'WorkloadsMarginal',
      `${workloads(marginal.length)} within the margin: ${named(marginal)}.`,
    );
  }
  if (pending) return condition('Compliant', 'Unknown', 'Pending', 'Workloads are being judged.');
  if (entries.length === 0) {
    return condition('Compliant', 'Unknown', 'NoWorkloadsSelected', 'There is nothing to judge.');
  }
  const unknown = open.filter(({ verdict }) => verdict === 'Unknown');
  if (unknown.length > 0) {
    return condition(
      'Compliant',
      'Unknown',
      'WorkloadsUnknown',
      `Of ${workloads(unknown.length)} too little can be seen: ${named(unknown)}.`,
    );
  }
  const waived = entries.length - open.length;
  const except = waived === 0 ? '' : ` (${waived} by a waiver)`;
  return condition('Compliant', 'True', 'AllProtected', `Every workload on the path is protected${except}.`);
}

function workloads(count: number): string {
  return count === 1 ? '1 workload' : `${count} workloads`;
}

function named(entries: readonly WorkloadEntry[]): string {
  const names = entries
    .toSorted(worstFirst)
    .slice(0, 3)
    .map(({ kind, namespace, name, code }) => `${kind} ${namespace}/${name} (${code})`);
  return entries.length > names.length
    ? `${names.join(', ')} and ${entries.length - names.length} more`
    : names.join(', ');
}

function countsOf(entries: readonly WorkloadEntry[]): NonNullable<PathPolicyStatus['workloads']> {
  const count = (verdict: Verdict): number => entries.filter((entry) => entry.verdict === verdict).length;
  return {
    matched: entries.length,
    protected: count('Protected'),
    marginal: count('Marginal'),
    atRisk: count('AtRisk'),
    unknown: count('Unknown'),
    notApplicable: count('NotApplicable'),
  };
}

/** The worst workloads that have a finding: worst verdict, evidence before assumption, then by name. */
function worstOf(entries: readonly WorkloadEntry[]): NonNullable<PathPolicyStatus['worst']> {
  return entries
    .filter(({ verdict, code }) => verdict !== 'Protected' && verdict !== 'NotApplicable' && code !== '')
    .toSorted(worstFirst)
    .slice(0, MOST_WORST)
    .map(({ kind, namespace, name, verdict, basis, code, silenceSeconds }) => ({
      kind,
      namespace,
      name,
      verdict,
      basis,
      code,
      ...(silenceSeconds == null ? {} : { silenceSeconds: Math.round(silenceSeconds) }),
    }));
}

function worstFirst(left: WorkloadEntry, right: WorkloadEntry): number {
  return (
    compareVerdicts(left.verdict, right.verdict) ||
    Number(left.basis === 'Assumption') - Number(right.basis === 'Assumption') ||
    (nameOf(left) < nameOf(right) ? -1 : 1)
  );
}

function nameOf({ namespace, kind, name }: WorkloadEntry): string {
  return `${namespace}/${kind}/${name}`;
}
