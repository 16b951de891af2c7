import { describe, expect, test } from '@jest/globals';
import type { NoticesClose } from '../../src/extraction/connection-model.ts';
import { judge } from './judging.ts';
import { connection, hop, keepAlive, limit, path, proxy } from './model-builders.ts';

const closer = proxy(600, { onExpiry: 'Close' });
const nat = hop(3600, { name: 'nat' });
const noticing = (noticesClose: NoticesClose, silence?: number) =>
  connection({ noticesClose, limits: silence === undefined ? [] : [limit('Heartbeat', silence)] });

describe('a close that arrives bounds the silence that the other hops see', () => {
  test('of a hop that closes, before and behind', () => {
    for (const hops of [
      [closer, nat],
      [nat, closer],
    ]) {
      expect(judge(connection(), path(hops), 'Pooled', { hop: 'nat' })).toMatchObject({
        verdict: 'Protected',
        silenceSeconds: 600,
        decidedBy: {
          kind: 'HopClose',
          name: 'idleTimeoutSeconds',
          nominalSeconds: 600,
          extraSeconds: 0,
          lazy: false,
          from: 'proxy',
        },
      });
    }
  });

  test("of the far end's own idle limit", () => {
    const route = path([nat], { peer: { idleTimeoutSeconds: 600 } });
    expect(judge(connection(), route, 'Pooled', { hop: 'nat' })).toMatchObject({
      verdict: 'Protected',
      silenceSeconds: 600,
      decidedBy: {
        kind: 'PeerIdleLimit',
        name: 'peer.idleTimeoutSeconds',
        nominalSeconds: 600,
        from: 'peer',
      },
    });
  });

  test('a close that comes when the hop has forgotten does not help', () => {
    const route = path([nat], { peer: { idleTimeoutSeconds: 28_800 } });
    expect(judge(connection(), route, 'Pooled', { hop: 'nat' })).toMatchObject({
      verdict: 'AtRisk',
      reason: 'TooLate',
      silenceSeconds: 28_800,
    });
  });

  test("a close that decides is no setting of the workload's: the risk still rests on a default", () => {
    const route = path([nat], { peer: { idleTimeoutSeconds: 28_800 } });
    const named = { circumstances: { unrecognisedSettings: ['KEEPALIVE'] } };
    expect(judge(connection(), route, 'Pooled', named)).toMatchObject({ reason: 'UnrecognisedSetting' });
  });

  test('it is no member of its own set', () => {
    expect(judge(connection(), path([closer]), 'Pooled', { hop: 'proxy' })).toMatchObject({
      silenceSeconds: null,
      members: [],
    });
    const peer = judge(connection(), path([], { peer: { idleTimeoutSeconds: 600 } }), 'Pooled', {
      hop: 'peer',
    });
    expect(peer).toMatchObject({ silenceSeconds: null, leg: 1, onExpiry: 'Close', refreshedBy: 'Payload' });
  });

  test('a hop that drops or resets tells nobody', () => {
    for (const onExpiry of ['Drop', 'Reset', 'DropOrReset'] as const) {
      const route = path([hop(600, { name: 'drops', onExpiry }), nat]);
      expect(judge(connection(), route, 'Pooled', { hop: 'nat' }).silenceSeconds).toBeNull();
    }
  });

  test("in use the peer's own limit does not act: it is working on the answer", () => {
    const route = path([nat], { peer: { idleTimeoutSeconds: 600 } });
    expect(judge(connection(), route, 'InUse', { hop: 'nat' }).silenceSeconds).toBeNull();
    expect(() => judge(connection(), route, 'InUse', { hop: 'peer' })).toThrow('no verdict of peer');
    expect(judge(connection(), route, 'Listening', { hop: 'nat' }).silenceSeconds).toBe(600);
    expect(judge(connection(), route, 'Listening', { hop: 'peer' }).silenceSeconds).toBeNull();
  });

  test('in use a hop that closes bounds the silence of the others', () => {
    expect(judge(connection(), path([closer, nat]), 'InUse', { hop: 'nat' }).silenceSeconds).toBe(600);
  });
});

