import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_LIFETIMES, selfManagedSource, serveCertificate } from '../../src/certs/certs.ts';
import type { CertificateEvent, CertificateStore, SelfManagedSource } from '../../src/certs/certs.ts';
import { clusterCertificateStore } from '../../src/kubernetes/cluster-certificate-store.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { CONFIG_MAPS, SECRETS, VALIDATING_WEBHOOKS } from '../../src/kubernetes/resources.ts';
import { systemTime } from '../../src/kubernetes/time.ts';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
import { waitFor } from './wait-for.ts';

const SECRET = 'pathkeeper-webhook-tls';
const ROTATIONS = 8;

let cluster: Cluster;
let namespace: string;
let store: CertificateStore;
const replicas: { readonly source: SelfManagedSource; readonly server: Server; calls: number }[] = [];
const events: CertificateEvent[] = [];
let asked = 0;

beforeAll(async () => {
  const plane = sharedControlPlane();
  namespace = await plane.createNamespace('certificates');
  cluster = await connectCluster({
    source: { from: 'Kubeconfig', files: [plane.kubeconfigPath] },
    userAgent: 'pathkeeper-test',
  });
  store = clusterCertificateStore({
    cluster,
    namespace,
    secret: SECRET,
    validating: [namespace],
    mutating: [namespace],
  });
  for (let replica = 0; replica < 2; replica += 1) replicas.push(await startReplica());
  await cluster.create(VALIDATING_WEBHOOKS, configuration());
});

afterAll(async () => {
  for (const { source, server } of replicas) {
    await source.stop();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  await kubectl('delete', 'validatingwebhookconfiguration', namespace);
  await cluster.close();
});

async function startReplica(): Promise<(typeof replicas)[number]> {
  const source = selfManagedSource({
    store,
    names: ['127.0.0.1'],
    lifetimes: { ...DEFAULT_LIFETIMES, propagationSeconds: 2, settleSeconds: 0.5, checkSeconds: 0.5 },
    clock: systemTime(),
    listener: (event) => events.push(event),
  });
  const server = createServer((request, response) => {
    replica.calls += 1;
    void allow(request, response, replica.calls % 2 === 0);
  });
  const replica = { source, server, calls: 0 };
  await source.start();
  serveCertificate(server, source);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return replica;
}

/** Lets everything pass; every other answer ends the connection, so that the API server has to shake hands anew. */
async function allow(request: IncomingMessage, response: ServerResponse, close: boolean): Promise<void> {
  const body: Buffer[] = [];
  for await (const chunk of request) body.push(chunk as Buffer);
  const { request: review } = JSON.parse(Buffer.concat(body).toString()) as { request: { uid: string } };
  response.writeHead(200, { 'content-type': 'application/json', ...(close ? { connection: 'close' } : {}) });
  response.end(
    JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: review.uid, allowed: true },
    }),
  );
}

/** A webhook for each replica; a handshake that fails refuses the request. */
function configuration(): Parameters<Cluster['create']>[1] {
  return {
    metadata: { name: namespace },
    webhooks: replicas.map(({ server }, index) => ({
      name: `replica-${index}.certificates.pathkeeper.dev`,
      clientConfig: { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 5,
    })),
  };
}

/** Asks the API server to make a ConfigMap, without keeping it: both webhooks are called. */
async function ask(): Promise<void> {
  await cluster.create(
    CONFIG_MAPS,
    { metadata: { namespace, name: `asked-${(asked += 1)}` }, data: {} },
    { dryRun: true },
  );
}

async function kubectl(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await sharedControlPlane().kubectl(args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

async function secret(): Promise<Readonly<Record<string, string>>> {
  return (await store.getSecret())?.entries ?? {};
}

/** Takes entries out of the Secret, as `docs/certificates.md` tells operators to. */
async function takeOut(names: readonly string[]): Promise<void> {
  await cluster.patch(
    { resource: SECRETS, namespace, name: SECRET },
    { type: 'Json', body: names.map((name) => ({ op: 'remove', path: `/data/${name}` })) },
  );
}

test('replicas on a real API server agree on a Secret and fill the bundles of what is installed later', async () => {
  await waitFor('an accepted request', async () => {
    try {
      await ask();
      return true;
    } catch {
      return undefined;
    }
  });
  const served = replicas.map(({ source }) => source.get()?.certificatePem);
  const { 'tls.crt': stored, 'ca.crt': authority } = await secret();
  expect(served).toEqual([stored, stored]);
  const [found] = await store.getConfigurations();
  expect(found?.caBundles).toEqual([authority, authority]);
});

test(`the API server is never refused through ${ROTATIONS} rotations`, async () => {
  const tally = { asked: 0, failures: [] as string[] };
  const stop = new AbortController();
  const asking = [1, 2, 3].map(async () => {
    while (!stop.signal.aborted) {
      await ask().catch((error: unknown) => tally.failures.push(String(error)));
      tally.asked += 1;
    }
  });
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    const before = await secret();
    await takeOut(rotation % 2 === 0 ? ['ca.key'] : ['tls.crt', 'tls.key']);
    await waitFor('both replicas to serve something new', async () => {
      const { 'tls.crt': stored } = await secret();
      const isNew = stored !== before['tls.crt'] && stored !== undefined;
      const isServed = replicas.every(({ source }) => source.get()?.certificatePem === stored);
      return isNew && isServed ? true : undefined;
    });
    await sleep(200);
  }
  stop.abort();
  await Promise.all(asking);
  expect(tally.failures).toEqual([]);
  expect(tally.asked).toBeGreaterThan(100);
  expect(Math.min(...replicas.map(({ calls }) => calls))).toBeGreaterThan(100);
  const promoted = events.filter(
    (event) => event.event === 'SecretWritten' && event.change === 'NextPromoted',
  );
  expect(promoted).toHaveLength(ROTATIONS / 2);
}, 120_000);

test('a bundle that somebody empties is filled again', async () => {
  await cluster.patch(
    { resource: VALIDATING_WEBHOOKS, name: namespace },
    { type: 'Json', body: [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }] },
  );
  await waitFor('the bundle to be back', async () => {
    const [found] = await store.getConfigurations();
    return found?.caBundles[0] === found?.caBundles[1] && found?.caBundles[0] !== '' ? true : undefined;
  });
  await waitFor('an accepted request', async () =>
    ask().then(
      () => true,
      () => undefined,
    ),
  );
});

test('a Secret that somebody deletes comes back as it was', async () => {
  const before = await secret();
  await kubectl('delete', 'secret', SECRET, '-n', namespace);
  const after = await waitFor('the Secret to be back', async () => (await store.getSecret())?.entries);
  expect(after).toEqual(before);
  await ask();
});

test('whoever writes with an old version loses, on the Secret and on the configurations', async () => {
  const read = await store.getSecret();
  const [found] = await store.getConfigurations();
  if (read === undefined || found === undefined) throw new Error('nothing is there');
  await takeOut(['tls.crt', 'tls.key']);
  await expect(store.updateSecret(read.entries, read.resourceVersion)).resolves.toBe('Conflict');
  await expect(store.createSecret(read.entries)).resolves.toBe('Conflict');
  await cluster.patch(
    { resource: VALIDATING_WEBHOOKS, name: namespace },
    { type: 'Json', body: [{ op: 'add', path: '/metadata/labels', value: { touched: 'yes' } }] },
  );
  await expect(store.putCaBundle(found, found.caBundles[0] ?? '')).resolves.toBe('Conflict');
});
