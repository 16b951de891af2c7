import { describe, expect, test } from '@jest/globals';
import type { OnExpiry } from '../../src/evaluation/path-model.ts';
import type { ConnectionState } from '../../src/findings/verdict.ts';
import type { ConnectionModel, LimitModel } from '../../src/extraction/connection-model.ts';
import { judge } from './judging.ts';
import {
  connection,
  hidden,
  hop,
  keepAlive,
  known,
  limit,
  path,
  proxy,
  unrecognised,
} from './model-builders.ts';

function feel(
  client: ConnectionModel,
  state: ConnectionState = 'Pooled',
  onExpiry: OnExpiry = 'Drop',
  route = path([hop(350, { onExpiry })]),
) {
  const { hangSeconds, hangEndedBy } = judge(client, route, state, { hop: 'firewall' });
  return [hangSeconds, hangEndedBy];
}

const waiting = (seconds: number, changes: Partial<LimitModel> = {}) =>
  connection({ limits: [limit('OperationTimeout', seconds, changes)] });
const userTimeout = (seconds: number) => connection({ userTimeout: known(seconds, 'TCP_USER_TIMEOUT') });

describe('the next request on a pooled connection', () => {
  test('on Reset an error at once, on Close as well', () => {
    expect(feel(connection(), 'Pooled', 'Reset')).toEqual([0, 'Reset']);
    expect(feel(connection(), 'Pooled', 'Close')).toEqual([0, 'Close']);
    expect(feel(waiting(30), 'Pooled', 'Reset')).toEqual([0, 'Reset']);
  });

  test('on Drop a hang until retransmissions give up, 924.6 s at tcp_retries2 = 15', () => {
    expect(feel(connection())).toEqual([924.6, 'Retransmissions']);
    expect(feel(unrecognised())).toEqual([924.6, 'Retransmissions']);
  });

  test('where a device does either, the hang', () => {
    expect(feel(connection(), 'Pooled', 'DropOrReset')).toEqual([924.6, 'Retransmissions']);
    expect(judge(connection(), path([hop(350, { onExpiry: 'DropOrReset' })])).onExpiry).toBe('DropOrReset');
  });

  test("until the client's socket timeout, if that is earlier", () => {
    expect(feel(waiting(30))).toEqual([30, 'SocketTimeout']);
    expect(feel(waiting(924))).toEqual([924, 'SocketTimeout']);
    expect(feel(waiting(925))).toEqual([924.6, 'Retransmissions']);
    expect(feel(waiting(30, { extraSeconds: known(5, 'tick') }))).toEqual([35, 'SocketTimeout']);
    expect(
      feel(connection({ limits: [limit('OperationTimeout', 60), limit('OperationTimeout', 20)] })),
    ).toEqual([20, 'SocketTimeout']);
  });

  test('not until one that does not act, cannot be seen, or is no such timeout', () => {
    for (const client of [
      waiting(30, { enforced: 'None' }),
      waiting(30, { inert: { reason: 'ignored' } }),
      waiting(30, { states: ['Listening'] }),
      connection({ limits: [limit('OperationTimeout', hidden())] }),
      connection({ limits: [limit('OperationTimeout', known('Never', 'socketTimeout'))] }),
      connection({ limits: [limit('IdleEviction', 30)] }),
    ]) {
      expect(feel(client)).toEqual([924.6, 'Retransmissions']);
    }
  });

  test('until TCP_USER_TIMEOUT, if that is earlier', () => {
    expect(feel(userTimeout(60))).toEqual([60, 'UserTimeout']);
    expect(feel(userTimeout(925))).toEqual([924.6, 'Retransmissions']);
    expect(feel(connection({ userTimeout: hidden() }))).toEqual([924.6, 'Retransmissions']);
    expect(feel({ ...userTimeout(60), limits: [limit('OperationTimeout', 30)] })).toEqual([
      30,
      'SocketTimeout',
    ]);
  });

  test('behind a proxy, which acknowledges, TCP_USER_TIMEOUT does not help and a socket timeout does', () => {
    const route = path([proxy(9000), hop(350)]);
    expect(feel(userTimeout(60), 'Pooled', 'Drop', route)).toEqual([924.6, 'Retransmissions']);
    expect(feel(waiting(30), 'Pooled', 'Drop', route)).toEqual([30, 'SocketTimeout']);
  });

  test("inbound it is the far end that asks, whose timeouts are not the workload's", () => {
    const route = path([hop(350)], { direction: 'Inbound' });
    expect(feel({ ...userTimeout(60), limits: waiting(30).limits }, 'Pooled', 'Drop', route)).toEqual([
      924.6,
      'Retransmissions',
    ]);
  });
});

