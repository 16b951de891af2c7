import { describe, expect, test } from '@jest/globals';
import type { IdleTimer } from '../../src/evaluation/path-model.ts';
import { judge } from './judging.ts';
import { connection, hidden, hop, keepAlive, limit, path, proxy, unrecognised } from './model-builders.ts';

const seconds = (value: number): IdleTimer => ({
  kind: 'Seconds',
  seconds: value,
  basis: 'Declared',
  source: 'x',
});
const none: IdleTimer = { kind: 'None' };
const unknown: IdleTimer = { kind: 'Unknown', reason: 'nobody knows it' };
const survives = (atLeastSeconds: number): IdleTimer => ({ ...unknown, atLeastSeconds });
const timed = (...timers: readonly IdleTimer[]) => path([hop(1, { timers })]);
const evicting = (value: number) => connection({ limits: [limit('IdleEviction', value)] });

describe('where a hop has no timer it limits nothing', () => {
  test('it is Protected, however long the silence', () => {
    const verdict = judge(connection(), timed(none));
    expect(verdict).toMatchObject({ verdict: 'Protected', reason: 'NoTimer', basis: 'Evidence' });
    expect(verdict).not.toHaveProperty('idleTimeoutSeconds');
  });

  test('though it may end a leg', () => {
    const route = path([proxy(1, { timers: [none] }), hop(350, { name: 'nat' })]);
    expect(judge(connection({ keepAlive: keepAlive(60) }), route, 'Pooled', { hop: 'nat' })).toMatchObject({
      leg: 2,
      reason: 'Unbounded',
    });
  });

  test('and one that closes bounds no silence', () => {
    const route = path([
      hop(1, { name: 'open', timers: [none], onExpiry: 'Close' }),
      hop(350, { name: 'nat' }),
    ]);
    expect(judge(connection(), route, 'Pooled', { hop: 'nat' }).silenceSeconds).toBeNull();
  });
});

describe('where the timer is not known', () => {
  test('unbounded silence is AtRisk all the same', () => {
    expect(judge(connection(), timed(unknown))).toMatchObject({ verdict: 'AtRisk', reason: 'Unbounded' });
    expect(judge(connection(), timed(survives(300)))).toMatchObject({ verdict: 'AtRisk' });
  });

  test('any other silence is Unknown', () => {
    expect(judge(evicting(60), timed(unknown))).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown' });
    expect(judge(evicting(0), timed(unknown)).verdict).toBe('Unknown');
  });

  test.each([
    [270, 'Protected', 'Fits'],
    [271, 'Unknown', 'TimerUnknown'],
    [299, 'Unknown', 'TimerUnknown'],
    [300, 'Unknown', 'TimerUnknown'],
    [9000, 'Unknown', 'TimerUnknown'],
  ] as const)('of one known to survive 300 s a silence of %d s is %s', (silence, verdict, reason) => {
    expect(judge(evicting(silence), timed(survives(300)))).toMatchObject({ verdict, reason });
  });

  test('the lower bound is held against the silence with losses', () => {
    const client = connection({ keepAlive: keepAlive(200, 71) });
    expect(judge(client, timed(survives(300))).verdict).toBe('Unknown');
    expect(judge(connection({ keepAlive: keepAlive(200, 70) }), timed(survives(300)))).toMatchObject({
      verdict: 'Protected',
      idleTimeoutSeconds: 300,
    });
  });

  test('a silence that may be unbounded is Unknown', () => {
    const client = connection({ keepAlive: { ...keepAlive(60), enabled: hidden('tcpKeepAlive') } });
    expect(judge(client, timed(unknown))).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown' });
    expect(judge(client, timed(survives(300))).verdict).toBe('Unknown');
  });

  test('an assumed 7200 is not unbounded', () => {
    expect(judge(unrecognised(), timed(unknown))).toMatchObject({
      verdict: 'Unknown',
      reason: 'TimerUnknown',
    });
  });

  test('a hop that states no timer at all is one that nobody knows', () => {
    expect(judge(evicting(60), timed())).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown' });
    expect(judge(connection(), timed()).verdict).toBe('AtRisk');
  });

  describe('of a hop that closes', () => {
    const closing = (timer: IdleTimer) => path([hop(1, { timers: [timer], onExpiry: 'Close' })]);

    test('a client that notices is Protected whenever it comes', () => {
      expect(judge(evicting(60), closing(unknown))).toMatchObject({
        verdict: 'Protected',
        reason: 'CloseNoticed',
      });
    });

    test('a client that does not is AtRisk when nothing else ends the silence', () => {
      const blind = connection({ noticesClose: 'Never' });
      expect(judge(blind, closing(unknown))).toMatchObject({ verdict: 'AtRisk', reason: 'CloseNotNoticed' });
      const veiled = connection({ noticesClose: 'Unknown' });
      expect(judge(veiled, closing(unknown))).toMatchObject({
        verdict: 'Unknown',
        reason: 'CloseNoticeUnknown',
      });
    });

    test('it may end the silence that others see, or not', () => {
      const nat = hop(350, { name: 'nat' });
      const closer = (timer: IdleTimer) => hop(1, { name: 'closer', timers: [timer], onExpiry: 'Close' });
      const on = (timer: IdleTimer) =>
        judge(connection(), path([closer(timer), nat]), 'Pooled', { hop: 'nat' });
      expect(on(unknown)).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown', missing: 'closer' });
      expect(on(survives(350))).toMatchObject({ verdict: 'AtRisk', silenceSeconds: null });
      expect(on(survives(349)).verdict).toBe('Unknown');
    });

    test('probes that come before it could close keep it open; later ones may not', () => {
      const nat = hop(350, { name: 'nat', refreshedBy: 'Payload' });
      const closer = hop(1, { name: 'closer', timers: [survives(100)], onExpiry: 'Close' });
      const on = (time: number) =>
        judge(connection({ keepAlive: keepAlive(time) }), path([closer, nat]), 'Pooled', { hop: 'nat' });
      expect(on(100)).toMatchObject({ verdict: 'AtRisk', reason: 'Unbounded' });
      expect(on(101)).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown' });
    });
  });
});

