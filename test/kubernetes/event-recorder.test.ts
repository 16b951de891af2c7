import { afterEach, describe, expect, test } from '@jest/globals';
import type { ObjectEvent } from '../../src/kubernetes/event-recorder.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { Fault } from '../../src/faults/fault.ts';
import { EVENT_OUTCOMES, EventRecorder } from '../../src/kubernetes/event-recorder.ts';
import { CONFIG_MAPS, EVENTS, NAMESPACES } from '../../src/kubernetes/resources.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeTime, settle } from './fake-time.ts';

let recorder: EventRecorder | undefined;
let time: FakeTime;

function setUp() {
  const cluster = new FakeCluster();
  const outcomes: string[] = [];
  time = new FakeTime();
  recorder = new EventRecorder({
    cluster,
    time,
    controller: 'pathkeeper.dev/controller',
    instance: 'pathkeeper-0',
    onOutcome: (outcome) => void outcomes.push(outcome),
  });
  const written = (): readonly KubernetesObject[] => [...cluster.peekAll(EVENTS).values()];
  return { cluster, outcomes, recorder, written };
}

afterEach(async () => {
  const closed = recorder?.close(0);
  await time.advance(1);
  await closed;
});

function event(name: string, more: Partial<ObjectEvent> = {}): ObjectEvent {
  return {
    regarding: { resource: CONFIG_MAPS, namespace: 'orders', name, uid: `uid-of-${name}` },
    type: 'Warning',
    reason: 'BecameAtRisk',
    action: 'Judge',
    note: 'its connections can stay silent for longer than the firewall remembers',
    ...more,
  };
}

describe('an event', () => {
  test('says what happened to which object, and who says so', async () => {
    const { recorder: events, written, outcomes } = setUp();
    events.record(event('settings'));
    await settle();
    expect(written()).toMatchObject([
      {
        metadata: { namespace: 'orders' },
        eventTime: '2026-11-24T10:00:00.000000Z',
        reportingController: 'pathkeeper.dev/controller',
        reportingInstance: 'pathkeeper-0',
        type: 'Warning',
        reason: 'BecameAtRisk',
        action: 'Judge',
        regarding: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          namespace: 'orders',
          name: 'settings',
          uid: 'uid-of-settings',
        },
      },
    ]);
    expect(written()[0]?.['series']).toBeUndefined();
    expect(outcomes).toEqual(['Written']);
  });

  test('about what has no namespace is in default', async () => {
    const { recorder: events, written } = setUp();
    events.record(event('x', { regarding: { resource: NAMESPACES, name: 'orders' } }));
    await settle();
    expect(written()[0]?.metadata.namespace).toBe('default');
  });

  test('is recorded without waiting: recording returns before anything is sent', () => {
    const { cluster, recorder: events } = setUp();
    events.record(event('settings'));
    expect(cluster.calls).toEqual([]);
  });

  test('with a note that is too long is cut, and not in the middle of a character', async () => {
    const { recorder: events, written } = setUp();
    events.record(event('settings', { note: '🛰'.repeat(400) }));
    await settle();
    const note = String(written()[0]?.['note']);
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
    expect(note).toMatch(/^(🛰)+…$/u);
  });
});

describe('the same again', () => {
  test('raises a count instead of being written again', async () => {
    const { recorder: events, written, outcomes } = setUp();
    for (let n = 0; n < 3; n++) {
      events.record(event('settings'));
      await time.advance(1000);
    }
    expect(written()).toHaveLength(1);
    expect(written()[0]?.['series']).toEqual({ count: 3, lastObservedTime: '2026-11-24T10:00:02.000000Z' });
    expect(outcomes).toEqual(['Written', 'Repeated', 'Repeated']);
  });

  test('before the first is written is counted in it', async () => {
    const { cluster, recorder: events, written } = setUp();
    events.record(event('settings'));
    events.record(event('settings'));
    await settle();
    expect(written()[0]?.['series']).toMatchObject({ count: 2 });
    expect(cluster.calls).toHaveLength(1);
  });

  test('after nearly an hour is news: the server has deleted the first one by then', async () => {
    const { recorder: events, written } = setUp();
    events.record(event('settings'));
    await time.advance(3_000_000);
    events.record(event('settings'));
    await settle();
    expect(written()).toHaveLength(2);
  });

  test('when the first one is gone, is written', async () => {
    const { cluster, recorder: events, written } = setUp();
    events.record(event('settings'));
    await settle();
    for (const key of cluster.peekAll(EVENTS).keys()) cluster.drop(EVENTS, key);
    events.record(event('settings'));
    await time.advance(5000);
    expect(written()).toHaveLength(1);
    expect(written()[0]?.['series']).toMatchObject({ count: 2 });
  });
});

describe('too many', () => {
  test('about one object are cut to ten, and then one a minute; other objects are not', async () => {
    const { recorder: events, outcomes } = setUp();
    for (let n = 0; n < 30; n++) events.record(event('noisy', { note: `number ${n}` }));
    events.record(event('quiet'));
    await settle(100);
    const count = (outcome: string): number => outcomes.filter((told) => told === outcome).length;
    expect([count('Written'), count('RateLimited')]).toEqual([11, 20]);
    await time.advance(60_000);
    for (let n = 0; n < 5; n++) events.record(event('noisy', { note: `later ${n}` }));
    await settle(20);
    expect([count('Written'), count('RateLimited')]).toEqual([12, 24]);
  });

  test('altogether are dropped while the server does not take them: 500 wait, and no more', async () => {
    const { cluster, recorder: events, outcomes } = setUp();
    const letGo = cluster.hold({ verb: 'create' });
    for (let n = 0; n < 600; n++) events.record(event(`object-${n}`));
    await settle();
    for (let n = 600; n < 700; n++) events.record(event(`object-${n}`));
    const dropped = outcomes.filter((told) => told === 'Dropped').length;
    expect(dropped).toBeGreaterThanOrEqual(198);
    expect(dropped).toBeLessThanOrEqual(200);
    letGo();
  });
});

describe('a server that does not take it', () => {
  test('is asked again, later each time, four times', async () => {
    const { cluster, recorder: events, outcomes } = setUp();
    cluster.fail({ verb: 'create' }, new Fault('ApiFailed', 'scripted'), 9);
    events.record(event('settings'));
    await time.advance(120_000);
    expect(cluster.called({ verb: 'create' })).toHaveLength(4);
    expect(outcomes).toEqual(['Failed']);
  });

  test('for good is not asked again', async () => {
    const { cluster, recorder: events, outcomes } = setUp();
    cluster.fail({ verb: 'create' }, new Fault('ApiForbidden', 'the namespace is being deleted'));
    events.record(event('settings'));
    await time.advance(120_000);
    expect(cluster.called({ verb: 'create' })).toHaveLength(1);
    expect(outcomes).toEqual(['Failed']);
  });
});

test('closing writes what waits, and takes nothing more', async () => {
  const { recorder: events, written } = setUp();
  events.record(event('a'));
  events.record(event('b'));
  await events.close(5000);
  events.record(event('c'));
  await settle();
  expect(written()).toHaveLength(2);
});

test('the outcomes are a closed list', () => {
  expect(EVENT_OUTCOMES).toEqual(['Written', 'Repeated', 'RateLimited', 'Dropped', 'Failed']);
});
