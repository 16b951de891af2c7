import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/faults/fault.ts';
import { clusterCertificateStore } from '../../src/kubernetes/cluster-certificate-store.ts';
import { Lease } from '../../src/kubernetes/lease.ts';
import { findOwner } from '../../src/kubernetes/owner.ts';
import { LEASES, SECRETS } from '../../src/kubernetes/resources.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeTime, settle } from './fake-time.ts';

function clusterFor(username: string, uid: string | undefined): FakeCluster {
  const cluster = new FakeCluster();
  cluster.who = { username, uid };
  return cluster;
}

const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount', name: 'webhook', uid: 'u-1' };

describe('the owner of what is made', () => {
  test('is the service account that made it', async () => {
    const cluster = clusterFor('system:serviceaccount:pathkeeper:webhook', 'u-1');
    expect(await findOwner(cluster, 'pathkeeper')).toEqual(ACCOUNT);
  });

  test.each([
    ['an account of another namespace', 'system:serviceaccount:pathkeeper-2:webhook', 'u-1'],
    ['an account whose uid is not told', 'system:serviceaccount:pathkeeper:webhook', undefined],
    ['a person', 'kubernetes-admin', 'u-1'],
  ])('is nobody for %s', async (_who, username, uid) => {
    expect(await findOwner(clusterFor(username, uid), 'pathkeeper')).toBeUndefined();
  });

  test('is nobody where the server does not tell, and a fault where it does not answer', async () => {
    const cluster = clusterFor('system:serviceaccount:pathkeeper:webhook', 'u-1');
    cluster.fail({ verb: 'identity' }, new Fault('ApiForbidden', 'no'), 1);
    expect(await findOwner(cluster, 'pathkeeper')).toBeUndefined();
    cluster.fail({ verb: 'identity' }, new Fault('ApiUnreachable', 'no'), 1);
    await expect(findOwner(cluster, 'pathkeeper')).rejects.toMatchObject({ code: 'ApiUnreachable' });
  });

  test('stands in a Secret and in a Lease that are made, and stays when they are written', async () => {
    const cluster = new FakeCluster();
    const time = new FakeTime();
    const shared = { cluster, namespace: 'pathkeeper', owner: ACCOUNT };
    const store = clusterCertificateStore({ ...shared, secret: 'tls', validating: [], mutating: [] });
    await store.createSecret({ a: '1' });
    await store.updateSecret({ a: '2' }, (await store.getSecret())?.resourceVersion ?? '');
    const secret = cluster.peek(SECRETS, 'pathkeeper/tls');
    expect(secret?.metadata.ownerReferences).toEqual([ACCOUNT]);

    const lease = new Lease({ ...shared, time, name: 'writer', identity: 'one', onLost: () => undefined });
    lease.start();
    await lease.whenHeld();
    await settle();
    await time.advance(4000);
    expect(cluster.called({ verb: 'replace', plural: 'leases' }).length).toBeGreaterThan(0);
    expect(cluster.peek(LEASES, 'pathkeeper/writer')?.metadata.ownerReferences).toEqual([ACCOUNT]);
    const left = lease.release();
    await settle();
    await time.advance(10_000);
    await left;
  });
});
