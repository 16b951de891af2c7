import { describe, expect, test } from '@jest/globals';

import { parsePolicy } from '../../src/api/parse-policy.ts';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { compilePolicy } from '../../src/inspection/compiled-policy.ts';
import { reviewPolicy, type PolicyReview } from '../../src/inspection/review-policy.ts';
import { problemOf } from '../../src/report/sentences.ts';
import { goodPolicies } from '../api/policy-files.ts';

const catalogue = loadBuiltinCatalogue();

function reviewObject(object: unknown): PolicyReview {
  const { policy, problems } = parsePolicy(object);
  if (policy === undefined) throw new Error(JSON.stringify(problems));
  const lookup = { service: () => undefined, declaring: () => undefined, namespaceLabels: () => ({}) };
  return reviewPolicy(compilePolicy(policy, catalogue, lookup), catalogue);
}

function review(...hops: object[]): PolicyReview {
  return reviewObject({
    apiVersion: 'pathkeeper.dev/v1alpha1',
    kind: 'NetworkPathPolicy',
    metadata: { name: 'nat', namespace: 'orders' },
    spec: { podSelector: {}, path: { hops } },
  });
}

const said = (findings: PolicyReview['errors']): string[] =>
  findings.map((finding) => `${finding.code} ${problemOf(finding)}`);

describe('what the catalogue has nothing against', () => {
  test.each(goodPolicies())('$name', ({ object }) => {
    expect(said(reviewObject(object).errors)).toEqual([]);
  });

  test.each([
    [{ name: 'a', device: 'aws-nat-gateway' }],
    [{ name: 'a', idleTimeoutSeconds: 7 }],
    [{ name: 'a', device: 'aws-nlb-tcp', idleTimeoutSeconds: 6000 }],
    [{ name: 'a', device: 'aws-nlb-tcp', idleTimeoutSeconds: 60 }],
    [{ name: 'a', device: 'aws-nat-gateway', idleTimeoutSeconds: 350 }],
    [
      {
        name: 'a',
        device: 'istio-tcp',
        keepAlive: { towardPeer: { timeSeconds: 60 } },
        reuseIdleSeconds: 60,
      },
    ],
    [{ name: 'a', device: 'aws-nat-gateway', mode: 'Terminate', reuseIdleSeconds: 60 }],
  ])('%j', (hop) => {
    const { errors, warnings } = review(hop);
    expect([...said(errors), ...said(warnings)]).toEqual([]);
  });
});

describe('what makes a policy mean nothing is an error', () => {
  test.each([
    [
      'a device that nobody knows',
      { name: 'a', device: 'aws-nat-gatway' },
      'NPP5001',
      "did you mean 'aws-nat-gateway'?",
      '/spec/path/hops/1/device',
    ],
    [
      'a server',
      { name: 'a', device: 'postgresql-idle-session' },
      'NPP5008',
      'say what it does in `peer`',
      '/spec/path/hops/1/device',
    ],
    [
      'sockets of a device that has none',
      { name: 'a', device: 'aws-nat-gateway', keepAlive: { towardPeer: { timeSeconds: 60 } } },
      'NPP5007',
      'aws-nat-gateway passes them through',
      '/spec/path/hops/1/keepAlive',
    ],
    [
      'connections that it cannot keep',
      { name: 'a', device: 'aws-nat-gateway', reuseIdleSeconds: 60 },
      'NPP5007',
      'aws-nat-gateway passes them through',
      '/spec/path/hops/1/reuseIdleSeconds',
    ],
  ])('%s', (_what, hop, code, sentence, pointer) => {
    const { errors, warnings } = review({ name: 'before', idleTimeoutSeconds: 60 }, hop);
    expect(warnings).toEqual([]);
    expect(said(errors)).toEqual([expect.stringContaining(sentence)]);
    expect(errors).toMatchObject([
      { code, hop: 'a', policy: { name: 'nat', namespace: 'orders' }, place: { pointer } },
    ]);
  });
});

describe('what is taken as it stands is a warning', () => {
  test.each([
    [
      'too short',
      { name: 'a', device: 'aws-nlb-tcp', idleTimeoutSeconds: 59 },
      'NPP5002',
      '60 to 6000 s',
      'idleTimeoutSeconds',
    ],
    [
      'too long',
      { name: 'a', device: 'aws-nlb-tcp', idleTimeoutSeconds: 6001 },
      'NPP5002',
      '60 to 6000 s',
      'idleTimeoutSeconds',
    ],
    [
      'fixed',
      { name: 'a', device: 'aws-nat-gateway', idleTimeoutSeconds: 351 },
      'NPP5002',
      'fixed at 350 s',
      'idleTimeoutSeconds',
    ],
    [
      'an object that is not there',
      { name: 'a', idleTimeoutFrom: { kind: 'Service', name: 'db' } },
      'NPP5009',
      'Service orders/db does not exist',
      'idleTimeoutFrom',
    ],
  ])('%s', (_what, hop, code, sentence, field) => {
    const { errors, warnings } = review(hop);
    expect(errors).toEqual([]);
    expect(said(warnings)).toEqual([expect.stringContaining(sentence)]);
    expect(warnings).toMatchObject([{ code, hop: 'a', place: { pointer: `/spec/path/hops/0/${field}` } }]);
  });
});
