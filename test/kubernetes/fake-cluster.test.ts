import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/faults/fault.ts';
import { CONFIG_MAPS } from '../../src/kubernetes/resources.ts';
import { describeClusterContract } from './cluster-contract.ts';
import { FakeCluster } from './fake-cluster.ts';
import { settle } from './fake-time.ts';

describeClusterContract('the fake cluster', () =>
  Promise.resolve({ cluster: new FakeCluster(), namespace: 'contract' }),
);

describe('what only the fake one can', () => {
  const ref = { resource: CONFIG_MAPS, namespace: 'orders', name: 'settings' };
  const object = { metadata: { name: 'settings', namespace: 'orders' } };

  test('a chosen call fails, so many times', async () => {
    const cluster = new FakeCluster();
    cluster.fail({ verb: 'get', key: 'orders/settings' }, new Fault('ApiFailed', 'scripted'), 2);
    expect(await cluster.get({ ...ref, name: 'other' })).toBeUndefined();
    await expect(cluster.get(ref)).rejects.toMatchObject({ code: 'ApiFailed' });
    await expect(cluster.get(ref)).rejects.toMatchObject({ code: 'ApiFailed' });
    expect(await cluster.get(ref)).toBeUndefined();
    expect(cluster.called({ verb: 'get', key: 'orders/settings' })).toHaveLength(3);
  });

  test('a chosen call waits', async () => {
    const cluster = new FakeCluster();
    const letGo = cluster.hold({ verb: 'create' });
    let done = false;
    const made = cluster.create(CONFIG_MAPS, object).then(() => (done = true));
    await settle();
    expect([done, cluster.peek(CONFIG_MAPS, 'orders/settings')]).toEqual([false, undefined]);
    letGo();
    await made;
    expect(cluster.peek(CONFIG_MAPS, 'orders/settings')).toBeDefined();
  });

  test('watches can be kept in the dark, and unsynced', async () => {
    const cluster = new FakeCluster({ synced: false });
    const collection = cluster.watch({ resource: CONFIG_MAPS, project: ({ metadata }) => metadata.name });
    expect(collection.isSynced).toBe(false);
    cluster.sync();
    expect([collection.isSynced, await collection.whenSynced()]).toEqual([true, true]);
    const tell = cluster.holdWatches();
    cluster.put(CONFIG_MAPS, object);
    expect(collection.size).toBe(0);
    tell();
    expect(collection.size).toBe(1);
    await cluster.close();
    cluster.drop(CONFIG_MAPS, 'orders/settings');
    expect(collection.size).toBe(1);
  });
});
