import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Fault as FaultType } from '../../src/faults/fault.ts';
import { Fault } from '../../src/faults/fault.ts';
import { LEASES } from '../../src/kubernetes/resources.ts';
import { LEASE_TIMES, Lease } from '../../src/kubernetes/lease.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeTime, settle } from './fake-time.ts';

const KEY = 'pathkeeper/writer';

interface Replica {
  readonly lease: Lease;
  readonly said: string[];
  readonly failed: FaultType[];
}

const replicas: Replica[] = [];

function replica(identity: string, cluster: FakeCluster, time: FakeTime): Replica {
  const said: string[] = [];
  const failed: FaultType[] = [];
  const lease = new Lease({
    cluster,
    time,
    namespace: 'pathkeeper',
    name: 'writer',
    identity,
    onHeld: () => void said.push('held'),
    onLost: (fault) => void said.push(`${fault.code}: ${fault.message}`),
    onFailed: (fault) => void failed.push(fault),
  });
  const made = { lease, said, failed };
  replicas.push(made);
  return made;
}

function spec(cluster: FakeCluster): Record<string, unknown> {
  return (cluster.peek(LEASES, KEY)?.['spec'] ?? {}) as Record<string, unknown>;
}

afterEach(() => {
  replicas.length = 0;
});

/** Releases on a clock that stands still. */
async function leave(time: FakeTime, ...leaving: readonly Replica[]): Promise<void> {
  const left = Promise.all(leaving.map(({ lease }) => lease.release()));
  await settle();
  await time.advance(10_000);
  await left;
}

describe('taking it', () => {
  test('the first one gets it, at once', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    expect(await one.lease.whenHeld()).toBe(true);
    expect([one.lease.isHeld, one.lease.holder, one.said]).toEqual([true, 'one', ['held']]);
    expect(spec(cluster)).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-24T10:00:00.000000Z',
      renewTime: '2026-11-24T10:00:00.000000Z',
      leaseTransitions: 0,
    });
    await leave(time, one);
  });

  test('the holder renews it every two seconds; the other waits, for hours', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const [one, two] = [replica('one', cluster, time), replica('two', cluster, time)];
    one.lease.start();
    await settle();
    two.lease.start();
    await time.advance(7_200_000);
    expect([one.lease.isHeld, two.lease.isHeld, two.lease.holder]).toEqual([true, false, 'one']);
    expect(cluster.called({ verb: 'replace' })).toHaveLength(3600);
    expect([one.said, two.said, one.failed, two.failed]).toEqual([['held'], [], [], []]);
    await leave(time, one, two);
  });

  test('a holder that is gone without a word is waited for: 15 s from its last sign', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    cluster.put(LEASES, {
      metadata: { name: 'writer', namespace: 'pathkeeper' },
      spec: {
        holderIdentity: 'gone',
        leaseDurationSeconds: 15,
        renewTime: '2026-11-24T09:59:59.000000Z',
        leaseTransitions: 4,
      },
    });
    const two = replica('two', cluster, time);
    two.lease.start();
    await time.advance(14_999);
    expect(two.lease.isHeld).toBe(false);
    await time.advance(2500);
    expect(two.lease.isHeld).toBe(true);
    expect(spec(cluster)).toMatchObject({ holderIdentity: 'two', leaseTransitions: 5 });
    await leave(time, two);
  });

  test.each(['1999-01-01T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z', 'yesterday'])(
    'the times in it are not believed: %s is waited for just as long',
    async (renewTime) => {
      const [cluster, time] = [new FakeCluster(), new FakeTime()];
      cluster.put(LEASES, {
        metadata: { name: 'writer', namespace: 'pathkeeper' },
        spec: { holderIdentity: 'other', leaseDurationSeconds: 15, renewTime },
      });
      const two = replica('two', cluster, time);
      two.lease.start();
      await time.advance(14_000);
      expect(two.lease.isHeld).toBe(false);
      await time.advance(4000);
      expect(two.lease.isHeld).toBe(true);
      await leave(time, two);
    },
  );

  test('a lease that says it is short is waited for as long as ours', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    cluster.put(LEASES, {
      metadata: { name: 'writer', namespace: 'pathkeeper' },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 1 },
    });
    const two = replica('two', cluster, time);
    two.lease.start();
    await time.advance(14_000);
    expect(two.lease.isHeld).toBe(false);
    await time.advance(4000);
    expect(two.lease.isHeld).toBe(true);
    await leave(time, two);
  });

  test('nobody can make us wait for ever', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    cluster.put(LEASES, {
      metadata: { name: 'writer', namespace: 'pathkeeper' },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 2_000_000_000 },
    });
    const two = replica('two', cluster, time);
    two.lease.start();
    await time.advance(605_000);
    expect(two.lease.isHeld).toBe(true);
    await leave(time, two);
  });

  test('a lease that was given back is taken at once', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const [one, two] = [replica('one', cluster, time), replica('two', cluster, time)];
    one.lease.start();
    await settle();
    two.lease.start();
    await time.advance(5000);
    await leave(time, one);
    expect([two.lease.isHeld, one.said, two.said]).toEqual([true, ['held'], ['held']]);
    await leave(time, two);
    expect(spec(cluster)).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  });

  test('of several that come at the same moment, one gets it, and the conflict is no failure', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const all = ['one', 'two', 'three'].map((identity) => replica(identity, cluster, time));
    for (const { lease } of all) lease.start();
    await time.advance(10_000);
    expect(all.filter(({ lease }) => lease.isHeld)).toHaveLength(1);
    expect(all.flatMap(({ failed }) => failed)).toEqual([]);
    await leave(time, ...all);
  });

  test('a rubbish lease is put right', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    cluster.put(LEASES, { metadata: { name: 'writer', namespace: 'pathkeeper' }, spec: null });
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    expect(spec(cluster)).toMatchObject({ holderIdentity: 'one' });
    await leave(time, one);
  });
});

