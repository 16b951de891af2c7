import type { Catalogue } from '../catalogue/catalogue.ts';
import type { InspectionContext } from '../inspection/inspect-workload.ts';
import type { ClusterLookup, DeclaringObject, ServiceFacts } from '../inspection/ports.ts';
import { sysctlsAreSafe } from '../inspection/sysctls-are-safe.ts';
import type { Cluster, ServerVersion } from './cluster.ts';
import type { Collection } from './collection.ts';
import { ConfigCache, type ConfigReadResult } from './config-cache.ts';
import { PolicyStore } from './policy-store.ts';
import type { KubernetesObject, Resource } from './resource.ts';
import { INGRESSES, NAMESPACES, SERVICES } from './resources.ts';
import type { StateChange, StateListener } from './state-change.ts';
import { WorkloadStore } from './workload-store.ts';

const GATEWAYS: Resource = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'gateways',
  kind: 'Gateway',
  namespaced: true,
};
const DESTINATION_RULES: Resource = {
  group: 'networking.istio.io',
  version: 'v1',
  plural: 'destinationrules',
  kind: 'DestinationRule',
  namespaced: true,
};

/** Kinds that declare timeouts, and whose API a cluster may lose while we run. */
const OPTIONAL: ReadonlySet<string> = new Set([GATEWAYS.kind, DESTINATION_RULES.kind]);

export interface ClusterStateOptions {
  readonly cluster: Cluster;
  readonly catalogue: Catalogue;
  readonly secrets: 'Off' | 'On';
  readonly clusterDomain: string;
  /** Namespaces whose workloads are never judged. */
  readonly spared: ReadonlySet<string>;
  /** For one read of a ConfigMap that the cache lacks, in milliseconds. */
  readonly configReadTimeoutMs: number;
  readonly onConfigRead?: (result: ConfigReadResult) => void;
}

/**
 * What is known of a cluster, kept current by watches: policies made ready, workloads, namespaces, Services, what
 * declares timeouts, and the ConfigMaps that workloads read. Webhook and controller build on the same.
 */
export class ClusterState implements ClusterLookup {
  readonly policies: PolicyStore;
  readonly workloads: WorkloadStore;
  readonly #options: ClusterStateOptions;
  readonly #config: ConfigCache;
  readonly #namespaces: Collection<Readonly<Record<string, string>>>;
  readonly #services: Collection<DeclaringObject>;
  readonly #declaring = new Map<string, Collection<DeclaringObject>>();
  readonly #listeners = new Set<StateListener>();
  readonly #version: ServerVersion;
  #revision = 0;

  private constructor(options: ClusterStateOptions, version: ServerVersion, optional: readonly Resource[]) {
    const { cluster } = options;
    this.#options = options;
    this.#version = version;
    const tell: StateListener = (change) => this.#tell(change);
    this.#namespaces = cluster.watch({
      resource: NAMESPACES,
      project: ({ metadata }) => metadata.labels ?? {},
    });
    this.#services = this.#watchDeclaring(SERVICES);
    for (const resource of optional) this.#watchDeclaring(resource);
    this.policies = new PolicyStore(cluster, options.catalogue, this, tell);
    this.workloads = new WorkloadStore(cluster, options.spared, tell);
    this.#config = new ConfigCache(cluster, {
      secrets: options.secrets,
      isRead: (kind, namespace, name) => this.workloads.isRead(kind, namespace, name),
      listener: tell,
      ...(options.onConfigRead === undefined ? {} : { onRead: options.onConfigRead }),
    });
    this.#namespaces.subscribe((name) => tell({ what: 'Namespace', name }));
    this.#followDeclaring();
  }

  /** Starts to follow a cluster. It is of use once {@link whenSynced} resolves. Rejects with a Fault where the server does not answer. */
  static async follow(options: ClusterStateOptions): Promise<ClusterState> {
    const version = await options.cluster.serverVersion();
    const optional = [INGRESSES];
    for (const resource of [GATEWAYS, DESTINATION_RULES]) {
      if (await options.cluster.serves(resource)) optional.push(resource);
    }
    return new ClusterState(options, version, optional);
  }

  /** Every collection, for readiness and for telling how long each has been silent. */
  collections(): readonly Collection<unknown>[] {
    return [
      this.#namespaces,
      ...this.#declaring.values(),
      ...this.policies.collections,
      ...this.workloads.collections,
      ...this.#config.collections,
    ];
  }

  /** Those without which nothing right can be said; the others hold what may also be missing from a cluster. */
  vitalCollections(): readonly Collection<unknown>[] {
    return this.collections().filter(({ resource }) => !OPTIONAL.has(resource.kind));
  }

  get isSynced(): boolean {
    return this.collections().every(({ isSynced }) => isSynced);
  }

  async whenSynced(): Promise<boolean> {
    const synced = await Promise.all(this.collections().map((collection) => collection.whenSynced()));
    return synced.every(Boolean);
  }

  /** Changes with everything but workloads: what was concluded at another revision may be outdated. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether the kubelets of this version accept the keep-alive sysctls. */
  get sysctlsAreSafe(): boolean {
    return sysctlsAreSafe(this.#version);
  }

  /** Adds a listener for what changes from now on. Returns the way to take it off. */
  subscribe(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    await Promise.all(this.collections().map((collection) => collection.stop()));
  }

  /** All that an inspection needs, with the present instant. */
  context(now: Date, deadline?: AbortSignal): InspectionContext {
    return {
      catalogue: this.#options.catalogue,
      policies: this.policies.index,
      lookup: this,
      config: this.#config.reader(deadline, this.#options.configReadTimeoutMs),
      secrets: this.#options.secrets,
      clusterDomain: this.#options.clusterDomain,
      clusterVersion: this.#version,
      now,
    };
  }

  service(namespace: string, name: string): ServiceFacts | undefined {
    const object = this.#services.get(`${namespace}/${name}`);
    if (object === undefined) return undefined;
    const spec = (object.spec ?? {}) as { clusterIPs?: unknown; clusterIP?: unknown };
    const listed: readonly unknown[] = Array.isArray(spec.clusterIPs) ? spec.clusterIPs : [spec.clusterIP];
    const clusterIPs = listed.filter(
      (ip): ip is string => typeof ip === 'string' && ip !== 'None' && ip !== '',
    );
    return { namespace, name, clusterIPs, annotations: object.annotations };
  }

  declaring(kind: string, namespace: string, name: string): DeclaringObject | undefined {
    return this.#declaring.get(kind)?.get(`${namespace}/${name}`);
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined {
    return this.#namespaces.get(namespace);
  }

  #watchDeclaring(resource: Resource): Collection<DeclaringObject> {
    const collection = this.#options.cluster.watch<DeclaringObject>({
      resource,
      project: (object) => declaringOf(object, resource.kind),
    });
    this.#declaring.set(resource.kind, collection);
    return collection;
  }

  #followDeclaring(): void {
    for (const [kind, collection] of this.#declaring) {
      collection.subscribe((key) => {
        const [namespace = '', name = ''] = key.split('/');
        this.policies.recompileReaders(kind, namespace, name);
        if (kind === 'Service') this.#tell({ what: 'Service', namespace, name });
      });
    }
  }

  #tell(change: StateChange): void {
    if (change.what !== 'Workload') this.#revision++;
    for (const listener of this.#listeners) listener(change);
  }
}

function declaringOf(object: KubernetesObject, kind: string): DeclaringObject {
  const { namespace = '', name, annotations } = object.metadata;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _copy, ...kept } = annotations ?? {};
  return { kind, namespace, name, annotations: kept, spec: object['spec'] };
}
