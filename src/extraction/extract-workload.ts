import type { Catalogue } from '../catalogue/catalogue.ts';
import { unrecognisedModel } from './clients/join-behaviours.ts';
import type { ConfigSources } from './config-sources.ts';
import { buildConnections, type FoundConnection } from './connections/build-connections.ts';
import { kubernetesApiConnection } from './connections/kubernetes-api.ts';
import type { DeclaredConnection } from './declared-connection.ts';
import { findIneffective } from './find-ineffective.ts';
import { findSidecars } from './find-sidecars.ts';
import { ExtractionContext } from './reading/extraction-context.ts';
import { member } from './reading/guard.ts';
import { type PodReading, readPod } from './reading/read-pod.ts';
import { type PodSysctls, readSysctls } from './reading/read-sysctls.ts';
import { unrecognisedSettings } from './settings/unrecognised-settings.ts';
import { ContainerSettings } from './settings/container-settings.ts';
import type { Address, Connection, PodKeepAlive, WorkloadFacts, WorkloadSubject } from './workload-facts.ts';

export { findSubject } from './find-subject.ts';
export { referencedObjects } from './referenced-objects.ts';

/** What of the cluster bears on how a workload is read. */
export interface ExtractionOptions {
  /** Labels of the workload's namespace, as far as they are known: they may ask for a sidecar. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** `On`: Secrets may be read through the sources; their values never leave. */
  readonly secrets: 'Off' | 'On';
  /** Version of the cluster, where it is known. */
  readonly kubernetesVersion?: { readonly major: number; readonly minor: number };
  /** Domain of the cluster's Services, such as `cluster.local`. */
  readonly clusterDomain: string;
  /** Connections that annotations declare. */
  readonly declarations?: readonly DeclaredConnection[];
}

/**
 * Reads everything that a workload's pod template, and the ConfigMaps (and Secrets) that it references, show of its
 * connections. Pure and synchronous; takes time in proportion to what is read, which is bounded; throws nothing
 * whatever the object holds.
 */
export function extractWorkload(
  subject: WorkloadSubject,
  sources: ConfigSources,
  catalogue: Catalogue,
  options: ExtractionOptions,
): WorkloadFacts {
  const pod = readPod(subject);
  const context = new ExtractionContext(subject, pod, sources, options.secrets === 'On');
  const all = pod.containers.map((container) => new ContainerSettings(container, context));
  const sysctls = sysctlsOf(pod, all);
  const running = all.filter(({ container: { role } }) => role === 'Main' || role === 'Sidecar');
  const { keepAlive } = sysctls;
  const containers = running.map((settings, index) =>
    buildConnections(settings, {
      catalogue,
      pod: keepAlive,
      declarations: options.declarations ?? [],
      isFirst: index === 0,
    }),
  );
  const found = containers.flatMap(({ connections }) => connections);
  const connections = numbered([...found, ...unnamed(found, running[0]?.container.name ?? '', keepAlive)]);
  const kubernetesApi = kubernetesApiConnection(subject, containers, catalogue, keepAlive);
  const deadlineSeconds = deadlineOf(subject);
  return {
    hostNetwork: pod.hostNetwork,
    keepAlive,
    tcpRetries: sysctls.retries,
    shortLived: subject.kind === 'Job' || subject.kind === 'CronJob',
    ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }),
    connections,
    ...(kubernetesApi === undefined ? {} : { kubernetesApi }),
    sidecars: findSidecars(subject, pod, catalogue, options.namespaceLabels),
    unrecognisedSettings: unrecognisedSettings(containers),
    unreadable: unreadableOf(running, subject),
    findings: findIneffective(sysctls, pod.hostNetwork, options.kubernetesVersion, connections, containers),
  };
}

/** Only a privileged container can write to /proc/sys. */
function sysctlsOf(pod: PodReading, containers: readonly ContainerSettings[]): PodSysctls {
  const privileged = containers.filter(({ container }) => isPrivileged(container.spec));
  return readSysctls(
    pod,
    privileged.flatMap(({ commands }) => commands),
  );
}

function isPrivileged(container: unknown): boolean {
  return member(member(container, 'securityContext'), 'privileged') === true;
}

/** activeDeadlineSeconds of the Job, or of the pod itself. */
function deadlineOf(subject: WorkloadSubject): number | undefined {
  const spec = member(subject.object, 'spec');
  const job = subject.kind === 'CronJob' ? member(member(spec, 'jobTemplate'), 'spec') : spec;
  const ofJob =
    subject.kind === 'Job' || subject.kind === 'CronJob' ? member(job, 'activeDeadlineSeconds') : undefined;
  const deadline = ofJob ?? member(subject.podSpec, 'activeDeadlineSeconds');
  return typeof deadline === 'number' && Number.isInteger(deadline) && deadline > 0 ? deadline : undefined;
}

/** A workload in which nothing is visible has one connection of which nothing is known, each way. */
function unnamed(
  found: readonly FoundConnection[],
  container: string,
  pod: PodKeepAlive,
): readonly FoundConnection[] {
  const address: Address = { state: 'Unknown', cause: 'InCode', reason: 'Nothing shows where it goes.' };
  return (['Outbound', 'Inbound'] as const)
    .filter((direction) => !found.some((connection) => connection.direction === direction))
    .map((direction) => ({
      direction,
      container,
      address,
      use: 'Pooled',
      candidates: [{ model: unrecognisedModel(pod) }],
      origin: 'Unnamed',
    }));
}

/** Ids from what does not change when something else is added: container, direction, clients, address. */
function numbered(found: readonly FoundConnection[]): readonly Connection[] {
  const seen = new Map<string, number>();
  return found.map((connection) => {
    const { container, direction, address, candidates, origin } = connection;
    const client = candidates[0]?.model.clients.at(-1)?.id ?? 'unrecognised';
    const base = [
      container,
      direction.toLowerCase(),
      origin === 'Visible' ? client : origin.toLowerCase(),
      addressText(address),
    ]
      .filter((part) => part !== '')
      .join('/');
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return { id: count === 1 ? base : `${base}#${count}`, ...connection };
  });
}

function addressText(address: Address): string {
  if (address.state === 'Local') return 'local';
  if (address.state === 'Unknown' || address.secret === true) return '';
  return address.port === undefined ? address.host : `${address.host}:${address.port}`;
}

function unreadableOf(
  containers: readonly ContainerSettings[],
  subject: WorkloadSubject,
): WorkloadFacts['unreadable'] {
  const byPlace = new Map<string, WorkloadFacts['unreadable'][number]>();
  for (const { environment, mounted, files } of containers) {
    for (const { kind, name, cause, place } of [...environment.unread, ...mounted.unread]) {
      if (cause !== 'Secret') byPlace.set(`${kind}/${name}`, { what: `${kind} ${name}`, cause, place });
    }
    for (const { file, entries } of files) {
      if (entries !== undefined) continue;
      const what = `file ${file.name} of ${file.place.object.kind} ${file.place.object.name}`;
      if (file.place.object.kind !== subject.kind)
        byPlace.set(what, { what, cause: 'Malformed', place: file.place });
    }
  }
  return [...byPlace.values()];
}