describe('a device whose timers differ by protocol is judged for each that is possible', () => {
  test('where all agree, that is the verdict, against the strictest', () => {
    for (const timers of [
      [seconds(3600), seconds(600)],
      [seconds(600), seconds(3600)],
    ]) {
      expect(judge(evicting(300), timed(...timers))).toMatchObject({
        verdict: 'Protected',
        idleTimeoutSeconds: 600,
      });
      expect(judge(evicting(7200), timed(...timers))).toMatchObject({
        verdict: 'AtRisk',
        idleTimeoutSeconds: 600,
      });
    }
  });

  test.each([
    [[seconds(3600), seconds(600)], 900],
    [[seconds(600), seconds(3600)], 900],
    [[seconds(1000), seconds(3600)], 990],
    [[seconds(600), none], 900],
    [[none, seconds(600)], 900],
    [[seconds(600), unknown], 900],
    [[seconds(3600), seconds(3600), seconds(600)], 900],
  ])('where they disagree it is Unknown (%j, %d s)', (timers, silence) => {
    expect(judge(evicting(silence), timed(...timers))).toMatchObject({
      verdict: 'Unknown',
      reason: 'TimersDisagree',
    });
  });

  test('one without a timer agrees with one that is never reached', () => {
    for (const timers of [
      [none, seconds(600)],
      [seconds(600), none],
    ]) {
      expect(judge(evicting(300), timed(...timers))).toMatchObject({
        verdict: 'Protected',
        idleTimeoutSeconds: 600,
      });
    }
  });

  test('of those that say the same without a timeout the first speaks', () => {
    const closer = path([hop(1, { timers: [none, unknown], onExpiry: 'Close' })]);
    expect(judge(connection(), closer)).toMatchObject({ verdict: 'Protected', reason: 'NoTimer' });
  });

  test('one that closes bounds the silence of others by the longest of its timers', () => {
    const closer = hop(1, { name: 'closer', timers: [seconds(600), seconds(60)], onExpiry: 'Close' });
    const on = (timeout: number) =>
      judge(connection(), path([closer, hop(timeout, { name: 'nat' })]), 'Pooled', { hop: 'nat' });
    expect(on(3600)).toMatchObject({ verdict: 'Protected', silenceSeconds: 600 });
    expect(on(350)).toMatchObject({ verdict: 'Unknown', reason: 'TimerUnknown' });
    expect(on(60)).toMatchObject({ verdict: 'AtRisk' });
  });
});

test('probes at the latest of several times at which a hop may close can keep it open for ever', () => {
  const nat = hop(3600, { name: 'nat', refreshedBy: 'Payload' });
  const closer = hop(1, { name: 'closer', timers: [seconds(600), seconds(60)], onExpiry: 'Close' });
  const on = (time: number) =>
    judge(connection({ keepAlive: keepAlive(time) }), path([closer, nat]), 'Pooled', { hop: 'nat' });
  expect(on(60)).toMatchObject({ verdict: 'AtRisk', silenceSeconds: null });
  expect(on(600)).toMatchObject({ verdict: 'Unknown', silenceSeconds: null });
  expect(on(601)).toMatchObject({ verdict: 'Protected', silenceSeconds: 600 });
});

describe('a timeout that is taken for granted', () => {
  const assumption = 'the Service does not say it: the default of its load balancer';
  const assumed: IdleTimer = {
    kind: 'Seconds',
    seconds: 350,
    basis: 'DeviceDefault',
    source: 'x',
    assumption,
  };

  test('makes verdicts that rest on it assumptions, and says so', () => {
    for (const silence of [300, 340, 400]) {
      expect(judge(evicting(silence), timed(assumed))).toMatchObject({ basis: 'Assumption', assumption });
    }
  });

  test('also where it is one of several', () => {
    for (const timers of [
      [assumed, seconds(3600)],
      [seconds(3600), assumed],
      [none, assumed],
    ]) {
      expect(judge(evicting(300), timed(...timers))).toMatchObject({ basis: 'Assumption', assumption });
    }
  });

  test('is no matter of proof of a keep-alive', () => {
    const route = { ...timed(assumed), keepAliveProof: 'Require' as const };
    expect(judge(evicting(300), route)).toMatchObject({ verdict: 'Protected', basis: 'Assumption' });
  });

  test('also where it protects another hop by closing', () => {
    const route = path([
      hop(1, { name: 'closer', timers: [assumed], onExpiry: 'Close' }),
      hop(3600, { name: 'nat' }),
    ]);
    expect(judge(connection(), route, 'Pooled', { hop: 'nat' })).toMatchObject({
      verdict: 'Protected',
      basis: 'Assumption',
      assumption,
    });
  });

  test('a default that the policy chose by naming the device is evidence', () => {
    const named: IdleTimer = {
      kind: 'Seconds',
      seconds: 350,
      basis: 'DeviceDefault',
      source: 'aws-nat-gateway',
    };
    expect(judge(evicting(400), timed(named))).toMatchObject({ verdict: 'AtRisk', basis: 'Evidence' });
  });
});
