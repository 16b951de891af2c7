import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installCrds } from '../cluster/install-crds.ts';
import { type ClusterAccess, CommandFailure } from '../controlplane/cluster-access.ts';
import { freePort } from '../controlplane/free-port.ts';
import { lastLines } from '../controlplane/last-lines.ts';
import { onFreePorts } from '../controlplane/on-free-ports.ts';
import { projectRoot } from '../controlplane/project-root.ts';
import { startSupervisor, type ProgramExit, type Supervisor } from '../controlplane/supervisor.ts';
import { StartFailure } from '../controlplane/wait-until-healthy.ts';
import { pointWebhooksAt, readContainer, RELEASE, NAMESPACE, type Component } from './installed-chart.ts';

/** A running webhook or controller. */
export interface PathkeeperProcess {
  readonly name: Component;
  /** Where `/metrics`, `/healthz` and `/readyz` are. */
  readonly probePort: number;
  /** Where reviews are answered, for a webhook. */
  readonly url: string;
  readonly logFile: string;
  /** How it ended; undefined while it runs. */
  exit(): ProgramExit | undefined;
  /** Ends it in order; tells how it ended. */
  stop(): Promise<ProgramExit | undefined>;
}

/** Pathkeeper installed by its chart, with its processes outside of the cluster (there are no nodes). */
export interface RunningPathkeeper {
  readonly webhook: PathkeeperProcess;
  readonly controller: PathkeeperProcess;
  /** All that were started, the ended ones among them. */
  processes(): readonly PathkeeperProcess[];
  /** Starts one more process as the chart's Deployment would: another replica. It need not be ready yet. */
  startAnother(name: Component): Promise<PathkeeperProcess>;
  /** Ends the processes. The release stays. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;

/**
 * Installs the chart with helm in a namespace that holds pods to the restricted standard, and starts what its Deployments
 * would run: their command, arguments and environment and nothing else, under the service accounts that the chart made, so
 * that its RBAC is what they live with. The API server cannot reach a Service without nodes: the webhook configurations
 * get the processes' address instead. Everything ends with the process that started it, however that ends.
 */
export async function startPathkeeper(cluster: ClusterAccess): Promise<RunningPathkeeper> {
  await installChart(cluster);
  const supervisor = await startSupervisor();
  try {
    return await startIn(supervisor, cluster);
  } catch (error) {
    await supervisor.shutDown();
    throw error;
  }
}

async function startIn(supervisor: Supervisor, cluster: ClusterAccess): Promise<RunningPathkeeper> {
  const started: PathkeeperProcess[] = [];
  const start = async (name: Component, port: number): Promise<PathkeeperProcess> => {
    const running = await startProcess(supervisor, cluster, { name, port, count: started.length });
    started.push(running);
    return running;
  };
  const ready = (name: Component): Promise<PathkeeperProcess> =>
    onFreePorts(async () => {
      const port = await freePort();
      if (name === 'webhook') await pointWebhooksAt(cluster, port);
      const running = await start(name, port);
      await untilReady(running);
      return running;
    });
  const [webhook, controller] = await Promise.all([ready('webhook'), ready('controller')]);
  return {
    webhook,
    controller,
    processes: () => started,
    startAnother: async (name) => start(name, await freePort()),
    stop: async () => {
      await Promise.all(started.map((running) => running.stop()));
      await supervisor.shutDown();
    },
  };
}

/** Resolves when the process says that it is ready; rejects where it does not in time, or ends. */
export async function untilReady(running: PathkeeperProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await probe(running, '/readyz');
    if (answer.status === 200) return;
    const exit = running.exit();
    if (exit !== undefined || performance.now() > deadline) {
      const why = exit === undefined ? answer.body : exit.how;
      throw new StartFailure(`${running.name} is not ready (${why})`, await lastLines(running.logFile, 20));
    }
    await delay(50);
  }
}

/** Asks `/readyz`, `/healthz` or `/metrics`; status 0 where nobody answers. */
export function probe(
  running: PathkeeperProcess,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port: running.probePort, path, timeout: 2000, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => resolve({ status: 0, body: error.message }));
  });
}

/** A metric's value, all of its series added up; NaN where nobody answers. */
export async function metricOf(running: PathkeeperProcess, name: string): Promise<number> {
  const { status, body } = await probe(running, '/metrics');
  if (status !== 200) return Number.NaN;
  const series = body
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function installChart(cluster: ClusterAccess): Promise<void> {
  await installCrds(cluster);
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
  const made = await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(namespace) });
  if (made.code !== 0) throw new CommandFailure('kubectl apply', made);
  const chart = join(projectRoot(), 'charts', 'pathkeeper');
  const installed = await cluster.helm(['install', RELEASE, chart, '--namespace', NAMESPACE, '--skip-crds']);
  if (installed.code !== 0) throw new CommandFailure('helm install', installed);
}

async function startProcess(
  supervisor: Supervisor,
  cluster: ClusterAccess,
  { name, port, count }: { readonly name: Component; readonly port: number; readonly count: number },
): Promise<PathkeeperProcess> {
  const [container, kubeconfig, probePort] = await Promise.all([
    readContainer(cluster, name),
    cluster.serviceAccountKubeconfig(NAMESPACE, `${RELEASE}-${name}`),
    freePort(),
  ]);
  const program = `${name}-${count}`;
  const logFile = join(supervisor.folder, `${program}-${probePort}.log`);
  await supervisor.start({
    name: program,
    command: process.execPath,
    args: [container.script, ...container.args],
    logFile,
    onlyEnv: true,
    env: {
      ...container.env,
      PATHKEEPER_POD_NAME: `${RELEASE}-${program}`,
      KUBECONFIG: kubeconfig,
      PATHKEEPER_BIND_ADDRESS: '127.0.0.1',
      PATHKEEPER_METRICS_PORT_NUMBER: String(probePort),
      ...(name === 'webhook'
        ? { PATHKEEPER_PORT_NUMBER: String(port), PATHKEEPER_CERTIFICATE_NAMES: '127.0.0.1' }
        : {}),
    },
  });
  const exit = (): ProgramExit | undefined => supervisor.exitOf(program);
  return {
    name,
    probePort,
    url: `https://127.0.0.1:${port}`,
    logFile,
    exit,
    stop: async () => {
      if (exit() === undefined) await supervisor.stop(program, STOP_WITHIN_MS);
      return exit();
    },
  };
}
