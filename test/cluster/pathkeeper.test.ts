import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rowsOf } from '../../src/observability/metrics.ts';
import { startControlPlane, type ControlPlane } from '../controlplane/control-plane.ts';
import {
  NAMESPACE,
  probe,
  startPathkeeper,
  untilReady,
  type RunningPathkeeper,
} from '../demo/start-pathkeeper.ts';

/*
 * Pathkeeper as it is installed: the chart by helm on a real API server, webhook and controller started by the chart's own
 * command, arguments and environment, under the service accounts and the RBAC that the chart makes. A control plane of its
 * own: webhook configurations are everybody's, and the API server is stopped and started here.
 */
let plane: ControlPlane;
let pathkeeper: RunningPathkeeper;

beforeAll(async () => {
  plane = await startControlPlane();
  pathkeeper = await startPathkeeper(plane);
}, 120_000);

afterAll(async () => {
  await pathkeeper?.stop();
  await plane?.stop();
}, 60_000);

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function kubectl(args: readonly string[], stdin?: string): Promise<Answer> {
  return plane.kubectl(args, stdin === undefined ? {} : { stdin });
}

function apply(object: object, ...args: readonly string[]): Promise<Answer> {
  return kubectl(['apply', '-f', '-', ...args], JSON.stringify(object));
}

async function get(kind: string, namespace: string, name: string): Promise<Record<string, never>> {
  const { stdout } = await kubectl(['get', kind, name, '-n', namespace, '-o', 'json']);
  return JSON.parse(stdout) as Record<string, never>;
}

/** Repeats until it holds; returns after how many milliseconds. The bound is generous: a slow machine is no failure. */
async function until(holds: () => Promise<boolean>, withinMs = 20_000): Promise<number> {
  const began = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - began;
    if (performance.now() - began > withinMs) throw new Error(`it did not hold within ${withinMs} ms`);
    await delay(50);
  }
}

function policy(namespace: string, spec: object = {}, name = 'nat'): object {
  return {
    apiVersion: 'pathkeeper.dev/v1alpha1',
    kind: 'NetworkPathPolicy',
    metadata: { name, namespace },
    spec: { podSelector: {}, path: { hops: [{ name: 'nat-gateway', device: 'aws-nat-gateway' }] }, ...spec },
  };
}

interface Shape {
  readonly url?: string;
  readonly sysctls?: readonly { readonly name: string; readonly value: string }[];
  readonly hostNetwork?: boolean;
  readonly env?: readonly object[];
  readonly envFrom?: readonly object[];
}

const LATE = 'postgresql+psycopg2://app@db.example:5432/app?keepalives=1';
const EARLY = 'postgresql+psycopg2://app@db.example:5432/app?keepalives_idle=60&keepalives_interval=10';

function podSpec(shape: Shape): object {
  return {
    ...(shape.sysctls === undefined ? {} : { securityContext: { sysctls: shape.sysctls } }),
    ...(shape.hostNetwork === undefined ? {} : { hostNetwork: shape.hostNetwork }),
    containers: [
      {
        name: 'app',
        image: 'registry.example/app:1',
        env: [
          ...(shape.url === undefined ? [] : [{ name: 'DATABASE_URL', value: shape.url }]),
          ...(shape.env ?? []),
        ],
        ...(shape.envFrom === undefined ? {} : { envFrom: shape.envFrom }),
      },
    ],
  };
}

function deployment(namespace: string, name: string, shape: Shape): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(shape) } },
  };
}

interface PolicyStatus {
  readonly workloads?: Record<string, number>;
  readonly worst?: readonly { readonly name: string; readonly code: string }[];
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
  }[];
}

async function statusOf(namespace: string, name = 'nat', kind = 'npp'): Promise<PolicyStatus> {
  const object = (await get(kind, namespace, name)) as { status?: PolicyStatus };
  return object.status ?? {};
}

