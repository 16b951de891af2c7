import { describe, expect, test } from '@jest/globals';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { HopVerdict } from '../../src/evaluation/path-verdict.ts';
import type { ConnectionModel, LimitModel } from '../../src/extraction/connection-model.ts';
import {
  assumed,
  byDefault,
  circumstances,
  connection,
  hidden,
  hop,
  known,
  limit,
  path,
  proxy,
  unrecognised,
} from './model-builders.ts';

const counted = { peer: { minimumPingIntervalSeconds: 300 } };
const pinging = (seconds: number, changes: Partial<LimitModel> = {}) =>
  connection({ limits: [limit('Heartbeat', seconds, changes)] });

function pings(
  client: ConnectionModel,
  route = path([], counted),
  use: 'Pooled' | 'Listening' = 'Pooled',
): HopVerdict {
  const { hops } = evaluatePath(client, route, use, circumstances());
  const [verdict] = hops.filter((one) => one.hop === 'peer');
  if (verdict === undefined) throw new Error('not judged');
  return verdict;
}

describe('too eager is wrong too', () => {
  test.each([
    [299, 'AtRisk', 'PingTooEager'],
    [299.999, 'AtRisk', 'PingTooEager'],
    [300, 'Protected', 'Fits'],
    [301, 'Protected', 'Fits'],
  ] as const)('pings each %d s where the server wants 300 s between them: %s', (seconds, verdict, reason) => {
    expect(pings(pinging(seconds))).toMatchObject({
      verdict,
      reason,
      basis: 'Evidence',
      silenceSeconds: seconds,
      silenceWithLossesSeconds: seconds,
      onExpiry: 'Close',
      refreshedBy: 'Payload',
      decidedBy: {
        kind: 'Heartbeat',
        name: 'Heartbeat',
        nominalSeconds: seconds,
        extraSeconds: 0,
        lazy: false,
        from: 'client',
      },
      enforced: true,
      hangSeconds: 0,
      hangEndedBy: 'Close',
    });
  });

  test('the nominal interval counts: a jitter only delays', () => {
    expect(pings(pinging(299, { extraSeconds: known(60, 'jitter') })).verdict).toBe('AtRisk');
  });

  test('the quickest of several', () => {
    const client = connection({ limits: [limit('Heartbeat', 600), limit('Heartbeat', 10)] });
    expect(pings(client)).toMatchObject({ verdict: 'AtRisk', silenceSeconds: 10, members: [{}, {}] });
  });

  test('with hops as well as without, in the last leg', () => {
    const hops = [proxy(3600, { onExpiry: 'Close' }), hop(3600), hop(3600, { name: 'third' })];
    const route = path(hops, counted);
    expect(pings(pinging(10), route)).toMatchObject({ verdict: 'AtRisk', leg: 2 });
    expect(evaluatePath(pinging(10), route, 'Pooled', circumstances())).toMatchObject({
      verdict: 'AtRisk',
      deciding: { reason: 'PingTooEager' },
    });
  });

  test('in the state in which the connection is used', () => {
    expect(pings(pinging(10), path([], counted), 'Listening').state).toBe('Listening');
  });

  test('only what sends pings by itself counts', () => {
    for (const client of [
      connection(),
      connection({ limits: [limit('Heartbeat', known('Never', 'keepalive'))] }),
      pinging(10, { enforced: 'None' }),
      pinging(10, { enforced: 'OnBorrow' }),
      pinging(10, { inert: { reason: 'it is off without streams' } }),
      connection({ limits: [limit('IdleEviction', 10)] }),
    ]) {
      expect(pings(client)).toMatchObject({ verdict: 'Protected', reason: 'Fits', silenceSeconds: null });
    }
  });

  test('an interval that cannot be seen is Unknown, unless another is too eager anyway', () => {
    const client = connection({ limits: [limit('Heartbeat', hidden('keepaliveTime'))] });
    expect(pings(client)).toMatchObject({
      verdict: 'Unknown',
      reason: 'SettingUnknown',
      missing: 'keepaliveTime',
    });
    const both = connection({ limits: [limit('Heartbeat', hidden()), limit('Heartbeat', 10)] });
    expect(pings(both).verdict).toBe('AtRisk');
  });

  test('an interval that is usually set in code is an assumption', () => {
    expect(pings(connection({ limits: [limit('Heartbeat', assumed(10, 'keepaliveTime'))] }))).toMatchObject({
      verdict: 'AtRisk',
      basis: 'Assumption',
      assumption: 'keepaliveTime is taken as 10: usually set in code',
    });
  });

  test('a client that nobody recognises is taken to send none', () => {
    expect(pings(unrecognised())).toMatchObject({
      verdict: 'Protected',
      basis: 'Assumption',
      assumption: 'the client is not recognised: it is taken to send no pings',
    });
    expect(pings(unrecognised(), path([], { ...counted, keepAliveProof: 'Require' })).reason).toBe(
      'ProofRequired',
    );
  });

  test('a setting nobody recognises turns too eager by default into Unknown', () => {
    const named = circumstances({ unrecognisedSettings: ['PING_MS'] });
    const judged = (client: ConnectionModel) =>
      evaluatePath(client, path([], counted), 'Pooled', named).verdict;
    expect(judged(connection({ limits: [limit('Heartbeat', byDefault(10, 'ping'))] }))).toBe('Unknown');
    expect(judged(pinging(10))).toBe('AtRisk');
  });

  test('where the server states no minimum nobody counts', () => {
    expect(() => pings(pinging(0.1), path([hop(3600)]))).toThrow('not judged');
  });
});
