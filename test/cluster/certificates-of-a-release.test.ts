import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIFETIMES, selfManagedSource } from '../../src/certs/certs.ts';
import type { CertificateStore, SelfManagedSource } from '../../src/certs/certs.ts';
import { clusterCertificateStore } from '../../src/kubernetes/cluster-certificate-store.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { findOwner } from '../../src/kubernetes/owner.ts';
import { systemTime } from '../../src/kubernetes/time.ts';
import { projectRoot } from '../controlplane/project-root.ts';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
import { waitFor } from './wait-for.ts';

const CHART = join(projectRoot(), 'charts', 'pathkeeper');

let namespace: string;
let release: string;
let cluster: Cluster;
let store: CertificateStore;
let source: SelfManagedSource | undefined;

/** Installs, upgrades or removes the release under test. */
async function helm(command: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await sharedControlPlane().helm([
    command,
    release,
    ...args,
    '--namespace',
    namespace,
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  namespace = await sharedControlPlane().createNamespace('release');
  release = namespace;
  await helm('install', CHART, '--skip-crds');
  // Under the rights that the chart gives the webhook, and no others.
  const kubeconfig = await sharedControlPlane().serviceAccountKubeconfig(namespace, `${release}-webhook`);
  cluster = await connectCluster({
    source: { from: 'Kubeconfig', files: [kubeconfig] },
    userAgent: 'pathkeeper-test',
  });
  store = clusterCertificateStore({
    cluster,
    namespace,
    secret: `${release}-webhook-tls`,
    validating: [release],
    mutating: [release],
    owner: await findOwner(cluster, namespace),
  });
  source = selfManagedSource({
    store,
    names: ['127.0.0.1'],
    lifetimes: { ...DEFAULT_LIFETIMES, settleSeconds: 0, checkSeconds: 0.5 },
    clock: systemTime(),
    listener: () => undefined,
  });
});

afterAll(async () => {
  await source?.stop();
  await cluster.close();
});

test('the webhook fills the Secret and the bundles of a release with the rights of its service account', async () => {
  await source?.start();
  expect(source?.healthy()).toMatchObject({ healthy: true });
  const entries = (await store.getSecret())?.entries ?? {};
  const bundles = (await store.getConfigurations()).flatMap(({ caBundles }) => caBundles);
  expect(bundles.length).toBeGreaterThan(1);
  expect(new Set(bundles)).toEqual(new Set([entries['ca.crt']]));
});

test('an upgrade leaves the Secret alone, and the bundles are soon right again', async () => {
  const before = await store.getSecret();
  await helm('upgrade', CHART, '--skip-crds', '--set', 'logLevel=debug');
  expect((await store.getSecret())?.entries).toEqual(before?.entries);
  await waitFor('every bundle', async () => {
    const bundles = (await store.getConfigurations()).flatMap(({ caBundles }) => caBundles);
    return bundles.every((bundle) => bundle === before?.entries['ca.crt']) ? true : undefined;
  });
});

test('an uninstallation leaves no Secret behind, though a replica is still alive', async () => {
  await helm('uninstall', '--wait');
  const secrets = async (): Promise<string> =>
    (await sharedControlPlane().kubectl(['get', 'secret', '-n', namespace, '-o', 'name'])).stdout;
  await waitFor('the Secret to go with its owner', async () =>
    (await secrets()).includes('webhook-tls') ? undefined : true,
  );
  // The replica's rights are gone with the release; what it would still do, it would do at once.
  await sleep(2000);
  expect(await secrets()).not.toContain('webhook-tls');
  expect(source?.get()).toBeDefined();
});