describe('losing it', () => {
  test('when it could not be renewed for ten seconds: five before anybody else may take it', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    cluster.fail({ verb: 'replace' }, new Fault('ApiUnreachable', 'no route'), Infinity);
    await time.advance(9999);
    expect([one.lease.isHeld, one.said]).toEqual([true, ['held']]);
    await time.advance(1);
    expect(one.lease.isHeld).toBe(false);
    expect(one.said[1]).toMatch(/^LeaseLost: .*could not be renewed/);
    expect(one.failed.length).toBeGreaterThan(2);
    await time.advance(60_000);
    expect(one.said).toHaveLength(2);
    expect(time.pending).toBe(0);
  });

  test('a request that hangs does not hide it', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    const letGo = cluster.hold({ verb: 'replace' });
    await time.advance(10_000);
    expect(one.lease.isHeld).toBe(false);
    expect(one.said[1]).toMatch(/^LeaseLost/);
    letGo();
    await time.advance(10_000);
    expect([one.lease.isHeld, one.said.length, time.pending]).toEqual([false, 2, 0]);
  });

  test('its time counts from when the last renewal was sent, not from when it was answered', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    const letGo = cluster.hold({ verb: 'replace' });
    await time.advance(2000 + 4000);
    letGo();
    await settle();
    cluster.fail({ verb: 'replace' }, new Fault('ApiUnreachable', 'no route'), Infinity);
    await time.advance(5999);
    expect(one.lease.isHeld).toBe(true);
    await time.advance(1);
    expect([one.lease.isHeld, one.said.length]).toEqual([false, 2]);
  });

  test('when somebody else holds it', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    cluster.put(LEASES, {
      metadata: { name: 'writer', namespace: 'pathkeeper' },
      spec: { holderIdentity: 'usurper' },
    });
    await time.advance(4000);
    expect(one.said[1]).toBe('LeaseLost: the lease pathkeeper/writer is lost: usurper holds it');
    expect(spec(cluster)).toMatchObject({ holderIdentity: 'usurper' });
  });

  test('not when somebody only puts a label on it, or deletes it', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    const stored = cluster.peek(LEASES, KEY);
    cluster.put(LEASES, {
      ...stored,
      metadata: { name: 'writer', namespace: 'pathkeeper', labels: { a: 'b' } },
    });
    await time.advance(8000);
    cluster.drop(LEASES, KEY);
    await time.advance(8000);
    expect([one.lease.isHeld, one.said, one.failed]).toEqual([true, ['held'], []]);
    expect(spec(cluster)).toMatchObject({ holderIdentity: 'one' });
    await leave(time, one);
  });

  test('one that lost it does not give it back over the new holder', async () => {
    const [cluster, time] = [new FakeCluster(), new FakeTime()];
    const one = replica('one', cluster, time);
    one.lease.start();
    await settle();
    cluster.put(LEASES, {
      metadata: { name: 'writer', namespace: 'pathkeeper' },
      spec: { holderIdentity: 'usurper' },
    });
    await time.advance(4000);
    await leave(time, one);
    expect(spec(cluster)).toMatchObject({ holderIdentity: 'usurper' });
  });
});

