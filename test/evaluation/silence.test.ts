import { describe, expect, test } from '@jest/globals';
import type { LimitKind } from '../../src/extraction/connection-model.ts';
import type { ConnectionState } from '../../src/findings/verdict.ts';
import { judge } from './judging.ts';
import { connection, hop, keepAlive, known, limit, path } from './model-builders.ts';

const STATES: readonly ConnectionState[] = ['Pooled', 'InUse', 'Listening'];
const firewall = path([hop(3600)]);
const ALL: readonly ConnectionState[] = STATES;

describe('silence is the least of what speaks or closes', () => {
  test.each(STATES)('nothing in the set: unbounded (%s)', (state) => {
    expect(judge(connection(), firewall, state)).toMatchObject({
      verdict: 'AtRisk',
      reason: 'Unbounded',
      silenceSeconds: null,
      silenceWithLossesSeconds: null,
      decidedBy: { kind: 'Nothing', name: '', nominalSeconds: null, extraSeconds: 0, lazy: false, from: '' },
    });
  });

  test.each(STATES)('keep-alive time, where keep-alive is on (%s)', (state) => {
    expect(judge(connection({ keepAlive: keepAlive(300) }), firewall, state)).toMatchObject({
      silenceSeconds: 300,
      decidedBy: { kind: 'KeepAlive', name: 'tcp_keepalive_time', nominalSeconds: 300, from: 'client' },
    });
  });

  test('a keep-alive time does nothing unless the socket asks for keep-alive', () => {
    const off = connection({ keepAlive: { ...keepAlive(300), enabled: known(false, 'tcpKeepAlive') } });
    const verdict = judge(off, firewall);
    expect(verdict.silenceSeconds).toBeNull();
    expect(verdict.members).toContainEqual({
      kind: 'KeepAlive',
      name: 'tcpKeepAlive',
      nominalSeconds: null,
      extraSeconds: 0,
      lazy: false,
      from: 'client',
    });
  });

  test.each(STATES)("the peer's keep-alive, where the policy states it (%s)", (state) => {
    const peer = { keepAlive: { timeSeconds: 400, intervalSeconds: 75, probes: 9 } };
    expect(judge(connection(), path([hop(3600)], { peer }), state)).toMatchObject({
      silenceSeconds: 400,
      decidedBy: {
        kind: 'PeerKeepAlive',
        name: 'peer.keepAlive.timeSeconds',
        nominalSeconds: 400,
        from: 'peer',
      },
    });
  });

  test.each(STATES)("the peer's heartbeat (%s)", (state) => {
    expect(judge(connection(), path([hop(3600)], { peer: { heartbeatSeconds: 30 } }), state)).toMatchObject({
      silenceSeconds: 30,
      decidedBy: { kind: 'PeerHeartbeat', name: 'peer.heartbeatSeconds', nominalSeconds: 30, from: 'peer' },
    });
  });

  const acting: readonly [LimitKind, readonly ConnectionState[]][] = [
    ['Heartbeat', ALL],
    ['IdleEviction', ALL],
    ['MaxLifetime', ALL],
    ['OperationTimeout', ['InUse', 'Listening']],
    ['OperationDeadline', ALL],
    ['IdleLimit', ALL],
  ];
  test.each(acting)(
    'a limit acts in the states that its entry names, if such a limit can: %s',
    (kind, possible) => {
      for (const state of STATES) {
        const named = connection({ limits: [limit(kind, 300, { states: [state] })] });
        const expected = possible.includes(state) ? 300 : null;
        expect([state, judge(named, firewall, state).silenceSeconds]).toEqual([state, expected]);
        const others = STATES.filter((other) => other !== state);
        const elsewhere = connection({ limits: [limit(kind, 300, { states: others })] });
        expect([state, judge(elsewhere, firewall, state).silenceSeconds]).toEqual([state, null]);
      }
    },
  );

  test('the longest operation bounds silence in use and listening, not pooled', () => {
    const told = path([hop(3600)], { longestQuietOperationSeconds: 900 });
    expect(judge(connection(), told, 'Pooled').silenceSeconds).toBeNull();
    for (const state of ['InUse', 'Listening'] as const) {
      expect(judge(connection(), told, state)).toMatchObject({
        silenceSeconds: 900,
        decidedBy: { kind: 'LongestQuietOperation', name: 'longestQuietOperationSeconds', from: 'policy' },
      });
    }
  });

  test.each(STATES)("a Job's deadline bounds silence (%s)", (state) => {
    const job = { circumstances: { shortLived: true, deadlineSeconds: 600 } };
    expect(judge(connection(), firewall, state, job)).toMatchObject({
      silenceSeconds: 600,
      decidedBy: { kind: 'OperationDeadline', name: 'activeDeadlineSeconds', from: 'workload' },
    });
  });

  test('the least decides, and all that could speak are named', () => {
    const client = connection({
      keepAlive: keepAlive(900),
      limits: [limit('IdleEviction', 600), limit('MaxLifetime', 1800)],
    });
    const verdict = judge(client, firewall);
    expect(verdict).toMatchObject({
      silenceSeconds: 600,
      decidedBy: { kind: 'IdleEviction', nominalSeconds: 600 },
    });
    expect(verdict.members.map((member) => [member.kind, member.nominalSeconds])).toEqual([
      ['KeepAlive', 900],
      ['IdleEviction', 600],
      ['MaxLifetime', 1800],
    ]);
  });

  test('of equal members the first is named', () => {
    const client = connection({ keepAlive: keepAlive(600), limits: [limit('IdleEviction', 600)] });
    expect(judge(client, firewall).decidedBy.kind).toBe('KeepAlive');
  });

  test('each member at its worst: nominal value and the sweep with which it acts', () => {
    const client = connection({
      limits: [limit('IdleEviction', 600, { extraSeconds: known(30, 'sweep') }), limit('MaxLifetime', 620)],
    });
    expect(judge(client, firewall)).toMatchObject({
      silenceSeconds: 620,
      decidedBy: { kind: 'MaxLifetime', extraSeconds: 0 },
    });
    const swept = connection({ limits: [limit('IdleEviction', 600, { extraSeconds: known(30, 'sweep') })] });
    expect(judge(swept, firewall)).toMatchObject({
      silenceSeconds: 630,
      silenceWithLossesSeconds: 630,
      decidedBy: { kind: 'IdleEviction', nominalSeconds: 600, extraSeconds: 30 },
    });
  });

  test('a limit that is off bounds nothing', () => {
    const client = connection({ limits: [limit('IdleEviction', known('Never', 'idleTimeout'))] });
    expect(judge(client, firewall).silenceSeconds).toBeNull();
  });

  test('fractions of a second add up exactly', () => {
    const client = connection({
      limits: [limit('IdleEviction', 0.1, { extraSeconds: known(0.2, 'sweep') })],
    });
    expect(judge(client, firewall).silenceSeconds).toBe(0.3);
    // 1.001 * 1000 is 1000.9999999999999.
    expect(judge(connection({ limits: [limit('IdleEviction', 1.001)] }), firewall).silenceSeconds).toBe(
      1.001,
    );
  });
});

