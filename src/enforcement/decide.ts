import type { EffectiveEnforcement } from '../api/effective-enforcement.ts';
import type { Finding } from '../findings/finding.ts';

/** What is made of a finding. `Deny` refuses the object, `Warn` tells the person, `Audit` only records. */
export type Action = 'Deny' | 'Warn' | 'Audit';

/** What a policy's enforcement makes of a workload's findings. Not yet a response: that is each door's own. */
export interface Decision {
  readonly denied: readonly Finding[];
  readonly warned: readonly Finding[];
  readonly audited: readonly Finding[];
}

/** Looks up the enforcement of the policy that a finding names. */
export type EnforcementLookup = (finding: Finding) => EffectiveEnforcement | undefined;

/**
 * Sorts findings by what is to be done about each. A waiver or a state that the policy does not enforce
 * leaves a finding recorded and nothing more. A finding that belongs to no policy is about what the workload's
 * author wrote for us (a waiver, a declaration, a setting without effect): it is always a warning, never a refusal.
 */
export function decide(findings: readonly Finding[], enforcementOf: EnforcementLookup): Decision {
  const denied: Finding[] = [];
  const warned: Finding[] = [];
  const audited: Finding[] = [];
  const lists = { Deny: denied, Warn: warned, Audit: audited };
  for (const finding of findings) lists[actionFor(finding, enforcementOf)].push(finding);
  return { denied, warned, audited };
}

function actionFor(finding: Finding, enforcementOf: EnforcementLookup): Action {
  if (finding.policy === undefined) return 'Warn';
  if (finding.waiver !== undefined || !finding.enforced) return 'Audit';
  const enforcement = enforcementOf(finding);
  return enforcement === undefined ? 'Audit' : levelOf(finding, enforcement);
}

function levelOf({ verdict, basis }: Finding, enforcement: EffectiveEnforcement): Action {
  switch (verdict) {
    case 'AtRisk':
      return basis === 'Evidence' ? enforcement.admission : enforcement.assumed;
    case 'Marginal':
      return enforcement.marginal;
    case 'Unknown':
      return enforcement.unknown;
    case 'Protected':
    case 'NotApplicable':
      return 'Audit';
  }
}