describe('probes that keep a closing hop waiting', () => {
  const openNat = hop(3600, { name: 'nat' });
  const packetCloser = hop(600, { name: 'closer', onExpiry: 'Close' });
  const speaks = (timeSeconds: number) => ({ timeSeconds, intervalSeconds: 75, probes: 9 });
  const bridge = (timeSeconds: number) =>
    proxy(86_400, {
      name: 'bridge',
      onExpiry: 'Drop',
      refreshedBy: 'Packets',
      towardPeer: speaks(timeSeconds),
    });

  test.each([
    [599, null],
    [600, null],
    [601, 600],
  ])(
    'probes each %d s of another leg: the hop that closes after 600 s bounds silence at %p',
    (time, silence) => {
      const route = path([openNat, bridge(time), packetCloser]);
      expect(judge(connection(), route, 'Pooled', { hop: 'nat' }).silenceSeconds).toBe(silence);
    },
  );

  test.each([
    [599, null],
    [601, 600],
  ])('probes each %d s that only packets hear: for a hop refreshed by payload it is %p', (time, silence) => {
    const route = path([hop(3600, { name: 'nat', refreshedBy: 'Payload' }), packetCloser]);
    const client = connection({ keepAlive: keepAlive(time) });
    expect(judge(client, route, 'Pooled', { hop: 'nat' }).silenceSeconds).toBe(silence);
  });

  test('a hop that hears the same probes is refreshed by them itself', () => {
    const client = connection({ keepAlive: keepAlive(599) });
    expect(judge(client, path([openNat, packetCloser]), 'Pooled', { hop: 'nat' }).silenceSeconds).toBe(599);
    const late = connection({ keepAlive: keepAlive(601) });
    expect(judge(late, path([openNat, packetCloser]), 'Pooled', { hop: 'nat' }).silenceSeconds).toBe(600);
  });

  test('probes that arrive are the worse case, also where losses are tolerated', () => {
    const route = path([openNat, bridge(599), packetCloser], { lostProbes: 3 });
    expect(judge(connection(), route, 'Pooled', { hop: 'nat' }).silenceWithLossesSeconds).toBeNull();
  });
});

describe('who must notice the close, pooled', () => {
  test.each([
    ['Always', 'Protected', 'CloseNoticed', 'Evidence'],
    ['OnBorrow', 'Protected', 'CloseNoticed', 'Evidence'],
    ['Fatal', 'AtRisk', 'CloseNotNoticed', 'Assumption'],
    ['Never', 'AtRisk', 'CloseNotNoticed', 'Evidence'],
    ['Unknown', 'Unknown', 'CloseNoticeUnknown', 'Evidence'],
  ] as const)('a client that notices it %s is %s', (notices, verdict, reason, basis) => {
    for (const route of [path([closer]), path([], { peer: { idleTimeoutSeconds: 600 } })]) {
      expect(judge(noticing(notices), route)).toMatchObject({ verdict, reason, basis });
      expect(judge(noticing(notices, 600), route)).toMatchObject({ verdict, reason, basis });
    }
  });

  test.each([
    ['Always', 'Protected', 'CloseNoticed', 'Evidence'],
    ['OnBorrow', 'Protected', 'CloseNoticed', 'Evidence'],
    ['Fatal', 'Marginal', 'WithinMargin', 'Assumption'],
    ['Never', 'Marginal', 'WithinMargin', 'Evidence'],
    ['Unknown', 'Unknown', 'CloseNoticeUnknown', 'Evidence'],
  ] as const)('inside the margin one that notices it %s is %s', (notices, verdict, reason, basis) => {
    for (const silence of [541, 599]) {
      expect(judge(noticing(notices, silence), path([closer]))).toMatchObject({ verdict, reason, basis });
    }
  });

  test.each(['Always', 'OnBorrow', 'Fatal', 'Never', 'Unknown'] as const)(
    'a silence that never reaches it is Protected for one that notices it %s',
    (notices) => {
      expect(judge(noticing(notices, 540), path([closer]))).toMatchObject({
        verdict: 'Protected',
        reason: 'Fits',
        basis: 'Evidence',
      });
    },
  );

  test('Fatal says what is taken for granted', () => {
    expect(judge(noticing('Fatal'), path([closer])).assumption).toContain('error event');
    expect(judge(noticing('Never'), path([closer]))).not.toHaveProperty('assumption');
    expect(judge(noticing('Fatal'), path([nat]))).not.toHaveProperty('assumption');
  });

  test('the earlier of two closes spares the later', () => {
    const route = path([closer], { peer: { idleTimeoutSeconds: 300 } });
    expect(judge(noticing('Never'), route, 'Pooled', { hop: 'proxy' })).toMatchObject({
      verdict: 'Protected',
      reason: 'Fits',
      silenceSeconds: 300,
    });
    expect(judge(noticing('Never'), route, 'Pooled', { hop: 'peer' })).toMatchObject({ verdict: 'AtRisk' });
  });
});

