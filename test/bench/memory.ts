/*
 * Resident memory of webhook and controller with many pods and policies on a real API server, and how long the controller
 * takes from its start until every policy's status is written. The pods have no owner: each is kept and judged, which is
 * the worst case (of a Deployment's pods none is kept).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { NETWORK_PATH_POLICIES } from '../../src/kubernetes/policy-resources.ts';
import { NAMESPACES, PODS } from '../../src/kubernetes/resources.ts';
import { startControlPlane } from '../controlplane/control-plane.ts';
import { sampleReview } from './sample-reviews.ts';

const POD_COUNT = Number(process.env['BENCH_PODS'] ?? '10000');
const POLICY_COUNT = Number(process.env['BENCH_POLICIES'] ?? '500');
const NAMESPACE_COUNT = 50;
const AT_ONCE = 24;

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let index = next++; index < count; index = next++) await work(index);
    }),
  );
}

async function fill(cluster: Cluster): Promise<void> {
  await inParallel(NAMESPACE_COUNT, (index) =>
    cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${index}` } }),
  );
  await inParallel(POD_COUNT, (index) => {
    const review = JSON.parse(sampleReview(index)) as {
      request: {
        object: { spec: { template: { metadata: { labels: Record<string, string> }; spec: object } } };
      };
    };
    const { metadata, spec } = review.request.object.spec.template;
    return cluster.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `pod-${index}`,
        namespace: `team-${index % NAMESPACE_COUNT}`,
        labels: metadata.labels,
      },
      spec: { ...spec, serviceAccountName: 'default', automountServiceAccountToken: false },
    });
  });
  await inParallel(POLICY_COUNT, (index) =>
    cluster.create(NETWORK_PATH_POLICIES, {
      apiVersion: 'pathkeeper.dev/v1alpha1',
      kind: 'NetworkPathPolicy',
      metadata: { name: `path-${index}`, namespace: `team-${index % NAMESPACE_COUNT}` },
      spec: {
        podSelector: index < NAMESPACE_COUNT ? {} : { matchLabels: { app: `service-${index}` } },
        path: { hops: [{ name: 'nat', device: 'aws-nat-gateway' }] },
      },
    }),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Running {
  readonly child: ChildProcess;
  readonly probePort: number;
}

async function start(command: 'webhook' | 'controller', kubeconfig: string): Promise<Running> {
  const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
  const probePort = await freePort();
  const args = [
    main,
    command,
    '--kubeconfig',
    kubeconfig,
    '--metrics-port',
    String(probePort),
    '--log-level',
    'warn',
  ];
  const own = command === 'webhook' ? ['--port', '0', '--certificate-names', '127.0.0.1'] : [];
  const child = spawn(process.execPath, [...args, ...own], { stdio: 'inherit' });
  return { child, probePort };
}

function residentMegabytes({ child }: Running): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

function peakMegabytes({ child }: Running): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

/** Until every policy's status carries a Compliant condition that is no longer pending. */
async function untilReported(cluster: Cluster): Promise<void> {
  for (;;) {
    const policies = await cluster.list(NETWORK_PATH_POLICIES);
    const open = policies.filter((policy) => {
      const status = policy['status'] as { conditions?: { type: string; reason: string }[] } | undefined;
      return !(status?.conditions ?? []).some(
        ({ type, reason }) => type === 'Compliant' && reason !== 'Pending',
      );
    });
    if (open.length === 0) return;
    await sleep(250);
  }
}

async function stop({ child }: Running): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const plane = await startControlPlane({ controllers: false });
try {
  const crds = fileURLToPath(new URL('../../../crds', import.meta.url));
  await plane.kubectl(['apply', '-f', crds]);
  await plane.kubectl(['wait', '--for=condition=Established', '-f', crds]);
  await plane.kubectl(['create', 'namespace', 'pathkeeper-system']);
  const cluster = await connectCluster({
    source: { from: 'Kubeconfig', files: [plane.kubeconfigPath] },
    userAgent: 'pathkeeper-bench',
  });
  const filling = performance.now();
  await fill(cluster);
  console.log(
    `filled in ${Math.round((performance.now() - filling) / 1000)} s: ${POD_COUNT} pods, ${POLICY_COUNT} policies`,
  );
  const began = performance.now();
  const controller = await start('controller', plane.kubeconfigPath);
  await untilReported(cluster);
  const reported = (performance.now() - began) / 1000;
  const webhook = await start('webhook', plane.kubeconfigPath);
  await sleep(15_000);
  console.log('| process | resident MB | peak MB |');
  console.log('| --- | --- | --- |');
  for (const [name, running] of Object.entries({ controller, webhook })) {
    console.log(`| ${name} | ${residentMegabytes(running)} | ${peakMegabytes(running)} |`);
  }
  console.log(`from the controller's start until the last status was written: ${reported.toFixed(1)} s`);
  await Promise.all([stop(controller), stop(webhook)]);
  await cluster.close();
} finally {
  await plane.stop();
}
