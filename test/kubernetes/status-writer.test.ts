import { describe, expect, test } from '@jest/globals';
import type { DesiredCondition, DesiredStatus, ObservedObject } from '../../src/kubernetes/status-writer.ts';
import { Fault } from '../../src/faults/fault.ts';
import { StatusWriter } from '../../src/kubernetes/status-writer.ts';
import { CONTRACT_KIND } from './cluster-contract.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeTime, settle } from './fake-time.ts';

const KEY = 'orders/subject';

function condition(
  type: string,
  is: 'True' | 'False',
  more: Partial<DesiredCondition> = {},
): DesiredCondition {
  return { type, status: is, reason: 'Because', message: 'so it is', observedGeneration: 1, ...more };
}

function status(conditions: readonly DesiredCondition[], more: object = {}): DesiredStatus {
  return { observedGeneration: 1, workloads: { matched: 2 }, conditions, ...more };
}

function setUp() {
  const cluster = new FakeCluster();
  const time = new FakeTime();
  cluster.put(CONTRACT_KIND, { metadata: { name: 'subject', namespace: 'orders' }, spec: {} });
  const writer = new StatusWriter({
    cluster,
    time,
    resource: CONTRACT_KIND,
    conditions: ['Accepted', 'Compliant'],
    fields: ['observedGeneration', 'workloads', 'worst'],
  });
  const observe = (): ObservedObject => {
    const stored = cluster.peek(CONTRACT_KIND, KEY);
    const { uid = '', resourceVersion = '' } = stored?.metadata ?? {};
    return { namespace: 'orders', name: 'subject', uid, resourceVersion, status: stored?.['status'] };
  };
  const stored = (): Record<string, unknown> => observe().status as Record<string, unknown>;
  return { cluster, time, writer, observe, stored };
}

describe('writing', () => {
  test('the whole status, by apply on its own endpoint, for that very object', async () => {
    const { cluster, writer, observe, stored } = setUp();
    const object = observe();
    expect(await writer.write(object, status([condition('Accepted', 'True')]))).toBe('Written');
    expect(stored()).toEqual({
      observedGeneration: 1,
      workloads: { matched: 2 },
      conditions: [{ ...condition('Accepted', 'True'), lastTransitionTime: '2026-11-24T10:00:00Z' }],
    });
    const [call] = cluster.called({ verb: 'apply' });
    expect(call?.subresource).toBe('status');
    expect(call?.body).toMatchObject({ metadata: { name: 'subject', namespace: 'orders', uid: object.uid } });
  });

  test('nothing, where nothing would change', async () => {
    const { cluster, time, writer, observe } = setUp();
    const desired = (): DesiredStatus => status([condition('Accepted', 'True')]);
    await writer.write(observe(), desired());
    await time.advance(60_000);
    expect(await writer.write(observe(), desired())).toBe('Unchanged');
    expect(cluster.called({ verb: 'apply' })).toHaveLength(1);
  });

  test.each<readonly [string, DesiredStatus]>([
    ['a number', status([condition('Accepted', 'True')], { workloads: { matched: 3 } })],
    ['a message', status([condition('Accepted', 'True', { message: 'other' })])],
    ['the generation', status([condition('Accepted', 'True', { observedGeneration: 2 })])],
    ['a condition more', status([condition('Accepted', 'True'), condition('Compliant', 'True')])],
    ['a condition less', status([])],
    ['a field more', status([condition('Accepted', 'True')], { worst: [] })],
    ['a field less', { observedGeneration: 1, conditions: [condition('Accepted', 'True')] }],
  ])('something, where %s changes; and then it is so', async (_what, desired) => {
    const { writer, observe, stored } = setUp();
    await writer.write(observe(), status([condition('Accepted', 'True')]));
    expect(await writer.write(observe(), desired)).toBe('Written');
    const { conditions, ...fields } = stored() as { conditions: readonly { lastTransitionTime: string }[] };
    const { conditions: wanted, ...wantedFields } = desired;
    expect(fields).toEqual(wantedFields);
    expect(conditions.map(({ lastTransitionTime: _time, ...rest }) => rest)).toEqual(wanted);
    expect(await writer.write(observe(), desired)).toBe('Unchanged');
  });

  test('the time of a condition moves when its status does, and not otherwise', async () => {
    const { time, writer, observe, stored } = setUp();
    const timeOf = (): unknown =>
      (stored()['conditions'] as readonly { lastTransitionTime: string }[])[0]?.lastTransitionTime;
    await writer.write(observe(), status([condition('Accepted', 'True')]));
    await time.advance(60_000);
    await writer.write(observe(), status([condition('Accepted', 'True', { message: 'other words' })]));
    expect(timeOf()).toBe('2026-11-24T10:00:00Z');
    await writer.write(observe(), status([condition('Accepted', 'False')]));
    expect(timeOf()).toBe('2026-11-24T10:01:00Z');
  });

  test('a condition of somebody else is neither a reason to write nor lost by writing', async () => {
    const { cluster, writer, observe, stored } = setUp();
    await writer.write(observe(), status([condition('Accepted', 'True')]));
    await cluster.apply(
      CONTRACT_KIND,
      {
        metadata: { name: 'subject', namespace: 'orders' },
        status: { conditions: [{ type: 'PathVerified', status: 'True' }] },
      },
      { subresource: 'status', fieldManager: 'probe' },
    );
    expect(await writer.write(observe(), status([condition('Accepted', 'True')]))).toBe('Unchanged');
    expect(await writer.write(observe(), status([condition('Accepted', 'False')]))).toBe('Written');
    expect((stored()['conditions'] as readonly { type: string }[]).map(({ type }) => type)).toEqual([
      'Accepted',
      'PathVerified',
    ]);
  });
});