async function annotationsOf(namespace: string, name: string): Promise<Record<string, string>> {
  const object = (await get('deployment', namespace, name)) as unknown as {
    metadata: { annotations?: Record<string, string> };
  };
  return object.metadata.annotations ?? {};
}

/** Policies reach the webhook by its watch: a moment after they are stored. */
async function applyPolicy(object: object): Promise<void> {
  const { code, stderr } = await apply(object);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  await delay(400);
}

describe('admission', () => {
  test('a workload at risk is warned about, with the fix, each line under 256 characters', async () => {
    const namespace = await plane.createNamespace('warn');
    await applyPolicy(policy(namespace));
    const { code, stderr } = await apply(deployment(namespace, 'api', { url: LATE }));
    expect(code).toBe(0);
    const warnings = stderr.split('\n').filter((line) => line.startsWith('Warning: '));
    expect(warnings[0]).toMatch(
      /\[NPP1001\] container app, psycopg2 to db\.example:5432: .*7200 s.*nat-gateway.*350 s/,
    );
    expect(warnings[1]).toMatch(/fix: add keepalives_idle=240/);
    for (const warning of warnings) expect(warning.length - 'Warning: '.length).toBeLessThan(256);
  });

  test('a workload that speaks early enough is accepted in silence', async () => {
    const namespace = await plane.createNamespace('silent');
    await applyPolicy(
      policy(namespace, { enforcement: { admission: 'Deny', assumed: 'Deny', unknown: 'Deny' } }),
    );
    const answer = await apply(deployment(namespace, 'api', { url: EARLY }));
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(await annotationsOf(namespace, 'api')).toMatchObject({ 'pathkeeper.dev/verdict': 'Protected' });
  });

  test('Deny refuses, without a warning beside it; a Pod that is applied itself too', async () => {
    const namespace = await plane.createNamespace('deny');
    await applyPolicy(policy(namespace, { enforcement: { admission: 'Deny', assumed: 'Deny' } }));
    const refused = await apply(deployment(namespace, 'api', { url: LATE }));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/denied the request: \[NPP1001\]/);
    expect(refused.stderr).not.toMatch(/Warning/);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', namespace },
      spec: podSpec({ url: LATE }),
    };
    expect((await apply(pod)).stderr).toMatch(/denied the request: \[NPP1001\]/);
  });

  test('Audit says nothing and annotates; what did not change is annotated alike', async () => {
    const namespace = await plane.createNamespace('audit');
    await applyPolicy(policy(namespace, { enforcement: { admission: 'Audit' } }));
    expect(await apply(deployment(namespace, 'api', { url: LATE }))).toMatchObject({ code: 0, stderr: '' });
    const first = await annotationsOf(namespace, 'api');
    expect(first).toMatchObject({
      'pathkeeper.dev/verdict': 'AtRisk',
      'pathkeeper.dev/findings': `NPP1001 ${namespace}/nat:nat-gateway`,
    });
    expect((await apply(deployment(namespace, 'api', { url: LATE }))).stdout).toMatch(/unchanged/);
    expect(await annotationsOf(namespace, 'api')).toEqual(first);
  });

  test('a dry run is judged and leaves nothing', async () => {
    const namespace = await plane.createNamespace('dry');
    await applyPolicy(policy(namespace));
    const answer = await apply(deployment(namespace, 'api', { url: LATE }), '--dry-run=server');
    expect(answer.stderr).toMatch(/NPP1001/);
    expect((await kubectl(['get', 'deployment', 'api', '-n', namespace])).code).toBe(1);
  });

  test('our own namespace and the control plane’s are never touched', async () => {
    await applyPolicy({
      apiVersion: 'pathkeeper.dev/v1alpha1',
      kind: 'ClusterNetworkPathPolicy',
      metadata: { name: 'everything' },
      spec: {
        podSelector: { matchLabels: { app: 'spared' } },
        path: { hops: [{ name: 'nat-gateway', device: 'aws-nat-gateway' }] },
        enforcement: { admission: 'Deny', assumed: 'Deny' },
      },
    });
    for (const namespace of [NAMESPACE, 'kube-system']) {
      expect(await apply(deployment(namespace, 'spared', { url: LATE }))).toMatchObject({
        code: 0,
        stderr: '',
      });
      expect(await annotationsOf(namespace, 'spared')).not.toHaveProperty('pathkeeper.dev/verdict');
    }
    const elsewhere = await plane.createNamespace('elsewhere');
    expect((await apply(deployment(elsewhere, 'spared', { url: LATE }))).code).toBe(1);
    await kubectl(['delete', 'cnpp', 'everything']);
  });

  test('remediation adds the sysctls where nobody set them, and the stored result is what is judged', async () => {
    const namespace = await plane.createNamespace('remediate');
    await applyPolicy(
      policy(namespace, { enforcement: { admission: 'Deny', assumed: 'Deny', remediate: 'Sysctls' } }),
    );
    expect(await apply(deployment(namespace, 'api', { url: LATE }))).toMatchObject({ code: 0, stderr: '' });
    const stored = JSON.stringify(await get('deployment', namespace, 'api'));
    expect(stored).toContain('{"name":"net.ipv4.tcp_keepalive_time","value":"240"}');
    expect(await annotationsOf(namespace, 'api')).toMatchObject({ 'pathkeeper.dev/verdict': 'Protected' });
  });

  test('remediation never overwrites what someone set, nor touches hostNetwork', async () => {
    const namespace = await plane.createNamespace('keep');
    await applyPolicy(policy(namespace, { enforcement: { remediate: 'Sysctls' } }));
    const sysctls = [{ name: 'net.ipv4.tcp_keepalive_time', value: '900' }];
    await apply(deployment(namespace, 'set', { url: LATE, sysctls }));
    expect(JSON.stringify(await get('deployment', namespace, 'set'))).toContain('"value":"900"');
    await apply(deployment(namespace, 'host', { url: LATE, hostNetwork: true }));
    expect(JSON.stringify(await get('deployment', namespace, 'host'))).not.toContain(
      'tcp_keepalive_time","value"',
    );
  });

  test('an update that touches nothing that is judged does not come to the webhook', async () => {
    const namespace = await plane.createNamespace('quiet');
    await applyPolicy(policy(namespace));
    await apply(deployment(namespace, 'api', { url: EARLY }));
    await until(async () => (await kubectl(['get', 'pods', '-n', namespace, '-o', 'name'])).stdout !== '');
    await delay(500);
    const before = await reviews();
    const patch = '{"status":{"collisionCount":3}}';
    expect(
      (
        await kubectl([
          'patch',
          'deployment',
          'api',
          '-n',
          namespace,
          '--subresource',
          'status',
          '--type',
          'merge',
          '-p',
          patch,
        ])
      ).code,
    ).toBe(0);
    expect(await reviews()).toBe(before);
    const template = '{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}';
    await kubectl(['patch', 'deployment', 'api', '-n', namespace, '--type', 'merge', '-p', template]);
    expect(await reviews()).toBeGreaterThan(before);
  });

  test('a wrong device is refused with a suggestion; what only warns is said', async () => {
    const namespace = await plane.createNamespace('policies');
    const wrong = policy(namespace, { path: { hops: [{ name: 'nat', device: 'aws-nat-gatewy' }] } });
    expect((await apply(wrong)).stderr).toMatch(/NPP5001.*did you mean 'aws-nat-gateway'/);
    const end = policy(namespace, { path: { hops: [{ name: 'db', device: 'mysql-wait-timeout' }] } });
    expect((await apply(end)).stderr).toMatch(/NPP5008.*peer/);
    const range = policy(namespace, {
      path: { hops: [{ name: 'nlb', device: 'aws-nlb-tcp', idleTimeoutSeconds: 9000 }] },
    });
    const answer = await apply(range);
    expect(answer.code).toBe(0);
    expect(answer.stderr).toMatch(/Warning: \[NPP5002\].*60 to 6000 s/);
  });

  test('hostile workloads are answered, and the process lives', async () => {
    const namespace = await plane.createNamespace('hostile');
    await applyPolicy(policy(namespace));
    const many = Array.from({ length: 5000 }, (_, index) => ({
      name: `V${index}`,
      value: `$(V${index - 1})x`,
    }));
    const runaway = [
      { name: 'A_URL', value: `postgresql://${'a:'.repeat(20_000)}@${'['.repeat(20_000)}` },
      { name: 'B_URL', value: `jdbc:oracle:thin:@${'(DESCRIPTION='.repeat(10_000)}` },
      { name: 'C_URL', value: `mongodb://${'h,'.repeat(30_000)}/?${'a=b&'.repeat(10_000)}` },
    ];
    for (const env of [many, runaway]) {
      const answer = await kubectl(
        ['create', '-f', '-'],
        JSON.stringify(deployment(namespace, `h${env.length}`, { env })),
      );
      expect(answer.code).toBe(0);
    }
    expect((await probe(pathkeeper.webhook, '/healthz')).status).toBe(200);
    expect((await apply(deployment(namespace, 'next', { url: LATE }))).stderr).toMatch(/NPP1001/);
  });

  test('an authority that somebody takes out of the webhook configuration is put back', async () => {
    const patch = '[{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":""}]';
    await kubectl(['patch', 'validatingwebhookconfiguration', 'pathkeeper', '--type', 'json', '-p', patch]);
    await until(async () => {
      const { stdout } = await kubectl([
        'get',
        'validatingwebhookconfiguration',
        'pathkeeper',
        '-o',
        'jsonpath={.webhooks[0].clientConfig.caBundle}',
      ]);
      return stdout.length > 100;
    }, 60_000);
  }, 90_000);
});