test('times that could let two hold it are refused', () => {
  const [cluster, time] = [new FakeCluster(), new FakeTime()];
  const make = (times: typeof LEASE_TIMES): Lease =>
    new Lease({ cluster, time, times, namespace: 'n', name: 'l', identity: 'i', onLost: () => undefined });
  expect(() => make({ durationMs: 10_000, renewWithinMs: 10_000, everyMs: 2000 })).toThrow(RangeError);
  expect(() => make({ durationMs: 15_000, renewWithinMs: 4000, everyMs: 2000 })).toThrow(RangeError);
  expect(() => make(LEASE_TIMES)).not.toThrow();
});

test('whatever fails or hangs, for whom and for how long, no two hold it at the same time', async () => {
  const trouble = fc.record({
    who: fc.nat(2),
    what: fc.constantFrom('fail', 'hang', 'late', 'pass', 'pass'),
    forMs: fc.integer({ min: 1, max: 12_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { maxLength: 40 }), async (troubles) => {
      const time = new FakeTime();
      const shared = new FakeCluster();
      const views = [0, 1, 2].map(() => new Proxy(shared, {}));
      const held = new Set<number>();
      const leases = views.map(
        (cluster, who) =>
          new Lease({
            cluster: unreliable(cluster, () => state[who] ?? 'pass', time),
            time,
            namespace: 'pathkeeper',
            name: 'writer',
            identity: `replica-${who}`,
            onHeld: () => {
              held.add(who);
              expect([...held]).toEqual([who]);
            },
            onLost: () => void held.delete(who),
          }),
      );
      const state: string[] = ['pass', 'pass', 'pass'];
      for (const lease of leases) lease.start();
      for (const { who, what, forMs } of troubles) {
        state[who] = what;
        await time.advance(forMs);
        expect(leases.filter((lease) => lease.isHeld).length).toBeLessThanOrEqual(1);
      }
      state.fill('pass');
      const left = Promise.all(leases.map((lease) => lease.release()));
      await time.advance(20_000);
      await left;
      expect(time.pending).toBe(0);
    }),
    { numRuns: 200 },
  );
});

/** A cluster whose calls fail, hang until their time is over, or are carried out but answered too late. */
function unreliable(cluster: FakeCluster, state: () => string, time: FakeTime): FakeCluster {
  return new Proxy(cluster, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: readonly { readonly timeoutMs?: number }[]) => {
        const now = state();
        const call = (): unknown => Reflect.apply(method, target, args);
        if (now === 'pass') return call();
        if (now === 'late') await call();
        const timeoutMs = args.at(-1)?.timeoutMs ?? 10_000;
        if (now !== 'fail') await new Promise<void>((resolve) => void time.after(timeoutMs, resolve));
        throw new Fault(now === 'fail' ? 'ApiUnreachable' : 'ApiTimedOut', 'scripted');
      };
    },
  });
}
