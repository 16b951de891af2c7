import { describe, expect, test } from '@jest/globals';
import { judge } from './judging.ts';
import { connection, hop, keepAlive, limit, path } from './model-builders.ts';

const evicting = (seconds: number) => connection({ limits: [limit('IdleEviction', seconds)] });

describe('against the timeout', () => {
  test.each([
    [3240, 'Protected', 'Fits'],
    [3240.001, 'Marginal', 'WithinMargin'],
    [3599.999, 'Marginal', 'WithinMargin'],
    [3600, 'AtRisk', 'TooLate'],
    [3600.001, 'AtRisk', 'TooLate'],
  ] as const)(
    'a silence of %d s on a hop of 3600 s with a margin of 10 %% is %s',
    (silence, verdict, reason) => {
      expect(judge(evicting(silence), path([hop(3600)]))).toMatchObject({
        verdict,
        reason,
        idleTimeoutSeconds: 3600,
      });
    },
  );

  test.each([
    [0, 3599, 'Protected'],
    [0, 3600, 'AtRisk'],
    [90, 360, 'Protected'],
    [90, 361, 'Marginal'],
    [25, 2700, 'Protected'],
    [25, 2701, 'Marginal'],
  ] as const)(
    'the margin is the percent that the policy says: %d %%, %d s',
    (marginPercent, silence, verdict) => {
      expect(judge(evicting(silence), path([hop(3600)], { marginPercent })).verdict).toBe(verdict);
    },
  );

  test('the margin is exact where fractions are not', () => {
    // 0.3 is 0.1 * 3 is 90 % of a third: in binary fractions none of that is equal.
    expect(judge(evicting(0.27), path([hop(0.3)])).verdict).toBe('Protected');
    expect(judge(evicting(0.271), path([hop(0.3)])).verdict).toBe('Marginal');
    expect(judge(evicting(0.1 + 0.2), path([hop(0.3)])).verdict).toBe('AtRisk');
  });
});

describe('tolerated losses', () => {
  const client = (time: number, interval: number) => connection({ keepAlive: keepAlive(time, interval) });

  test('each lost probe adds an interval to a keep-alive', () => {
    for (const lostProbes of [0, 1, 2, 5]) {
      expect(judge(client(300, 75), path([hop(3600)], { lostProbes }))).toMatchObject({
        silenceSeconds: 300,
        silenceWithLossesSeconds: 300 + lostProbes * 75,
      });
    }
  });

  test.each([
    [3165, 75, 'Protected', 'Fits'],
    [3166, 75, 'Marginal', 'LossesNotTolerated'],
    [3240, 400, 'Marginal', 'LossesNotTolerated'],
    [3241, 75, 'Marginal', 'WithinMargin'],
    [3600, 75, 'AtRisk', 'TooLate'],
  ] as const)('a keep-alive of %d s, repeated after %d s, is %s (%s)', (time, interval, verdict, reason) => {
    expect(judge(client(time, interval), path([hop(3600)]))).toMatchObject({ verdict, reason });
  });

  test('losses that lead beyond the timeout are a matter of margin, not of risk', () => {
    expect(judge(client(3000, 1000), path([hop(3600)], { marginPercent: 0 }))).toMatchObject({
      verdict: 'Marginal',
      reason: 'LossesNotTolerated',
      silenceWithLossesSeconds: 4000,
    });
  });

  test('with losses that lead exactly to the timeout nothing is tolerated, without a margin either', () => {
    expect(judge(client(3000, 600), path([hop(3600)], { marginPercent: 0 }))).toMatchObject({
      verdict: 'Marginal',
      reason: 'LossesNotTolerated',
    });
    expect(judge(client(3000, 599), path([hop(3600)], { marginPercent: 0 })).verdict).toBe('Protected');
  });

  test('only keep-alives lose probes', () => {
    expect(judge(evicting(300), path([hop(3600)], { lostProbes: 3 })).silenceWithLossesSeconds).toBe(300);
  });

  test('with losses another member may be the first', () => {
    const pooled = connection({ keepAlive: keepAlive(3000, 600), limits: [limit('IdleEviction', 3200)] });
    expect(judge(pooled, path([hop(3600)]))).toMatchObject({
      verdict: 'Protected',
      silenceSeconds: 3000,
      silenceWithLossesSeconds: 3200,
      decidedBy: { kind: 'KeepAlive' },
    });
  });

  test('the interval of the side whose keep-alive decides', () => {
    const peer = { keepAlive: { timeSeconds: 3100, intervalSeconds: 10, probes: 9 } };
    expect(judge(client(3000, 600), path([hop(3600)], { peer }))).toMatchObject({
      silenceSeconds: 3000,
      silenceWithLossesSeconds: 3110,
    });
  });
});
