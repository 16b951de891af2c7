import { describe, expect, test } from '@jest/globals';
import type { EffectiveEnforcement } from '../../src/api/effective-enforcement.ts';
import { decide } from '../../src/enforcement/decide.ts';
import type { Finding } from '../../src/findings/finding.ts';

const policy = { kind: 'NetworkPathPolicy', namespace: 'orders', name: 'nat' };
const enforcement: EffectiveEnforcement = {
  admission: 'Deny',
  assumed: 'Warn',
  marginal: 'Warn',
  unknown: 'Audit',
  annotate: 'Enabled',
  remediate: 'Off',
};

function finding(change: Partial<Finding>): Finding {
  return {
    code: 'NPP1001',
    verdict: 'AtRisk',
    basis: 'Evidence',
    policy,
    evidence: [],
    fixes: [],
    enforced: true,
    ...change,
  };
}

function actionOf(change: Partial<Finding>): string {
  const decision = decide([finding(change)], () => enforcement);
  if (decision.denied.length > 0) return 'Deny';
  return decision.warned.length > 0 ? 'Warn' : 'Audit';
}

describe('what is made of a finding', () => {
  test.each<[string, Partial<Finding>, string]>([
    ['at risk on evidence is refused', {}, 'Deny'],
    ['at risk by assumption follows `assumed`', { basis: 'Assumption' }, 'Warn'],
    ['marginal follows `marginal`', { verdict: 'Marginal' }, 'Warn'],
    ['unknown follows `unknown`', { verdict: 'Unknown' }, 'Audit'],
    ['a state that the policy does not enforce is recorded', { enforced: false }, 'Audit'],
    ['a waiver leaves it recorded', { waiver: { reason: 'CHG-1', until: '2027-01-01' } }, 'Audit'],
  ])('%s', (_name, change, expected) => {
    expect(actionOf(change)).toBe(expected);
  });

  test('what belongs to no policy is a warning and never a refusal', () => {
    const { policy: _none, ...own } = finding({ code: 'NPP5003' });
    expect(decide([own], () => enforcement)).toMatchObject({ denied: [], warned: [own] });
  });

  test('a policy that is gone cannot refuse', () => {
    expect(decide([finding({})], () => undefined).audited).toHaveLength(1);
  });
});