describe('a watch that lags behind', () => {
  test('what was written is not written again before the watch has told of it, nor does its time move', async () => {
    const { cluster, time, writer, observe, stored } = setUp();
    const stale = observe();
    await writer.write(stale, status([condition('Accepted', 'True')]));
    await time.advance(60_000);
    expect(await writer.write(stale, status([condition('Accepted', 'True')]))).toBe('Unchanged');
    expect(await writer.write(stale, status([condition('Accepted', 'True', { message: 'news' })]))).toBe(
      'Written',
    );
    expect(JSON.stringify(stored())).toContain('2026-11-24T10:00:00Z');
    expect(cluster.called({ verb: 'apply' })).toHaveLength(2);
  });

  test('once the watch has moved, what it says counts: somebody has overwritten it', async () => {
    const { cluster, writer, observe } = setUp();
    const desired = status([condition('Accepted', 'True')]);
    await writer.write(observe(), desired);
    cluster.put(CONTRACT_KIND, {
      ...cluster.peek(CONTRACT_KIND, KEY),
      metadata: { name: 'subject', namespace: 'orders' },
      status: {},
    });
    expect(await writer.write(observe(), desired)).toBe('Written');
  });
});

describe('troubles', () => {
  test('a conflict is tried again, with a pause; three make it a fault', async () => {
    const { cluster, time, writer, observe } = setUp();
    cluster.fail({ verb: 'apply' }, new Fault('ApiConflict', 'busy'), 2);
    const written = writer.write(observe(), status([]));
    await time.advance(1000);
    expect(await written).toBe('Written');
    cluster.fail({ verb: 'apply' }, new Fault('ApiConflict', 'busy'), 3);
    const failed = expect(
      writer.write(observe(), status([condition('Accepted', 'True')])),
    ).rejects.toMatchObject({ code: 'ApiConflict' });
    await time.advance(1000);
    await failed;
  });

  test('an object that is gone is gone', async () => {
    const { cluster, writer, observe } = setUp();
    const object = observe();
    cluster.drop(CONTRACT_KIND, KEY);
    expect(await writer.write(object, status([]))).toBe('Gone');
  });

  test('an object that has been made anew is not given the old one its status', async () => {
    const { cluster, time, writer, observe, stored } = setUp();
    const old = observe();
    cluster.drop(CONTRACT_KIND, KEY);
    cluster.put(CONTRACT_KIND, { metadata: { name: 'subject', namespace: 'orders' }, spec: {} });
    const failed = expect(writer.write(old, status([]))).rejects.toMatchObject({ code: 'ApiConflict' });
    await time.advance(1000);
    await failed;
    expect(stored()).toBeUndefined();
  });

  test('other faults come through at once', async () => {
    const { cluster, writer, observe } = setUp();
    cluster.fail({ verb: 'apply' }, new Fault('ApiForbidden', 'no'));
    await expect(writer.write(observe(), status([]))).rejects.toMatchObject({ code: 'ApiForbidden' });
  });

  test('giving up ends the waiting', async () => {
    const { cluster, time, writer, observe } = setUp();
    cluster.fail({ verb: 'apply' }, new Fault('ApiConflict', 'busy'), 9);
    const stop = new AbortController();
    const failed = expect(writer.write(observe(), status([]), stop.signal)).rejects.toMatchObject({
      code: 'ApiAborted',
    });
    await settle();
    stop.abort();
    await failed;
    expect(time.pending).toBe(0);
  });

  test.each([null, 'text', [], { conditions: 'none' }, { conditions: [null, 3, { type: 7 }] }])(
    'a status that is nonsense is written over: %j',
    async (nonsense) => {
      const { writer, observe, stored } = setUp();
      const object = { ...observe(), status: nonsense };
      expect(await writer.write(object, status([condition('Accepted', 'True')]))).toBe('Written');
      expect(stored()['observedGeneration']).toBe(1);
    },
  );
});
