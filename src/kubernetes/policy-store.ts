import { parsePolicy } from '../api/parse-policy.ts';
import type { Problem } from '../api/problem.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { compilePolicy, type CompiledPolicy } from '../inspection/compiled-policy.ts';
import { PolicyIndex } from '../inspection/policy-index.ts';
import type { ClusterLookup } from '../inspection/ports.ts';
import { reviewPolicy, type PolicyReview } from '../inspection/review-policy.ts';
import type { Cluster } from './cluster.ts';
import type { Collection } from './collection.ts';
import { CLUSTER_NETWORK_PATH_POLICIES, NETWORK_PATH_POLICIES } from './policy-resources.ts';
import type { KubernetesObject, Resource } from './resource.ts';
import type { StateListener } from './state-change.ts';

/** A policy of the cluster: reviewed, or refused with what is wrong. */
export interface KnownPolicy {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly generation: number;
  readonly review: PolicyReview | undefined;
  readonly problems: readonly Problem[];
  readonly uid: string;
  readonly resourceVersion: string;
  /** As it stands in the cluster, for the times of transitions and to tell whether anything changed. */
  readonly status: unknown;
}

interface KeptPolicy {
  readonly object: Record<string, unknown>;
  readonly generation: number;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly status: unknown;
}

/** All policies, followed by a watch and made ready when they change: those that are accepted stand in the index. */
export class PolicyStore {
  readonly index = new PolicyIndex();
  readonly #known = new Map<string, KnownPolicy>();
  readonly #collections: readonly Collection<KeptPolicy>[];
  readonly #catalogue: Catalogue;
  readonly #lookup: ClusterLookup;
  readonly #listener: StateListener;

  constructor(cluster: Cluster, catalogue: Catalogue, lookup: ClusterLookup, listener: StateListener) {
    this.#catalogue = catalogue;
    this.#lookup = lookup;
    this.#listener = listener;
    this.#collections = [NETWORK_PATH_POLICIES, CLUSTER_NETWORK_PATH_POLICIES].map((resource) => {
      const collection = cluster.watch<KeptPolicy>({ resource, project: keep });
      collection.subscribe((key, _before, after) => this.#changed(resource, key, after));
      return collection;
    });
  }

  get collections(): readonly Collection<KeptPolicy>[] {
    return this.#collections;
  }

  /** Key: `Kind:namespace/name` or `Kind:name`. */
  get(key: string): KnownPolicy | undefined {
    return this.#known.get(key);
  }

  all(): Iterable<KnownPolicy> {
    return this.#known.values();
  }

  /** Compiles anew the policies whose path reads an object that changed. */
  recompileReaders(kind: string, namespace: string, name: string): void {
    for (const [key, known] of this.#known) {
      const reads = known.review?.compiled.reads ?? [];
      if (!reads.some((read) => read.kind === kind && read.namespace === namespace && read.name === name))
        continue;
      const kept = this.#collections
        .find(({ resource }) => resource === known.resource)
        ?.get(key.slice(key.indexOf(':') + 1));
      this.#changed(known.resource, key.slice(key.indexOf(':') + 1), kept);
    }
  }

  #changed(resource: Resource, key: string, kept: KeptPolicy | undefined): void {
    const storeKey = `${resource.kind}:${key}`;
    const before = this.index.get(resource.kind, key);
    const known = kept === undefined ? undefined : this.#read(resource, kept);
    if (known === undefined) this.#known.delete(storeKey);
    else this.#known.set(storeKey, known);
    const after = acceptedIn(known);
    if (after === undefined) this.index.remove(resource.kind, key);
    else if (sameMeaning(before, after)) return;
    else this.index.put(after);
    this.#listener({ what: 'Policy', key: storeKey, before, after });
  }

  #read(resource: Resource, kept: KeptPolicy): KnownPolicy {
    const parsed = parsePolicy(kept.object);
    const metadata = kept.object['metadata'] as { namespace?: string; name: string };
    const review =
      parsed.policy === undefined
        ? undefined
        : reviewPolicy(compilePolicy(parsed.policy, this.#catalogue, this.#lookup), this.#catalogue);
    return {
      resource,
      namespace: metadata.namespace,
      name: metadata.name,
      generation: kept.generation,
      review,
      problems: parsed.problems,
      uid: kept.uid,
      resourceVersion: kept.resourceVersion,
      status: kept.status,
    };
  }
}

function acceptedIn(known: KnownPolicy | undefined): CompiledPolicy | undefined {
  return known?.review === undefined || known.review.errors.length > 0 ? undefined : known.review.compiled;
}

/** A change of status alone must not judge every workload anew. */
function sameMeaning(before: CompiledPolicy | undefined, after: CompiledPolicy): boolean {
  return (
    before !== undefined &&
    before.generation === after.generation &&
    JSON.stringify(before.path) === JSON.stringify(after.path)
  );
}

function keep(object: KubernetesObject): KeptPolicy {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace, generation } = metadata;
  return {
    object: {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(generation === undefined ? {} : { generation }),
      },
      spec: object['spec'],
    },
    generation: generation ?? 0,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    status: object['status'],
  };
}