describe('who must notice the close, listening', () => {
  test.each([
    ['Always', 'Protected', 'CloseNoticed', 'Evidence'],
    ['OnBorrow', 'AtRisk', 'CloseNotNoticed', 'Evidence'],
    ['Fatal', 'AtRisk', 'CloseNotNoticed', 'Assumption'],
    ['Never', 'AtRisk', 'CloseNotNoticed', 'Evidence'],
    ['Unknown', 'Unknown', 'CloseNoticeUnknown', 'Evidence'],
  ] as const)('a listener that notices it %s is %s', (notices, verdict, reason, basis) => {
    expect(judge(noticing(notices), path([closer]), 'Listening')).toMatchObject({ verdict, reason, basis });
  });
});

describe('in use the operation is lost whatever the client notices', () => {
  test.each(['Always', 'OnBorrow', 'Fatal', 'Never', 'Unknown'] as const)('%s', (notices) => {
    expect(judge(noticing(notices), path([closer]), 'InUse')).toMatchObject({
      verdict: 'AtRisk',
      reason: 'OperationLost',
      basis: 'Evidence',
    });
    expect(judge(noticing(notices, 541), path([closer]), 'InUse').verdict).toBe('Marginal');
    expect(judge(noticing(notices, 540), path([closer]), 'InUse').verdict).toBe('Protected');
  });
});

describe('a peer that drops is a hop that drops and that only payload refreshes', () => {
  const drops = path([], { peer: { idleTimeoutSeconds: 600, onIdle: 'Drop' } });

  test.each(['Pooled', 'InUse', 'Listening'] as const)('%s', (state) => {
    const client = connection({ keepAlive: keepAlive(60) });
    expect(judge(client, drops, state, { hop: 'peer' })).toMatchObject({
      verdict: 'AtRisk',
      reason: 'Unbounded',
      onExpiry: 'Drop',
      refreshedBy: 'Payload',
      idleTimeoutSeconds: 600,
    });
  });

  test('it bounds no silence of others', () => {
    const route = path([nat], { peer: { idleTimeoutSeconds: 600, onIdle: 'Drop' } });
    expect(judge(connection(), route, 'Pooled', { hop: 'nat' }).silenceSeconds).toBeNull();
  });
});

describe('inbound it is the remote client that must notice', () => {
  const inbound = (hops: Parameters<typeof path>[0], peer = {}) => path(hops, { direction: 'Inbound', peer });

  test('a proxy knows of its own close, and the server sees it', () => {
    expect(judge(noticing('Never'), inbound([closer]))).toMatchObject({
      verdict: 'Protected',
      reason: 'CloseNoticed',
    });
  });

  test("so does a remote client of its own pool's limit", () => {
    expect(judge(noticing('Never'), inbound([], { idleTimeoutSeconds: 600 }))).toMatchObject({
      verdict: 'Protected',
      reason: 'CloseNoticed',
    });
  });

  test('of a close in between nobody can tell', () => {
    const between = hop(600, { onExpiry: 'Close' });
    expect(judge(noticing('Always'), inbound([between]))).toMatchObject({
      verdict: 'Unknown',
      reason: 'CloseNoticeUnknown',
    });
    expect(judge(noticing('Always', 540), inbound([between])).verdict).toBe('Protected');
  });

  test('in use the operation is lost', () => {
    expect(judge(noticing('Always'), inbound([closer]), 'InUse').reason).toBe('OperationLost');
  });
});
