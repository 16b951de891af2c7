import { expect, test } from '@jest/globals';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import { circumstances, connection, hop, keepAlive, path } from './model-builders.ts';

const SEED_PATH = path([hop(3600)], {
  peer: { keepAlive: { timeSeconds: 7200, intervalSeconds: 75, probes: 9 } },
});

test('the seed: the peer speaks after 7200 s, the firewall forgets after 3600 s', () => {
  const verdict = evaluatePath(connection(), SEED_PATH, 'Pooled', circumstances());
  expect(verdict.verdict).toBe('AtRisk');
  expect(verdict.deciding).toMatchObject({
    hop: 'firewall',
    state: 'Pooled',
    reason: 'TooLate',
    basis: 'Evidence',
    silenceSeconds: 7200,
    idleTimeoutSeconds: 3600,
    decidedBy: { kind: 'PeerKeepAlive' },
    hangSeconds: 924.6,
    hangEndedBy: 'Retransmissions',
  });
});

test('the seed mended on the path: the firewall remembers 9000 s', () => {
  const mended = { ...SEED_PATH, hops: [hop(9000)] };
  expect(evaluatePath(connection(), mended, 'Pooled', circumstances()).verdict).toBe('Protected');
});

test('the seed mended on the workload: a keep-alive after 300 s', () => {
  const mended = connection({ keepAlive: keepAlive(300) });
  expect(evaluatePath(mended, SEED_PATH, 'Pooled', circumstances()).verdict).toBe('Protected');
});
