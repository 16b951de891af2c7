import type { Finding } from './finding.ts';
import { compareVerdicts } from './verdict.ts';

/**
 * The one order of findings: enforced before only reported, worst verdict first, evidence before assumption, then by code,
 * policy, hop and container, so that the same input always gives the same text.
 */
export function compareFindings(left: Finding, right: Finding): number {
  return (
    Number(right.enforced) - Number(left.enforced) ||
    compareVerdicts(left.verdict, right.verdict) ||
    Number(left.basis === 'Assumption') - Number(right.basis === 'Assumption') ||
    compareText(sortKey(left), sortKey(right))
  );
}

function sortKey(finding: Finding): string {
  const { code, policy, hop, container, target, state } = finding;
  return [code, policy?.namespace, policy?.name, hop, container, target, state]
    .map((part) => part ?? '')
    .join('\u0000');
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
