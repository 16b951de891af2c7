import { describe, expect, test } from '@jest/globals';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { PathModel, WorkloadCircumstances } from '../../src/evaluation/path-model.ts';
import type { ConnectionModel } from '../../src/extraction/connection-model.ts';
import {
  assumed,
  circumstances,
  connection,
  hidden,
  hop,
  keepAlive,
  limit,
  path,
  proxy,
} from './model-builders.ts';

function evaluate(
  client: ConnectionModel,
  route: PathModel,
  use: 'Pooled' | 'Listening' = 'Pooled',
  changes: Partial<WorkloadCircumstances> = {},
) {
  return evaluatePath(client, route, use, circumstances(changes));
}

const seed = path([hop(3600)], {
  peer: { keepAlive: { timeSeconds: 7200, intervalSeconds: 75, probes: 9 } },
});

describe('the seed', () => {
  test('the peer speaks after 7200 s, the firewall forgets after 3600 s', () => {
    expect(evaluate(connection(), seed)).toMatchObject({
      verdict: 'AtRisk',
      basis: 'Evidence',
      deciding: {
        hop: 'firewall',
        leg: 1,
        state: 'Pooled',
        reason: 'TooLate',
        silenceSeconds: 7200,
        idleTimeoutSeconds: 3600,
        decidedBy: { kind: 'PeerKeepAlive' },
        hangSeconds: 924.6,
        hangEndedBy: 'Retransmissions',
      },
      legs: [{ from: 'workload', to: 'peer', limitingHop: 'firewall', idleTimeoutSeconds: 3600 }],
    });
  });

  test('mended on the path: the firewall remembers 9000 s', () => {
    expect(evaluate(connection(), { ...seed, hops: [hop(9000)] }).verdict).toBe('Protected');
  });

  test('mended on the workload: a keep-alive after 300 s', () => {
    expect(evaluate(connection({ keepAlive: keepAlive(300) }), seed).verdict).toBe('Protected');
  });
});

describe('every hop in every state', () => {
  test('the state of use first, near hops first, the far end last, then in use', () => {
    const route = path([hop(3600, { name: 'a' }), proxy(60, { name: 'b' })], {
      peer: { idleTimeoutSeconds: 600, onIdle: 'Drop' },
    });
    for (const use of ['Pooled', 'Listening'] as const) {
      expect(evaluate(connection(), route, use).hops.map((one) => [one.state, one.hop, one.leg])).toEqual([
        [use, 'a', 1],
        [use, 'b', 1],
        [use, 'peer', 2],
        ['InUse', 'a', 1],
        ['InUse', 'b', 1],
        ['InUse', 'peer', 2],
      ]);
    }
  });

  test('each says what it compared and how the hop behaves', () => {
    const route = path([hop(350, { name: 'nlb', onExpiry: 'Reset' })]);
    expect(evaluate(connection(), route).hops[0]).toMatchObject({
      hop: 'nlb',
      onExpiry: 'Reset',
      refreshedBy: 'Packets',
      idleTimeoutSeconds: 350,
    });
  });
});

describe('in use is always evaluated, and enforced when the longest quiet operation is given', () => {
  const pooled = connection({ limits: [limit('IdleEviction', 600)] });

  test('not given: reported only', () => {
    const verdict = evaluate(pooled, path([hop(3600)]));
    expect(verdict).toMatchObject({ verdict: 'Protected', deciding: { state: 'Pooled', enforced: true } });
    expect(verdict.hops[1]).toMatchObject({ state: 'InUse', verdict: 'AtRisk', enforced: false });
  });

  test('given: it counts', () => {
    const told = path([hop(3600)], { longestQuietOperationSeconds: 5000 });
    expect(evaluate(pooled, told)).toMatchObject({
      verdict: 'AtRisk',
      deciding: { state: 'InUse', enforced: true, silenceSeconds: 5000 },
    });
    const short = path([hop(3600)], { longestQuietOperationSeconds: 900 });
    expect(evaluate(pooled, short).verdict).toBe('Protected');
  });

  test('listening is judged where the connection listens, and enforced', () => {
    const verdict = evaluate(pooled, path([hop(3600)]), 'Listening');
    expect(verdict).toMatchObject({ verdict: 'AtRisk', deciding: { state: 'Listening', enforced: true } });
    expect(verdict.hops.some((one) => one.state === 'Pooled')).toBe(false);
  });
});

