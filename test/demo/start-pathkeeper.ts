import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installCrds } from '../cluster/install-crds.ts';
import type { ClusterAccess } from '../controlplane/cluster-access.ts';
import { freePort } from '../controlplane/free-port.ts';
import { projectRoot } from '../controlplane/project-root.ts';

/** Name of the release and of the namespace that it is installed in. */
const RELEASE = 'pathkeeper';
export const NAMESPACE = 'pathkeeper-system';

/** A running webhook or controller. */
export interface PathkeeperProcess {
  readonly name: 'webhook' | 'controller';
  readonly process: ChildProcess;
  readonly probePort: number;
  readonly logFile: string;
  /** Ends it in order; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Pathkeeper installed by its chart, with its processes outside of the cluster (there are no nodes). */
export interface RunningPathkeeper {
  readonly webhook: PathkeeperProcess;
  readonly controller: PathkeeperProcess;
  /** All that were started, the ended ones among them. */
  processes(): readonly PathkeeperProcess[];
  /** Starts one more process as the chart's Deployment would: another replica. */
  startAnother(name: 'webhook' | 'controller'): Promise<PathkeeperProcess>;
  /** Ends the processes and uninstalls the release. */
  stop(): Promise<void>;
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

const READY_WITHIN_MS = 40_000;

/**
 * Installs the chart with helm, and starts what its Deployments would run: their command, arguments and environment,
 * under the service accounts that the chart made, so that its RBAC is what they live with. The API server cannot reach a
 * Service without nodes: the webhook configurations get the processes' address instead.
 */
export async function startPathkeeper(cluster: ClusterAccess): Promise<RunningPathkeeper> {
  await installCrds(cluster);
  const chart = join(projectRoot(), 'charts', 'pathkeeper');
  await must(
    cluster.helm(['install', RELEASE, chart, '--namespace', NAMESPACE, '--create-namespace', '--skip-crds']),
  );
  const port = await freePort();
  await pointWebhooksAt(cluster, port);
  const started: PathkeeperProcess[] = [];
  const start = async (name: 'webhook' | 'controller', at: number): Promise<PathkeeperProcess> => {
    const running = await startProcess(cluster, name, at);
    started.push(running);
    return running;
  };
  try {
    const [webhook, controller] = await Promise.all([start('webhook', port), start('controller', 0)]);
    await Promise.all([untilReady(webhook), untilReady(controller)]);
    return {
      webhook,
      controller,
      processes: () => started,
      startAnother: async (name) => start(name, await freePort()),
      stop: async () => {
        await Promise.all(started.map((running) => running.stop()));
        await must(cluster.helm(['uninstall', RELEASE, '--namespace', NAMESPACE, '--wait']));
      },
    };
  } catch (error) {
    await Promise.all(started.map((running) => running.stop()));
    throw error;
  }
}

/** Resolves when the process says that it is ready; rejects where it does not in time, or ends. */
export async function untilReady(running: PathkeeperProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await probe(running, '/readyz');
    if (answer.status === 200) return;
    if (running.process.exitCode !== null || performance.now() > deadline) {
      throw new Error(`${running.name} is not ready: ${answer.body}; its log is ${running.logFile}`);
    }
    await delay(100);
  }
}

/** Asks `/readyz`, `/healthz` or `/metrics`; status 0 where nobody answers. */
export function probe(
  running: PathkeeperProcess,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: running.probePort, path, timeout: 2000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => resolve({ status: 0, body: error.message }));
  });
}

async function startProcess(
  cluster: ClusterAccess,
  name: 'webhook' | 'controller',
  port: number,
): Promise<PathkeeperProcess> {
  const container = await containerOf(cluster, name);
  const kubeconfig = await cluster.serviceAccountKubeconfig(NAMESPACE, `${RELEASE}-${name}`);
  const probePort = await freePort();
  const folder = join(cluster.folder, 'pathkeeper');
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, `${name}-${probePort}.log`);
  const [, script = ''] = container.command;
  const entry = script.replace(/^\/app\//, `${projectRoot()}/`);
  const child = spawn(process.execPath, [entry, ...container.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      ...environmentOf(container),
      PATHKEEPER_NAMESPACE: NAMESPACE,
      PATHKEEPER_POD_NAME: `${name}-${probePort}`,
      KUBECONFIG: kubeconfig,
      PATHKEEPER_BIND_ADDRESS: '127.0.0.1',
      PATHKEEPER_METRICS_PORT_NUMBER: String(probePort),
      ...(name === 'webhook'
        ? { PATHKEEPER_PORT_NUMBER: String(port), PATHKEEPER_CERTIFICATE_NAMES: '127.0.0.1' }
        : {}),
    },
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  return { name, process: child, probePort, logFile, stop: () => stopProcess(child) };
}

async function stopProcess(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(timer);
  return child.exitCode;
}

async function containerOf(cluster: ClusterAccess, name: string): Promise<Container> {
  const text = await must(
    cluster.kubectl([
      'get',
      'deployment',
      `${RELEASE}-${name}`,
      '--namespace',
      NAMESPACE,
      '--output',
      'json',
    ]),
  );
  const deployment = JSON.parse(text) as { spec: { template: { spec: { containers: Container[] } } } };
  const [container] = deployment.spec.template.spec.containers;
  if (container === undefined) throw new Error(`the Deployment of the ${name} has no container`);
  return container;
}

/** The variables that the chart gives as text; those from the downward API are given by the caller. */
function environmentOf(container: Container): Record<string, string> {
  return Object.fromEntries(
    container.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
}

async function pointWebhooksAt(cluster: ClusterAccess, port: number): Promise<void> {
  for (const kind of ['validatingwebhookconfiguration', 'mutatingwebhookconfiguration']) {
    const text = await must(cluster.kubectl(['get', kind, RELEASE, '--output', 'json']));
    const { webhooks } = JSON.parse(text) as {
      webhooks: { clientConfig: { service?: { path?: string } } }[];
    };
    const operations = webhooks.flatMap(({ clientConfig }, index) => [
      { op: 'remove', path: `/webhooks/${index}/clientConfig/service` },
      {
        op: 'add',
        path: `/webhooks/${index}/clientConfig/url`,
        value: `https://127.0.0.1:${port}${clientConfig.service?.path ?? ''}`,
      },
    ]);
    await must(
      cluster.kubectl(['patch', kind, RELEASE, '--type', 'json', '--patch', JSON.stringify(operations)]),
    );
  }
}

async function must(
  running: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>,
): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error((stderr || stdout).trim());
  return stdout;
}
