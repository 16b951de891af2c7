import { describe, expect, test } from '@jest/globals';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import { judge } from './judging.ts';
import { circumstances, connection, hop, keepAlive, limit, path, proxy } from './model-builders.ts';

const SPEAKS = { timeSeconds: 300, intervalSeconds: 75, probes: 9 };
const near = hop(3600, { name: 'near' });
const far = hop(3600, { name: 'far' });
const quietProxy = proxy(86_400, { onExpiry: 'Drop', refreshedBy: 'Packets' });

describe('keep-alives stay on their leg', () => {
  const client = connection({ keepAlive: keepAlive(300) });

  test("the workload's reach the hops before the first proxy, and the proxy, and none behind it", () => {
    const route = path([near, quietProxy, far]);
    expect(judge(client, route, 'Pooled', { hop: 'near' })).toMatchObject({ leg: 1, silenceSeconds: 300 });
    expect(judge(client, route, 'Pooled', { hop: 'proxy' })).toMatchObject({ leg: 1, silenceSeconds: 300 });
    expect(judge(client, route, 'Pooled', { hop: 'far' })).toMatchObject({ leg: 2, silenceSeconds: null });
  });

  test("the peer's reach the last leg only", () => {
    const route = path([near, quietProxy, far], { peer: { keepAlive: SPEAKS } });
    expect(judge(connection(), route, 'Pooled', { hop: 'near' }).silenceSeconds).toBeNull();
    expect(judge(connection(), route, 'Pooled', { hop: 'far' }).silenceSeconds).toBe(300);
  });

  test("a proxy's toward the workload reach the leg before it", () => {
    const route = path([near, { ...quietProxy, towardWorkload: SPEAKS }, far]);
    expect(judge(connection(), route, 'Pooled', { hop: 'near' })).toMatchObject({
      silenceSeconds: 300,
      decidedBy: { kind: 'HopKeepAlive', name: 'keepAlive.towardWorkload.timeSeconds', from: 'proxy' },
    });
    expect(judge(connection(), route, 'Pooled', { hop: 'far' }).silenceSeconds).toBeNull();
  });

  test("a proxy's toward the peer reach the leg behind it", () => {
    const route = path([near, { ...quietProxy, towardPeer: SPEAKS }, far]);
    expect(judge(connection(), route, 'Pooled', { hop: 'near' }).silenceSeconds).toBeNull();
    expect(judge(connection(), route, 'Pooled', { hop: 'far' })).toMatchObject({
      silenceSeconds: 300,
      decidedBy: { kind: 'HopKeepAlive', name: 'keepAlive.towardPeer.timeSeconds', from: 'proxy' },
    });
  });

  test('a leg between two proxies hears the first toward the peer and the second toward the workload', () => {
    const first = { ...quietProxy, name: 'first', towardPeer: { ...SPEAKS, timeSeconds: 500 } };
    const second = { ...quietProxy, name: 'second', towardWorkload: { ...SPEAKS, timeSeconds: 400 } };
    const between = hop(3600, { name: 'between' });
    const verdict = judge(client, path([first, between, second], { peer: { keepAlive: SPEAKS } }), 'Pooled', {
      hop: 'between',
    });
    expect(verdict).toMatchObject({ leg: 2, silenceSeconds: 400 });
    expect(verdict.members.map((member) => member.nominalSeconds)).toEqual([500, 400]);
  });

  test('losses are counted with the interval of the proxy that speaks', () => {
    const route = path([{ ...quietProxy, towardPeer: { ...SPEAKS, intervalSeconds: 20 } }, far]);
    expect(judge(connection(), route, 'Pooled', { hop: 'far' }).silenceWithLossesSeconds).toBe(320);
  });
});

describe('keep-alives that are sent in vain, as far as a hop is concerned, are named', () => {
  const client = connection({ keepAlive: keepAlive(300) });
  const unheard = (route: Parameters<typeof judge>[1], name: string, from = client) =>
    judge(from, route, 'Pooled', { hop: name }).unheard.map((member) => [member.kind, member.from]);

  test('all of them where only payload refreshes the hop', () => {
    const deaf = path([{ ...near, refreshedBy: 'Payload' }], { peer: { keepAlive: SPEAKS } });
    expect(unheard(deaf, 'near')).toEqual([
      ['KeepAlive', 'client'],
      ['PeerKeepAlive', 'peer'],
    ]);
  });

  test('those of other legs elsewhere', () => {
    const bridge = { ...quietProxy, towardWorkload: SPEAKS, towardPeer: SPEAKS };
    const route = path([near, bridge, far], { peer: { keepAlive: SPEAKS } });
    expect(unheard(route, 'near')).toEqual([
      ['HopKeepAlive', 'proxy'],
      ['PeerKeepAlive', 'peer'],
    ]);
    expect(unheard(route, 'far')).toEqual([
      ['KeepAlive', 'client'],
      ['HopKeepAlive', 'proxy'],
    ]);
  });

  test('not those that are off', () => {
    const deaf = path([{ ...near, refreshedBy: 'Payload' }]);
    expect(unheard(deaf, 'near', connection())).toEqual([]);
  });
});