describe.each(['InUse', 'Listening'] as const)(
  'who waits (%s) has nothing in flight that could fail',
  (state) => {
    const states: readonly ConnectionState[] = [state];

    test('and waits for ever', () => {
      for (const onExpiry of ['Drop', 'Reset', 'DropOrReset'] as const) {
        expect(feel(connection(), state, onExpiry)).toEqual([null, 'Nothing']);
      }
      expect(feel(userTimeout(60), state)).toEqual([null, 'Nothing']);
      expect(feel(unrecognised(), state)).toEqual([null, 'Nothing']);
    });

    test('until its own timeout, if it has one in that state', () => {
      expect(feel(waiting(900, { states }), state)).toEqual([900, 'SocketTimeout']);
      expect(feel(waiting(900, { states }), state, 'Reset')).toEqual([900, 'SocketTimeout']);
      expect(feel(waiting(900, { states: ['Pooled'] }), state)).toEqual([null, 'Nothing']);
    });

    test('until its kernel gives up: time, and an interval for each probe', () => {
      expect(feel(connection({ keepAlive: keepAlive(7200, 75, 9) }), state)).toEqual([7875, 'KeepAlive']);
      expect(feel(connection({ keepAlive: keepAlive(600, 60, 1) }), state)).toEqual([660, 'KeepAlive']);
    });

    test('until the first probe is answered with a reset', () => {
      expect(feel(connection({ keepAlive: keepAlive(7200) }), state, 'Reset')).toEqual([7200, 'Reset']);
      expect(feel(connection({ keepAlive: keepAlive(7200) }), state, 'DropOrReset')).toEqual([
        7875,
        'KeepAlive',
      ]);
    });

    test('with TCP_USER_TIMEOUT until a probe is due after that time, one interval after the first at the earliest', () => {
      const bounded = (seconds: number) => ({ ...userTimeout(seconds), keepAlive: keepAlive(600, 60) });
      expect(feel(bounded(30), state)).toEqual([660, 'UserTimeout']);
      expect(feel(bounded(660), state)).toEqual([660, 'UserTimeout']);
      expect(feel(bounded(661), state)).toEqual([720, 'UserTimeout']);
      expect(feel(bounded(780), state)).toEqual([780, 'UserTimeout']);
      const ticking = (bound: number, interval: number) =>
        feel({ ...userTimeout(bound), keepAlive: keepAlive(600, interval) }, state);
      expect(ticking(900, 0)).toEqual([900, 'UserTimeout']);
      expect(ticking(30, 0)).toEqual([600, 'UserTimeout']);
      expect(ticking(30, 0.001)).toEqual([600.001, 'UserTimeout']);
    });

    test('nothing is promised of what cannot be seen', () => {
      const on = keepAlive(7200);
      for (const changed of [
        { ...on, enabled: hidden<boolean>() },
        { ...on, enabled: known(false) },
        { ...on, time: hidden<number>() },
        { ...on, interval: hidden<number>() },
        { ...on, probes: hidden<number>() },
      ]) {
        expect(feel(connection({ keepAlive: changed }), state)).toEqual([null, 'Nothing']);
      }
    });

    test('until its own heartbeat fails', () => {
      const beating = (changes: Partial<LimitModel> = {}) => limit('Heartbeat', 1000, { states, ...changes });
      expect(feel(connection({ limits: [beating()] }), state)).toEqual([1924.6, 'Retransmissions']);
      expect(feel(connection({ limits: [beating()] }), state, 'Reset')).toEqual([1000, 'Reset']);
      expect(feel({ ...userTimeout(60), limits: [beating()] }, state)).toEqual([1060, 'UserTimeout']);
      for (const changes of [{ enforced: 'None' }, { states: ['Pooled'] }] as const) {
        expect(feel(connection({ limits: [beating(changes)] }), state)).toEqual([null, 'Nothing']);
      }
    });

    test('whichever comes first', () => {
      const client = connection({
        keepAlive: keepAlive(600, 60, 5),
        limits: [limit('OperationTimeout', 800, { states })],
      });
      expect(feel(client, state)).toEqual([800, 'SocketTimeout']);
      expect(feel({ ...client, keepAlive: keepAlive(600, 60, 3) }, state)).toEqual([780, 'KeepAlive']);
    });

    test('behind a proxy the probes of the proxy count, which passes on what it learns', () => {
      const speaks = { timeSeconds: 300, intervalSeconds: 10, probes: 3 };
      const client = connection({ keepAlive: keepAlive(60) });
      const behind = (changes = {}) => path([proxy(9000, changes), hop(350)]);
      expect(feel(client, state, 'Drop', behind())).toEqual([null, 'Nothing']);
      expect(feel(client, state, 'Drop', behind({ towardPeer: speaks }))).toEqual([330, 'KeepAlive']);
    });

    test('inbound it is the far end that waits, of which nothing is known', () => {
      const route = path([hop(350)], { direction: 'Inbound' });
      expect(feel(connection({ keepAlive: keepAlive(60) }), state, 'Drop', route)).toEqual([null, 'Nothing']);
    });

    test('a close is told at once', () => {
      expect(feel(connection(), state, 'Close')).toEqual([0, 'Close']);
    });
  },
);
