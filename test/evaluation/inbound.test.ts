import { describe, expect, test } from '@jest/globals';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { HopVerdict } from '../../src/evaluation/path-verdict.ts';
import type { ConnectionModel, LimitModel } from '../../src/extraction/connection-model.ts';
import { judge } from './judging.ts';
import {
  assumed,
  byDefault,
  circumstances,
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

const balancer = proxy(3600, { name: 'balancer', onExpiry: 'Close', reuseIdleSeconds: 60 });
const serving = (...limits: readonly LimitModel[]) => connection({ limits });
const closing = (seconds: number, changes: Partial<LimitModel> = {}) =>
  serving(limit('IdleLimit', seconds, changes));

function race(
  server: ConnectionModel,
  route = path([balancer], { direction: 'Inbound' }),
  about: Parameters<typeof circumstances>[0] = {},
): HopVerdict | undefined {
  const { hops } = evaluatePath(server, route, 'Pooled', circumstances(about));
  return hops.find((verdict) => verdict.idleTimeoutSeconds === 60);
}

describe("the accepted connection's set", () => {
  const firewall = path([hop(3600)], { direction: 'Inbound' });

  test("is the server's keep-alive on accepted sockets, its heartbeats, its own idle limit, and the peer's", () => {
    expect(judge(connection({ keepAlive: keepAlive(300) }), firewall).silenceSeconds).toBe(300);
    expect(judge(serving(limit('Heartbeat', 60)), firewall).silenceSeconds).toBe(60);
    expect(judge(closing(75), firewall)).toMatchObject({
      silenceSeconds: 75,
      decidedBy: { kind: 'IdleLimit' },
    });
    expect(
      judge(connection(), { ...firewall, peer: { onIdle: 'Close', heartbeatSeconds: 30 } }).silenceSeconds,
    ).toBe(30);
  });

  test('the FIN of its own limit must still find its way', () => {
    expect(judge(closing(7200), firewall)).toMatchObject({ verdict: 'AtRisk', silenceSeconds: 7200 });
  });
});

describe('behind a proxy that reuses its connections the workload must keep idle ones open longer', () => {
  test.each([
    [59, 'AtRisk', 'ClosesBeforeProxy'],
    [60, 'AtRisk', 'ClosesBeforeProxy'],
    [61, 'Marginal', 'WithinMargin'],
    [65.999, 'Marginal', 'WithinMargin'],
    [66, 'Protected', 'Fits'],
    [75, 'Protected', 'Fits'],
  ] as const)(
    'a server that closes after %d s, a proxy that reuses for 60 s: %s',
    (seconds, verdict, reason) => {
      expect(race(closing(seconds))).toMatchObject({
        hop: 'balancer',
        leg: 1,
        state: 'Pooled',
        verdict,
        reason,
        basis: 'Evidence',
        silenceSeconds: seconds,
        silenceWithLossesSeconds: seconds,
        idleTimeoutSeconds: 60,
        decidedBy: { kind: 'IdleLimit', nominalSeconds: seconds },
        enforced: true,
        hangSeconds: 0,
        hangEndedBy: 'Reset',
      });
    },
  );

  test('its earliest close counts, not its latest', () => {
    expect(race(closing(60, { extraSeconds: known(30, 'sweep') }))?.verdict).toBe('AtRisk');
    const two = serving(limit('IdleLimit', 75), limit('IdleLimit', 30));
    expect(race(two)).toMatchObject({ verdict: 'AtRisk', silenceSeconds: 30 });
    expect(race(two)?.members.map((member) => member.nominalSeconds)).toEqual([75, 30]);
  });

  test('without a limit it fits', () => {
    for (const server of [connection(), serving(limit('IdleLimit', known('Never', 'keepAliveTimeout')))]) {
      expect(race(server)).toMatchObject({ verdict: 'Protected', reason: 'Fits', silenceSeconds: null });
    }
    expect(race(connection())?.decidedBy.kind).toBe('Nothing');
  });

  test('only a limit that closes by itself, on an idle connection, counts', () => {
    const spared = { inert: { reason: 'it is spared' } };
    for (const server of [
      closing(5, { enforced: 'OnBorrow' }),
      closing(5, { enforced: 'None' }),
      closing(5, { states: ['InUse'] }),
      closing(5, spared),
      serving(limit('IdleEviction', 5)),
    ]) {
      expect(race(server)).toMatchObject({ verdict: 'Protected', members: [] });
    }
  });

  test('a limit that cannot be seen: Unknown, unless another closes too early anyway', () => {
    expect(race(serving(limit('IdleLimit', hidden('keepAliveTimeout'))))).toMatchObject({
      verdict: 'Unknown',
      reason: 'SettingUnknown',
      missing: 'keepAliveTimeout',
      idleTimeoutSeconds: 60,
    });
    expect(race(serving(limit('IdleLimit', hidden()), limit('IdleLimit', 30)))?.verdict).toBe('AtRisk');
    expect(race(serving(limit('IdleLimit', hidden()), limit('IdleLimit', 61)))?.verdict).toBe('Unknown');
  });

  test('an unrecognised server: Unknown, whatever its pod sets', () => {
    expect(race(unrecognised())).toMatchObject({
      verdict: 'Unknown',
      reason: 'ServerNotRecognised',
      missing: 'idle limit of the server',
    });
  });

  test('a default that is usually set in code is an assumption', () => {
    const server = serving(limit('IdleLimit', assumed(5, 'keepAliveTimeout')));
    expect(race(server)).toMatchObject({
      verdict: 'AtRisk',
      basis: 'Assumption',
      assumption: 'keepAliveTimeout is taken as 5: usually set in code',
    });
  });

  test('a setting nobody recognises turns a risk by default into Unknown', () => {
    const named = { unrecognisedSettings: ['KEEP_ALIVE_TIMEOUT'] };
    const server = serving(limit('IdleLimit', byDefault(5, 'keepAliveTimeout')));
    expect(race(server, undefined, named)).toMatchObject({
      verdict: 'Unknown',
      reason: 'UnrecognisedSetting',
      missing: 'KEEP_ALIVE_TIMEOUT',
    });
    expect(race(closing(5), undefined, named)?.verdict).toBe('AtRisk');
  });

  test('the proxy next to the workload counts, and only one that says how long it reuses', () => {
    const far = { ...balancer, name: 'far' };
    const sidecar = proxy(3600, { name: 'sidecar' });
    const inbound = (...hops: Parameters<typeof path>[0]) => path(hops, { direction: 'Inbound' });
    expect(race(closing(5), inbound(sidecar, far))).toBeUndefined();
    expect(race(closing(5), inbound(hop(3600), { ...sidecar, reuseIdleSeconds: 60 }, far))?.hop).toBe(
      'sidecar',
    );
    const passes = { ...hop(3600), reuseIdleSeconds: 60 };
    expect(race(closing(5), inbound(passes))).toBeUndefined();
  });

  test('outbound, and for a connection that listens, nobody reuses', () => {
    expect(race(closing(5), path([balancer]))).toBeUndefined();
    const route = path([balancer], { direction: 'Inbound' });
    const { hops } = evaluatePath(closing(5), route, 'Listening', circumstances());
    expect(hops.find((verdict) => verdict.idleTimeoutSeconds === 60)).toBeUndefined();
  });

  test('it makes the path AtRisk', () => {
    const route = path([balancer], { direction: 'Inbound' });
    expect(evaluatePath(closing(5), route, 'Pooled', circumstances())).toMatchObject({
      verdict: 'AtRisk',
      deciding: { reason: 'ClosesBeforeProxy' },
    });
  });
});
