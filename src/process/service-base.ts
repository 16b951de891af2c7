import { hostname } from 'node:os';
import { loadBuiltinCatalogue } from '../catalogue/builtin-catalogue.ts';
import { renderFault } from '../faults/render-fault.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterState } from '../kubernetes/cluster-state.ts';
import { connectCluster, type ClusterSource } from '../kubernetes/connect-cluster.ts';
import type { WatchEvent } from '../kubernetes/watch-event.ts';
import { findOwner } from '../kubernetes/owner.ts';
import type { OwnerReference } from '../kubernetes/resource.ts';
import { systemTime, type Time } from '../kubernetes/time.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import type { Program } from '../observability/metric-table.ts';
import { Metrics } from '../observability/metrics.ts';
import type { HealthCheck } from '../observability/probe-server.ts';
import { environment } from '../options/environment.ts';
import type { ControllerOptions, WebhookOptions } from '../options/service-options.ts';
import { VERSION } from '../options/version.ts';

/** What webhook and controller have in common. */
export interface ServiceBase {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly time: Time;
  readonly cluster: Cluster;
  readonly state: ClusterState;
  /** Name of this replica. */
  readonly identity: string;
  readonly spared: ReadonlySet<string>;
  /** What owns what we make in our own namespace. */
  readonly owner: OwnerReference | undefined;
}

type SharedOptions = WebhookOptions | ControllerOptions;

/** What was followed that long ago may have changed: another replica, which is in touch, should be asked. */
const LONGEST_OUT_MS = 15_000;

/** Connects, and starts to follow the cluster. Rejects with a Fault where the API server cannot be reached or refuses us. */
export async function startBase(command: Program, options: SharedOptions): Promise<ServiceBase> {
  const logger = createLogger({ level: options.logLevel, format: options.logFormat });
  const metrics = new Metrics(command, VERSION);
  const time = systemTime();
  const cluster = await connectCluster({
    source: sourceOf(options),
    userAgent: `pathkeeper/${VERSION} (${command})`,
    time,
    onWatchEvent: (event) => watchHappened(event, logger, metrics),
    watchTuning: { compareEveryMs: options.compareInterval },
  });
  const spared = new Set(['kube-system', options.namespace, ...options.excludedNamespaces]);
  const state = await ClusterState.follow({
    cluster,
    catalogue: loadBuiltinCatalogue(),
    secrets: options.readSecrets,
    clusterDomain: options.clusterDomain,
    spared,
    configReadTimeoutMs: options.configReadTimeout,
    onConfigRead: (result) => metrics.count('pathkeeper_config_reads_total', { result }),
  });
  metrics.onScrape(() => readGauges(state, metrics));
  const owner = await findOwner(cluster, options.namespace);
  logger.info({ version: VERSION, server: cluster.server, command }, 'started');
  return { logger, metrics, time, cluster, state, spared, owner, identity: options.podName ?? hostname() };
}

/** Ready only while every watch has a complete copy, and what matters is followed or was a moment ago. */
export function stateChecks(state: ClusterState): readonly HealthCheck[] {
  return [
    {
      name: 'caches',
      check: () => {
        const waiting = state.collections().filter(({ isSynced }) => !isSynced);
        const names = waiting.map(({ resource }) => resource.plural).join(', ');
        return {
          healthy: waiting.length === 0,
          detail: waiting.length === 0 ? 'synced' : `waiting for ${names}`,
        };
      },
    },
    { name: 'api-server', check: () => inTouch(state) },
  ];
}

function inTouch(state: ClusterState): ReturnType<HealthCheck['check']> {
  const vital = state.vitalCollections();
  const out = vital.filter((collection) => collection.outMs() > 0);
  if (out.length === 0) return { healthy: true, detail: 'followed' };
  const longest = Math.max(...out.map((collection) => collection.outMs()));
  const names = out.map(({ resource }) => resource.plural).join(', ');
  return {
    healthy: longest < LONGEST_OUT_MS,
    detail: `not followed for ${Math.round(longest / 1000)} s: ${names}`,
  };
}

/** Ends a process in order: at the first SIGTERM or SIGINT. Resolves with the exit code. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

function sourceOf(options: SharedOptions): ClusterSource {
  if (options.kubeconfig !== undefined) return { from: 'Kubeconfig', files: options.kubeconfig.split(':') };
  const env = environment();
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (host === undefined) return { from: 'Kubeconfig', files: [`${env['HOME'] ?? ''}/.kube/config`] };
  return { from: 'ServiceAccount', host, port: Number(env['KUBERNETES_SERVICE_PORT'] ?? '443') };
}

const LOUD: ReadonlySet<WatchEvent['type']> = new Set([
  'Missed',
  'BadLine',
  'CallbackFailed',
  'Watchdog',
  'Failed',
]);

function watchHappened(event: WatchEvent, logger: Logger, metrics: Metrics): void {
  metrics.count('pathkeeper_watch_events_total', { collection: event.collection, event: event.type });
  if (event.type === 'Missed')
    metrics.count('pathkeeper_watch_missed_total', { collection: event.collection });
  const { type, collection, ...details } = event;
  const level = LOUD.has(type) ? 'warn' : 'debug';
  logger[level]({ watch: type, collection, ...describeCause(details) }, 'watch event');
}

function describeCause(details: object): object {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [key, value instanceof Error ? renderFault(value) : value]),
  );
}

function readGauges(state: ClusterState, metrics: Metrics): void {
  metrics.set('pathkeeper_workloads', state.workloads.size);
  const counts = new Map<string, number>();
  for (const { resource, review } of state.policies.all()) {
    const key = `${resource.kind}|${review !== undefined && review.errors.length === 0 ? 'True' : 'False'}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const kind of ['NetworkPathPolicy', 'ClusterNetworkPathPolicy'] as const) {
    for (const accepted of ['True', 'False'] as const) {
      metrics.set('pathkeeper_policies', counts.get(`${kind}|${accepted}`) ?? 0, { kind, accepted });
    }
  }
}
