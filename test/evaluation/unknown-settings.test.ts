import { describe, expect, test } from '@jest/globals';
import { judge } from './judging.ts';
import { connection, hidden, hop, keepAlive, known, limit, path } from './model-builders.ts';

const firewall = path([hop(3600)]);
const strict = path([hop(3600)], { lostProbes: 0 });
const secretSwitch = (time: number) =>
  connection({ keepAlive: { ...keepAlive(time), enabled: hidden('tcpKeepAlive') } });

describe('a deciding input is unknown', () => {
  test('a limit that cannot be seen: Unknown, and it is named', () => {
    const client = connection({ limits: [limit('IdleEviction', hidden('idleTimeout'))] });
    expect(judge(client, firewall)).toMatchObject({
      verdict: 'Unknown',
      reason: 'SettingUnknown',
      basis: 'Evidence',
      missing: 'idleTimeout',
      silenceSeconds: null,
      idleTimeoutSeconds: 3600,
    });
  });

  test('keep-alive that may be on: Unknown where its time would help', () => {
    expect(judge(secretSwitch(300), firewall)).toMatchObject({ verdict: 'Unknown', missing: 'tcpKeepAlive' });
  });

  test('keep-alive that may be on: AtRisk where its time would come too late', () => {
    expect(judge(secretSwitch(3600), firewall)).toMatchObject({ verdict: 'AtRisk', silenceSeconds: null });
    expect(judge(secretSwitch(3599), firewall).verdict).toBe('Unknown');
  });

  test('a keep-alive time that cannot be seen', () => {
    const client = connection({ keepAlive: { ...keepAlive(1), time: hidden('tcp_keepalive_time') } });
    expect(judge(client, firewall)).toMatchObject({ verdict: 'Unknown', missing: 'tcp_keepalive_time' });
    const off = connection({ keepAlive: { ...client.keepAlive, enabled: known(false) } });
    expect(judge(off, firewall)).toMatchObject({ verdict: 'AtRisk', reason: 'Unbounded' });
  });

  test('an interval that cannot be seen matters only where losses are tolerated', () => {
    const client = (time: number) =>
      connection({ keepAlive: { ...keepAlive(time), interval: hidden('tcp_keepalive_intvl') } });
    expect(judge(client(300), strict)).toMatchObject({ verdict: 'Protected', silenceWithLossesSeconds: 300 });
    expect(judge(client(300), firewall)).toMatchObject({
      verdict: 'Unknown',
      missing: 'tcp_keepalive_intvl',
      silenceSeconds: 300,
      silenceWithLossesSeconds: null,
    });
    expect(judge(client(3300), firewall)).toMatchObject({ verdict: 'Marginal', reason: 'WithinMargin' });
    expect(judge(client(3600), firewall)).toMatchObject({ verdict: 'AtRisk', reason: 'TooLate' });
  });

  test('a sweep that cannot be seen makes its limit as late as can be', () => {
    const swept = (seconds: number) =>
      connection({ limits: [limit('IdleEviction', seconds, { extraSeconds: hidden('sweep') })] });
    expect(judge(swept(300), firewall)).toMatchObject({ verdict: 'Unknown', missing: 'sweep' });
    expect(judge(swept(300), firewall).members).toContainEqual(
      expect.objectContaining({ kind: 'IdleEviction', nominalSeconds: 300, extraSeconds: 0 }),
    );
    expect(judge(swept(3600), firewall)).toMatchObject({ verdict: 'AtRisk' });
  });

  test('of several unknowns the one that may act first is named', () => {
    const client = connection({
      keepAlive: { ...keepAlive(300), enabled: hidden('tcpKeepAlive') },
      limits: [limit('IdleEviction', hidden('idleTimeout')), limit('MaxLifetime', hidden('maxLifetime'))],
    });
    expect(judge(client, firewall).missing).toBe('idleTimeout');
  });
});

describe('an unknown input that does not decide', () => {
  test('known members that protect: Protected, whatever the rest is', () => {
    const client = connection({
      keepAlive: keepAlive(300),
      limits: [limit('IdleEviction', hidden('idleTimeout'))],
    });
    const verdict = judge(client, firewall);
    expect(verdict).toMatchObject({ verdict: 'Protected', reason: 'Fits', silenceSeconds: 300 });
    expect(verdict).not.toHaveProperty('missing');
  });

  test('known members that do not protect leave it Unknown', () => {
    const client = connection({ keepAlive: keepAlive(3300), limits: [limit('IdleEviction', hidden())] });
    expect(judge(client, firewall)).toMatchObject({ verdict: 'Unknown', silenceSeconds: 3300 });
  });

  test('a limit that could not act anyway is not missed', () => {
    const lazy = limit('IdleEviction', hidden(), { enforced: 'OnBorrow', closing: 'RoundTrip' });
    expect(judge(connection({ limits: [lazy] }), firewall).verdict).toBe('AtRisk');
    const client = connection({ limits: [limit('IdleEviction', hidden())] });
    expect(judge(client, firewall, 'InUse').verdict).toBe('AtRisk');
  });

  test('nor is a keep-alive that the hop does not hear', () => {
    const deaf = path([hop(3600, { refreshedBy: 'Payload' })]);
    expect(judge(secretSwitch(300), deaf)).toMatchObject({ verdict: 'AtRisk', reason: 'Unbounded' });
  });
});

describe('a number that is no duration is as good as unknown', () => {
  test.each([Number.NaN, -1, Infinity])('%d', (seconds) => {
    const client = connection({ limits: [limit('IdleEviction', known(seconds, 'idleTimeout'))] });
    expect(judge(client, firewall)).toMatchObject({ verdict: 'Unknown', missing: 'idleTimeout' });
    expect(judge(connection({ keepAlive: keepAlive(seconds) }), firewall)).toMatchObject({
      verdict: 'Unknown',
      missing: 'tcp_keepalive_time',
    });
  });

  test('0 is one: it acts at once', () => {
    expect(judge(connection({ limits: [limit('IdleEviction', 0)] }), firewall)).toMatchObject({
      verdict: 'Protected',
      silenceSeconds: 0,
    });
  });
});
