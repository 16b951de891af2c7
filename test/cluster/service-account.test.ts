import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { CONFIG_MAPS } from '../../src/kubernetes/resources.ts';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';

const plane = sharedControlPlane();
let folder: string;
let namespace: string;
let cluster: Cluster;

/** The folder that a kubelet would mount, and a service account that may read ConfigMaps in its own namespace. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pathkeeper-account-'));
  namespace = await plane.createNamespace('account');
  const inNamespace = `--namespace=${namespace}`;
  await plane.kubectl(['create', 'serviceaccount', 'reader', inNamespace]);
  await plane.kubectl([
    'create',
    'role',
    'reader',
    '--verb=get,list,watch',
    '--resource=configmaps',
    inNamespace,
  ]);
  await plane.kubectl([
    'create',
    'rolebinding',
    'reader',
    '--role=reader',
    `--serviceaccount=${namespace}:reader`,
    inNamespace,
  ]);
  await writeFile(path.join(folder, 'ca.crt'), plane.authority.certificate);
  const { hostname, port } = new URL(plane.url);
  cluster = await connectCluster({
    source: { from: 'ServiceAccount', host: hostname, port: Number(port), folder },
    userAgent: 'pathkeeper-test',
  });
});

afterEach(async () => {
  await cluster.close();
  await rm(folder, { recursive: true });
});

async function issueToken(): Promise<string> {
  const { stdout } = await plane.kubectl(['create', 'token', 'reader', `--namespace=${namespace}`]);
  return stdout;
}

test('a pod is let in by its mounted token, and sees what its role allows', async () => {
  await writeFile(path.join(folder, 'token'), await issueToken());
  await expect(cluster.create(CONFIG_MAPS, { metadata: { name: 'a', namespace } })).rejects.toMatchObject({
    code: 'ApiForbidden',
    retryable: false,
  });
  await expect(cluster.list(CONFIG_MAPS)).rejects.toMatchObject({ code: 'ApiForbidden' });
  expect(await cluster.get({ resource: CONFIG_MAPS, namespace, name: 'none' })).toBeUndefined();
});

test('a token that the server refuses is read again at once', async () => {
  const token = path.join(folder, 'token');
  await writeFile(token, 'not-a-token');
  const read = (): Promise<unknown> => cluster.list(CONFIG_MAPS, { namespace });
  await expect(read()).rejects.toMatchObject({ code: 'ApiUnauthenticated', retryable: true });
  await writeFile(token, await issueToken());
  expect(await read()).toBeDefined();
});

test('a watch starts by itself once the token is right', async () => {
  const token = path.join(folder, 'token');
  await writeFile(token, 'not-a-token');
  const collection = cluster.watch({
    resource: CONFIG_MAPS,
    namespace,
    project: ({ metadata }) => metadata.name,
  });
  await writeFile(token, await issueToken());
  expect(await collection.whenSynced()).toBe(true);
});
