import { findSubject } from '../extraction/find-subject.ts';
import { referencedObjects } from '../extraction/referenced-objects.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Cluster } from './cluster.ts';
import { byNamespace, type Collection } from './collection.ts';
import type { KubernetesObject, Resource } from './resource.ts';
import {
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  JOBS,
  PODS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  STATEFUL_SETS,
} from './resources.ts';
import type { StateListener } from './state-change.ts';

/** The kinds whose pod templates are judged. */
const WORKLOADS: readonly Resource[] = [
  DEPLOYMENTS,
  STATEFUL_SETS,
  DAEMON_SETS,
  CRON_JOBS,
  JOBS,
  REPLICA_SETS,
  REPLICATION_CONTROLLERS,
  PODS,
];

const KINDS: ReadonlySet<string> = new Set(WORKLOADS.map(({ kind }) => kind));

const BY_NAMESPACE = 'namespace';
const BY_CONFIGURATION = 'configuration';

/** A workload as kept: what is judged, and which objects it reads. */
interface KeptWorkload {
  readonly subject: WorkloadSubject;
  /** `ConfigMap/name` and `Secret/name`, in the workload's namespace. */
  readonly reads: readonly string[];
}

/**
 * Every workload that has no owner among the watched kinds: the Deployment is kept, the ReplicaSet and the Pods that it
 * makes are not. What has ended (a completed Job, a Pod that succeeded or failed) is not kept either.
 */
export class WorkloadStore {
  readonly #collections: ReadonlyMap<string, Collection<KeptWorkload>>;

  constructor(cluster: Cluster, spared: ReadonlySet<string>, listener: StateListener) {
    const collections = new Map<string, Collection<KeptWorkload>>();
    for (const resource of WORKLOADS) {
      const collection = cluster.watch<KeptWorkload>({
        resource,
        project: (object) => keep(object, resource, spared),
        indexes: {
          [BY_NAMESPACE]: byNamespace,
          [BY_CONFIGURATION]: ({ subject, reads }) => reads.map((name) => `${subject.namespace}/${name}`),
        },
      });
      collection.subscribe((key, before, after) => {
        const namespace = (after ?? before)?.subject.namespace ?? '';
        listener({ what: 'Workload', key: `${resource.kind}/${key}`, namespace });
      });
      collections.set(resource.kind, collection);
    }
    this.#collections = collections;
  }

  get collections(): Iterable<Collection<KeptWorkload>> {
    return this.#collections.values();
  }

  get size(): number {
    let size = 0;
    for (const collection of this.#collections.values()) size += collection.size;
    return size;
  }

  /** The workload of a key `Kind/namespace/name`; undefined where there is none (any more). */
  get(key: string): WorkloadSubject | undefined {
    const slash = key.indexOf('/');
    return this.#collections.get(key.slice(0, slash))?.get(key.slice(slash + 1))?.subject;
  }

  *all(): Iterable<WorkloadSubject> {
    for (const collection of this.#collections.values()) {
      for (const { subject } of collection.values()) yield subject;
    }
  }

  *inNamespace(namespace: string): Iterable<WorkloadSubject> {
    for (const collection of this.#collections.values()) {
      for (const { subject } of collection.inIndex(BY_NAMESPACE, namespace)) yield subject;
    }
  }

  /** Keys of the workloads that read a ConfigMap or Secret. */
  *readers(kind: 'ConfigMap' | 'Secret', namespace: string, name: string): Iterable<string> {
    for (const [workloadKind, collection] of this.#collections) {
      for (const key of collection.keysInIndex(BY_CONFIGURATION, `${namespace}/${kind}/${name}`)) {
        yield `${workloadKind}/${key}`;
      }
    }
  }

  /** Whether any workload reads it: only then is its content kept. */
  isRead(kind: 'ConfigMap' | 'Secret', namespace: string, name: string): boolean {
    for (const _ of this.readers(kind, namespace, name)) return true;
    return false;
  }
}

/** `Kind/namespace/name`, as keys of workloads are written everywhere. */
export function workloadKey(subject: WorkloadSubject): string {
  return `${subject.kind}/${subject.namespace}/${subject.name}`;
}

function keep(
  object: KubernetesObject,
  resource: Resource,
  spared: ReadonlySet<string>,
): KeptWorkload | undefined {
  if (spared.has(object.metadata.namespace ?? '') || hasEnded(object)) return undefined;
  // Items of a list carry neither kind nor apiVersion.
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const subject = findSubject({ ...withoutNoise(object), apiVersion, kind: resource.kind });
  if (subject === undefined || KINDS.has(subject.owner?.kind ?? '')) return undefined;
  const { configMaps, secrets } = referencedObjects(subject);
  const reads = [
    ...configMaps.map((name) => `ConfigMap/${name}`),
    ...secrets.map((name) => `Secret/${name}`),
  ];
  return { subject, reads };
}

/** Status and managed fields are most of an object, change all the time and say nothing to us. */
function withoutNoise(object: KubernetesObject): Record<string, unknown> {
  const { status: _status, metadata, ...rest } = object;
  const { name, namespace, labels, annotations, ownerReferences } = metadata;
  const kept = Object.fromEntries(
    Object.entries({
      name,
      namespace,
      labels,
      annotations: withoutLastApplied(annotations),
      ownerReferences,
    }).filter(([, value]) => value !== undefined),
  );
  return { ...rest, metadata: kept };
}

/** kubectl's copy of the whole object would double what is kept. */
function withoutLastApplied(
  annotations: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (annotations === undefined) return undefined;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _copy, ...rest } = annotations;
  return rest;
}

function hasEnded(object: KubernetesObject): boolean {
  const status = object['status'] as { phase?: unknown; conditions?: unknown } | undefined;
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true;
  const conditions = Array.isArray(status?.conditions)
    ? (status.conditions as { type?: unknown; status?: unknown }[])
    : [];
  return conditions.some(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  );
}
