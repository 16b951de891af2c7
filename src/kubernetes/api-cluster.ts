import type { ApiClient } from './api-client.ts';
import type {
  ApplyOptions,
  CallOptions,
  Cluster,
  Identity,
  ListOptions,
  Patch,
  ReadResult,
  ServerVersion,
  WriteOptions,
} from './cluster.ts';
import type { Collection, WatchOptions } from './collection.ts';
import type { KubernetesObject, ObjectRef, Resource } from './resource.ts';
import type { Time } from './time.ts';
import type { WatchEvent } from './watch-event.ts';
import type { WatchTuning } from './watched-collection.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { readList } from './read-list.ts';
import { apiVersionOf, collectionPath, objectPath } from './resource.ts';
import { WatchedCollection } from './watched-collection.ts';

export interface ApiClusterParts {
  readonly api: ApiClient;
  readonly time: Time;
  readonly fieldManager: string;
  readonly tuning: WatchTuning;
  readonly onWatchEvent: (event: WatchEvent) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** What is read once is small; what is large is watched. */
const MAX_LISTED = 10_000;

/** A real API server over HTTP. */
export class ApiCluster implements Cluster {
  readonly server: string;
  readonly #parts: ApiClusterParts;
  readonly #api: ApiClient;
  readonly #collections = new Set<{ stop(): Promise<void> }>();

  constructor(parts: ApiClusterParts) {
    this.#parts = parts;
    this.#api = parts.api;
    this.server = parts.api.server;
  }

  async get(ref: ObjectRef, options: CallOptions = {}): Promise<KubernetesObject | undefined> {
    try {
      return await this.#api.callForObject('GET', objectPath(ref), bounded(options));
    } catch (error) {
      if (isFault(error, 'ApiNotFound')) return undefined;
      throw error;
    }
  }

  getMany(refs: readonly ObjectRef[], options: CallOptions = {}): Promise<readonly ReadResult[]> {
    return Promise.all(refs.map((ref) => this.#read(ref, options)));
  }

  async list(resource: Resource, options: ListOptions = {}): Promise<readonly KubernetesObject[]> {
    const bound = new AbortController();
    const cancel = this.#parts.time.after(options.timeoutMs ?? DEFAULT_TIMEOUT_MS, () => {
      bound.abort(new Fault('ApiTimedOut', `the list of ${resource.plural} took too long`));
    });
    try {
      const list = await readList(this.#api, {
        selection: { ...options, resource },
        take: (object) => object,
        maxObjects: options.maxObjects ?? MAX_LISTED,
        signal: options.signal === undefined ? bound.signal : AbortSignal.any([bound.signal, options.signal]),
      });
      return list.items;
    } finally {
      cancel();
    }
  }