/** Reviews that the webhook has answered. */
async function reviews(): Promise<number> {
  const { body } = await probe(pathkeeper.webhook, '/metrics');
  return [...body.matchAll(/^pathkeeper_admission_reviews_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

describe('the controller', () => {
  test('a policy that comes after its workloads leads to the right status', async () => {
    const namespace = await plane.createNamespace('after');
    await apply(deployment(namespace, 'bad', { url: LATE }));
    await apply(deployment(namespace, 'good', { url: EARLY }));
    const answer = await apply(policy(namespace));
    expect(answer.stderr).toMatch(/1 at risk \(Deployment .*\/bad\) of 2 running workloads/);
    const ms = await until(async () => (await statusOf(namespace)).workloads?.['atRisk'] === 1);
    console.log(`policy after workloads: status after ${Math.round(ms)} ms`);
    const status = await statusOf(namespace);
    expect(status.workloads).toMatchObject({ matched: 2, protected: 1, atRisk: 1 });
    expect(status.worst).toMatchObject([{ name: 'bad', code: 'NPP1001' }]);
    expect(status.conditions?.map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`)).toEqual(
      expect.arrayContaining([
        'Accepted=True Accepted',
        'Matched=True WorkloadsSelected',
        'Compliant=False WorkloadsAtRisk',
      ]),
    );
  });

  test('a label of a namespace decides whether a cluster policy applies', async () => {
    const namespace = await plane.createNamespace('labelled');
    await apply(deployment(namespace, 'labelled', { url: LATE }));
    await applyPolicy({
      apiVersion: 'pathkeeper.dev/v1alpha1',
      kind: 'ClusterNetworkPathPolicy',
      metadata: { name: 'labelled' },
      spec: {
        namespaceSelector: { matchLabels: { zone: 'edge' } },
        podSelector: {},
        path: { hops: [{ name: 'nat-gateway', device: 'aws-nat-gateway' }] },
      },
    });
    await until(async () => (await statusOf('', 'labelled', 'cnpp')).workloads?.['matched'] === 0);
    await kubectl(['label', 'namespace', namespace, 'zone=edge']);
    const ms = await until(async () => (await statusOf('', 'labelled', 'cnpp')).workloads?.['atRisk'] === 1);
    console.log(`namespace label: status after ${Math.round(ms)} ms`);
    await kubectl(['delete', 'cnpp', 'labelled']);
  });

  test('a change of a ConfigMap leads to the right status, and events tell of it', async () => {
    const namespace = await plane.createNamespace('config');
    const config = (url: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace },
      data: { DATABASE_URL: url },
    });
    await apply(config(EARLY));
    await apply(policy(namespace));
    await apply(deployment(namespace, 'api', { envFrom: [{ configMapRef: { name: 'settings' } }] }));
    await until(async () => (await statusOf(namespace)).workloads?.['protected'] === 1);
    await apply(config(LATE));
    const ms = await until(async () => (await statusOf(namespace)).workloads?.['atRisk'] === 1);
    console.log(`ConfigMap: status after ${Math.round(ms)} ms`);
    await until(async () =>
      /KeepAliveTooLate/.test((await kubectl(['get', 'events', '-n', namespace])).stdout),
    );
    await apply(config(EARLY));
    await until(async () => (await statusOf(namespace)).workloads?.['protected'] === 1);
    await until(async () =>
      /FindingResolved/.test((await kubectl(['get', 'events', '-n', namespace])).stdout),
    );
  }, 60_000);

  test('a workload’s owner is judged, not each of its Pods', async () => {
    const namespace = await plane.createNamespace('owner');
    await apply(policy(namespace));
    await apply({ ...deployment(namespace, 'api', { url: LATE }) });
    await until(async () => (await kubectl(['get', 'pods', '-n', namespace, '-o', 'name'])).stdout !== '');
    await until(async () => (await statusOf(namespace)).workloads?.['atRisk'] === 1);
    expect((await statusOf(namespace)).workloads).toMatchObject({ matched: 1 });
  });

  test('metrics are those of the table for each process', async () => {
    for (const program of ['webhook', 'controller'] as const) {
      const names = rowsOf(program).map(({ name }) => name);
      const { body } = await probe(pathkeeper[program], '/metrics');
      const exposed = [...body.matchAll(/^# TYPE (pathkeeper_\S+) /gm)].map(([, name]) => name);
      expect(new Set(exposed)).toEqual(new Set(names));
    }
  });

  test('a second replica waits, and writes when the first is gone', async () => {
    const second = await pathkeeper.startAnother('controller');
    await untilReady(second);
    expect(readFileSync(second.logFile, 'utf8')).not.toContain('"msg":"writing"');
    await pathkeeper.controller.stop();
    await until(
      () => Promise.resolve(readFileSync(second.logFile, 'utf8').includes('"msg":"writing"')),
      40_000,
    );
    const namespace = await plane.createNamespace('second');
    await apply(policy(namespace));
    await apply(deployment(namespace, 'api', { url: LATE }));
    await until(async () => (await statusOf(namespace)).workloads?.['atRisk'] === 1);
  }, 90_000);

  test('both survive the API server being stopped and started', async () => {
    await plane.stopApiServer({ kill: true });
    await until(async () => (await probe(pathkeeper.webhook, '/readyz')).status !== 0);
    await plane.startApiServer();
    // A writer that could not renew its lease in time has ended, with its own exit code: the kubelet starts it anew.
    const writer = pathkeeper.processes().findLast(({ name }) => name === 'controller');
    if (writer?.process.exitCode !== null) {
      expect(writer?.process.exitCode).toBe(3);
      await untilReady(await pathkeeper.startAnother('controller'));
    }
    const namespace = await plane.createNamespace('again');
    await until(async () => (await apply(policy(namespace))).code === 0);
    await until(
      async () =>
        /NPP1001/.test((await apply(deployment(namespace, 'api', { url: LATE }), '--dry-run=server')).stderr),
      60_000,
    );
    await apply(deployment(namespace, 'api', { url: LATE }));
    await until(async () => (await statusOf(namespace)).workloads?.['atRisk'] === 1, 60_000);
  }, 150_000);
});