describe('a limit that does not act by itself', () => {
  test('a lazy limit bounds the silence before the next use, and is marked', () => {
    const lazy = connection({ limits: [limit('MaxLifetime', 600, { enforced: 'OnBorrow' })] });
    expect(judge(lazy, firewall)).toMatchObject({
      verdict: 'Protected',
      silenceSeconds: 600,
      decidedBy: { lazy: true },
    });
    const background = connection({ limits: [limit('MaxLifetime', 600)] });
    expect(judge(background, firewall).decidedBy.lazy).toBe(false);
  });

  test.each(['InUse', 'Listening'] as const)('a lazy limit bounds nothing %s: nobody borrows', (state) => {
    const lazy = connection({
      limits: [limit('MaxLifetime', 600, { enforced: 'OnBorrow', states: STATES })],
    });
    expect(judge(lazy, firewall, state).silenceSeconds).toBeNull();
  });

  test('a lazy limit bounds nothing where closing is a round trip that waits for the peer', () => {
    const polite = limit('MaxLifetime', 600, { enforced: 'OnBorrow', closing: 'RoundTrip' });
    expect(judge(connection({ limits: [polite] }), firewall).silenceSeconds).toBeNull();
  });

  test('a limit that acts in the background closes in time, by a round trip too', () => {
    const polite = limit('IdleEviction', 600, { closing: 'RoundTrip' });
    expect(judge(connection({ limits: [polite] }), firewall).silenceSeconds).toBe(600);
  });

  test('a limit that nothing enforces bounds nothing', () => {
    const client = connection({ limits: [limit('IdleEviction', 600, { enforced: 'None' })] });
    expect(judge(client, firewall).silenceSeconds).toBeNull();
  });

  test('a limit that is spared bounds nothing', () => {
    const inert = { inert: { reason: 'minimumIdle spares them' } };
    expect(
      judge(connection({ limits: [limit('IdleEviction', 600, inert)] }), firewall).silenceSeconds,
    ).toBeNull();
  });

  test('validation on borrow does not protect from a silent drop', () => {
    const client = connection({ limits: [limit('Heartbeat', 30, { enforced: 'OnBorrow' })] });
    expect(judge(client, firewall).silenceSeconds).toBeNull();
  });
});