  async create(
    resource: Resource,
    object: KubernetesObject,
    options: WriteOptions = {},
  ): Promise<KubernetesObject> {
    const path = collectionPath(resource, object.metadata.namespace);
    return this.#api.callForObject('POST', path, {
      ...bounded(options),
      query: this.#writeQuery(options),
      body: typed(resource, object),
    });
  }

  async replace(
    resource: Resource,
    object: KubernetesObject,
    options: WriteOptions = {},
  ): Promise<KubernetesObject> {
    return this.#api.callForObject('PUT', objectPath(refOf(resource, object), options.subresource), {
      ...bounded(options),
      query: this.#writeQuery(options),
      body: typed(resource, object),
    });
  }

  async apply(
    resource: Resource,
    object: KubernetesObject,
    options: ApplyOptions = {},
  ): Promise<KubernetesObject> {
    return this.#api.callForObject('PATCH', objectPath(refOf(resource, object), options.subresource), {
      ...bounded(options),
      query: { ...this.#writeQuery(options), force: options.force ?? true },
      // JSON is YAML; servers before 1.33 know no other name for it.
      contentType: 'application/apply-patch+yaml',
      body: typed(resource, object),
    });
  }

  async patch(ref: ObjectRef, patch: Patch, options: WriteOptions = {}): Promise<KubernetesObject> {
    return this.#api.callForObject('PATCH', objectPath(ref, options.subresource), {
      ...bounded(options),
      query: this.#writeQuery(options),
      contentType: patch.type === 'Merge' ? 'application/merge-patch+json' : 'application/json-patch+json',
      body: patch.body,
    });
  }

  async remove(ref: ObjectRef, options: CallOptions & { readonly uid?: string } = {}): Promise<boolean> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
    };
    try {
      await this.#api.call('DELETE', objectPath(ref), { ...bounded(options), body });
      return true;
    } catch (error) {
      if (isFault(error, 'ApiNotFound')) return false;
      throw error;
    }
  }

  async serverVersion(options: CallOptions = {}): Promise<ServerVersion> {
    const answer = (await this.#api.call('GET', '/version', bounded(options))) as Record<
      string,
      unknown
    > | null;
    const gitVersion = answer?.['gitVersion'];
    // `minor` is "31+" on some providers' servers.
    const [major, minor] = [answer?.['major'], answer?.['minor']].map((part) =>
      Number.parseInt(String(part), 10),
    );
    if (typeof gitVersion !== 'string' || !isCount(major) || !isCount(minor)) {
      throw new Fault('ApiAnswerMalformed', 'GET /version: the answer is not a version');
    }
    return { major, minor, gitVersion: gitVersion.slice(0, 64) };
  }

  async identity(options: CallOptions = {}): Promise<Identity> {
    const group = 'authentication.k8s.io/v1';
    const answer = await this.#api.call('POST', `/apis/${group}/selfsubjectreviews`, {
      ...bounded(options),
      body: { apiVersion: group, kind: 'SelfSubjectReview' },
    });
    const { status } = (answer ?? {}) as { status?: { userInfo?: { username?: unknown; uid?: unknown } } };
    const { username, uid } = status?.userInfo ?? {};
    if (typeof username !== 'string') {
      throw new Fault('ApiAnswerMalformed', 'SelfSubjectReview: the answer names nobody');
    }
    return { username, uid: typeof uid === 'string' && uid !== '' ? uid : undefined };
  }

  async serves(resource: Resource, options: CallOptions = {}): Promise<boolean> {
    const path = resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`;
    try {
      const answer = (await this.#api.call('GET', path, bounded(options))) as { resources?: unknown } | null;
      const resources: readonly unknown[] = Array.isArray(answer?.resources) ? answer.resources : [];
      return resources.some((served) => (served as { name?: unknown } | null)?.name === resource.plural);
    } catch (error) {
      if (isFault(error, 'ApiNotFound')) return false;
      throw error;
    }
  }

  watch<T>(options: WatchOptions<T>): Collection<T> {
    const { api, time, tuning, onWatchEvent } = this.#parts;
    const collection = new WatchedCollection<T>(options, { api, time, tuning, onEvent: onWatchEvent });
    this.#collections.add(collection);
    return collection;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#collections].map((collection) => collection.stop()));
    this.#collections.clear();
    this.#api.close();
  }

  async #read(ref: ObjectRef, options: CallOptions): Promise<ReadResult> {
    try {
      const object = await this.get(ref, options);
      return object === undefined ? { outcome: 'Absent', ref } : { outcome: 'Found', ref, object };
    } catch (error) {
      return { outcome: 'Failed', ref, error };
    }
  }

  #writeQuery(options: WriteOptions): Readonly<Record<string, string | undefined>> {
    return {
      fieldManager: options.fieldManager ?? this.#parts.fieldManager,
      dryRun: options.dryRun === true ? 'All' : undefined,
    };
  }
}

function bounded(options: CallOptions): CallOptions {
  return { timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal: options.signal };
}

function typed(resource: Resource, object: KubernetesObject): KubernetesObject {
  return { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

function refOf(resource: Resource, object: KubernetesObject): ObjectRef {
  return { resource, namespace: object.metadata.namespace, name: object.metadata.name };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}