describe('payload and closes travel end to end', () => {
  test.each(['Heartbeat', 'IdleEviction', 'MaxLifetime'] as const)('%s behind a proxy', (kind) => {
    const client = connection({ limits: [limit(kind, 300)] });
    expect(judge(client, path([quietProxy, far]), 'Pooled', { hop: 'far' }).silenceSeconds).toBe(300);
  });

  test("the peer's heartbeat before a proxy", () => {
    const route = path([near, quietProxy], { peer: { heartbeatSeconds: 30 } });
    expect(judge(connection(), route, 'Pooled', { hop: 'near' }).silenceSeconds).toBe(30);
  });
});

test('a hop refreshed by payload ignores keep-alives of every end', () => {
  const route = path([{ ...near, refreshedBy: 'Payload' }], { peer: { keepAlive: SPEAKS } });
  const verdict = judge(connection({ keepAlive: keepAlive(300) }), route);
  expect(verdict).toMatchObject({ silenceSeconds: null, refreshedBy: 'Payload' });
  expect(verdict.members).toEqual([]);
  const beating = connection({ limits: [limit('Heartbeat', 60)] });
  expect(judge(beating, route).silenceSeconds).toBe(60);
});

describe('the legs of a path', () => {
  const legsOf = (route: Parameters<typeof evaluatePath>[1]) =>
    evaluatePath(connection(), route, 'Pooled', circumstances()).legs;

  test('a path without a proxy is one leg with its limiting hop', () => {
    expect(legsOf(path([hop(3600, { name: 'a' }), hop(350, { name: 'b', onExpiry: 'Reset' })]))).toEqual([
      {
        from: 'workload',
        to: 'peer',
        limitingHop: 'b',
        idleTimeoutSeconds: 350,
        onExpiry: 'Reset',
        refreshedBy: 'Packets',
      },
    ]);
  });

  test('on a tie the hop nearest to the workload is the limiting one', () => {
    expect(legsOf(path([hop(350, { name: 'a' }), hop(350, { name: 'b' })]))).toMatchObject([
      { limitingHop: 'a' },
    ]);
  });

  test('a proxy ends a leg, limits it with its own timer, and starts the next', () => {
    expect(legsOf(path([near, proxy(60), far]))).toMatchObject([
      { from: 'workload', to: 'proxy', limitingHop: 'proxy', idleTimeoutSeconds: 60, refreshedBy: 'Payload' },
      { from: 'proxy', to: 'peer', limitingHop: 'far', idleTimeoutSeconds: 3600 },
    ]);
  });

  test('a leg without a timer has no limiting hop', () => {
    expect(legsOf(path([{ ...quietProxy, timers: [{ kind: 'None' }] }]))).toEqual([
      { from: 'workload', to: 'proxy' },
      { from: 'proxy', to: 'peer' },
    ]);
  });

  test('a peer that drops counts as a hop of the last leg, a peer that closes does not', () => {
    const drops = path([quietProxy, far], { peer: { idleTimeoutSeconds: 600, onIdle: 'Drop' } });
    expect(legsOf(drops)[1]).toEqual({
      from: 'proxy',
      to: 'peer',
      limitingHop: 'peer',
      idleTimeoutSeconds: 600,
      onExpiry: 'Drop',
      refreshedBy: 'Payload',
    });
    const closes = path([quietProxy, far], { peer: { idleTimeoutSeconds: 600 } });
    expect(legsOf(closes)[1]).toMatchObject({ limitingHop: 'far' });
    expect(legsOf(closes)[0]).toMatchObject({ limitingHop: 'proxy' });
  });

  test('where a device may have one of several timers the least of them limits', () => {
    const either = hop(600, {
      timers: [
        { kind: 'Seconds', seconds: 600, basis: 'Declared', source: 'tcp' },
        { kind: 'Seconds', seconds: 60, basis: 'Declared', source: 'http' },
        { kind: 'Unknown', reason: 'other' },
      ],
    });
    expect(legsOf(path([hop(300, { name: 'a' }), either]))).toMatchObject([
      { limitingHop: 'firewall', idleTimeoutSeconds: 60 },
    ]);
  });
});