describe('which hop decides', () => {
  const at = (seconds: number, name: string) => hop(seconds, { name });
  const deciding = (client: ConnectionModel, route: PathModel) => evaluate(client, route).deciding;

  test('the worst verdict', () => {
    const client = connection({ keepAlive: keepAlive(300) });
    expect(deciding(client, path([at(9000, 'a'), at(60, 'b'), at(310, 'c')]))).toMatchObject({ hop: 'b' });
    expect(deciding(client, path([at(9000, 'a'), at(310, 'c')]))).toMatchObject({
      hop: 'c',
      verdict: 'Marginal',
    });
  });

  test('among equals the least timeout, on a tie the hop nearest to the workload', () => {
    expect(deciding(connection(), path([at(3600, 'a'), at(350, 'b'), at(900, 'c')]))?.hop).toBe('b');
    expect(deciding(connection(), path([at(350, 'a'), at(350, 'b')]))?.hop).toBe('a');
    const protectedBy = connection({ keepAlive: keepAlive(60) });
    expect(deciding(protectedBy, path([at(3600, 'a'), at(350, 'b')]))?.hop).toBe('b');
  });

  test('a hop that is never reached comes after one that is', () => {
    const open = hop(1, { name: 'open', timers: [{ kind: 'None' }] });
    const client = connection({ keepAlive: keepAlive(60) });
    expect(deciding(client, path([open, at(3600, 'a')]))?.hop).toBe('a');
    expect(deciding(client, path([at(3600, 'a'), open]))?.hop).toBe('a');
  });

  const inCode = connection({ keepAlive: { ...keepAlive(7200), enabled: assumed(false, 'SO_KEEPALIVE') } });
  const deaf = hop(3600, { name: 'deaf', refreshedBy: 'Payload' });

  test('a risk on evidence before one by assumption', () => {
    for (const hops of [
      [at(350, 'a'), deaf],
      [deaf, at(350, 'a')],
    ]) {
      expect(evaluate(inCode, path(hops))).toMatchObject({ basis: 'Evidence', deciding: { hop: 'deaf' } });
    }
  });

  test('a protection by assumption before one on evidence: the path rests on it', () => {
    const early = connection({
      keepAlive: { ...keepAlive(60), time: assumed(60, 'TCP_KEEPIDLE') },
      limits: [limit('IdleEviction', 3000)],
    });
    for (const hops of [
      [at(350, 'a'), at(9000, 'b')],
      [at(9000, 'b'), at(350, 'a')],
    ]) {
      expect(evaluate(early, path(hops))).toMatchObject({ verdict: 'Protected', basis: 'Assumption' });
      expect(deciding(early, path(hops))?.hop).toBe('a');
    }
  });

  test('the state of use before in use', () => {
    const route = path([at(3600, 'a')], { longestQuietOperationSeconds: 5000 });
    expect(deciding(connection(), route)?.state).toBe('Pooled');
  });
});

test("AtRisk, Marginal, Unknown, Protected: the worst of the hops is the path's verdict", () => {
  const client = connection({
    keepAlive: { ...keepAlive(300), enabled: hidden() },
    limits: [limit('IdleEviction', 3300)],
  });
  expect(evaluate(client, path([hop(3600)])).verdict).toBe('Unknown');
  expect(evaluate(client, path([hop(3600), hop(3600, { name: 'b', refreshedBy: 'Payload' })])).verdict).toBe(
    'Marginal',
  );
  expect(evaluate(client, path([hop(3600), hop(350, { name: 'b', refreshedBy: 'Payload' })])).verdict).toBe(
    'AtRisk',
  );
});

test('a path on which nothing ends a silent connection leaves nothing to judge', () => {
  expect(evaluate(connection(), path([]))).toMatchObject({
    verdict: 'Protected',
    basis: 'Evidence',
    deciding: { hop: 'peer', leg: 1, state: 'Pooled', reason: 'NothingToJudge', enforced: true, members: [] },
    legs: [{ from: 'workload', to: 'peer' }],
  });
  expect(evaluate(connection(), path([]), 'Listening').deciding?.state).toBe('Listening');
  const closing = path([], { peer: { idleTimeoutSeconds: 600 } });
  expect(evaluate(connection(), closing).hops).toMatchObject([{ hop: 'peer', reason: 'CloseNoticed' }]);
});

test('a member that belongs to no catalogue entry is of the workload', () => {
  const client = connection({ clients: [], keepAlive: keepAlive(300) });
  expect(evaluate(client, path([hop(3600)])).deciding?.decidedBy.from).toBe('workload');
});
