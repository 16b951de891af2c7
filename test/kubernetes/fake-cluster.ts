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
} from '../../src/kubernetes/cluster.ts';
import type { Collection, WatchOptions } from '../../src/kubernetes/collection.ts';
import type { KubernetesObject, ObjectRef, Resource } from '../../src/kubernetes/resource.ts';
import { Fault } from '../../src/faults/fault.ts';
import {
  apiVersionOf,
  describeRef,
  objectKey,
  objectPath,
  parseObjectKey,
} from '../../src/kubernetes/resource.ts';
import { applyFields, applyJsonPatch, mergePatch } from './fake-merge.ts';
import type { FakeWatcher } from './fake-collection.ts';
import { FakeCollection, isSelected } from './fake-collection.ts';

export type FakeVerb =
  | 'get'
  | 'list'
  | 'create'
  | 'replace'
  | 'apply'
  | 'patch'
  | 'remove'
  | 'serverVersion'
  | 'identity'
  | 'serves';

/** A call that the code under test made. */
export interface FakeCall {
  readonly verb: FakeVerb;
  readonly resource: Resource | undefined;
  /** `namespace/name`, or `''` for a call that names no object. */
  readonly key: string;
  readonly subresource: string | undefined;
  /** What was sent, where something was. */
  readonly body: unknown;
}

export interface CallMatch {
  readonly verb?: FakeVerb;
  readonly plural?: string;
  readonly key?: string;
  readonly subresource?: string;
}

interface Rule {
  readonly match: CallMatch;
  readonly act: () => Promise<void>;
  left: number;
}

interface Stored {
  object: KubernetesObject;
  /** What each field manager applied last, for objects and status together. */
  readonly applied: Map<string, KubernetesObject>;
}

const DEFAULT_MANAGER = 'pathkeeper-controller';

/**
 * A Kubernetes API in memory. Tests put objects into it as if somebody else had, look at what was stored and at
 * the calls that were made, and make a chosen call fail or wait. Watches are told at once and synchronously,
 * unless they are held.
 */
export class FakeCluster implements Cluster {
  readonly server = 'https://fake.invalid';
  /** Every call, in order. */
  readonly calls: FakeCall[] = [];
  /** Who the code under test is. */
  who: Identity = { username: 'tester', uid: undefined };
  version: ServerVersion = { major: 1, minor: 36, gitVersion: 'v1.36.3' };
  /** Resources that `serves` denies, as `plural.group`. */
  readonly notServed = new Set<string>();
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #collections = new Set<FakeWatcher>();
  readonly #rules: Rule[] = [];
  #revision = 1000;
  #held: (() => void)[] | undefined;
  #synced: boolean;

  constructor(options: { readonly synced?: boolean } = {}) {
    this.#synced = options.synced ?? true;
  }

  // What a test does.

  /** Somebody else makes or changes an object, status included. */
  put(resource: Resource, object: Omit<KubernetesObject, 'apiVersion' | 'kind'>): KubernetesObject {
    return this.#store(resource, object as KubernetesObject);
  }

  /** Somebody else deletes it. */
  drop(resource: Resource, key: string): void {
    this.#delete(resource, key);
  }

  /** What is stored, without a call being recorded. */
  peek(resource: Resource, key: string): KubernetesObject | undefined {
    return this.#table(resource).get(key)?.object;
  }

  /** All that is stored of a resource, by key. */
  peekAll(resource: Resource): ReadonlyMap<string, KubernetesObject> {
    return new Map([...this.#table(resource)].map(([key, { object }]) => [key, object]));
  }

  /** The next calls that match (one unless told otherwise) fail with this fault. */
  fail(match: CallMatch, fault: Fault, times = 1): void {
    this.#rules.push({ match, left: times, act: () => Promise.reject(fault) });
  }

  /** The next call that matches waits until the returned function is called. */
  hold(match: CallMatch): () => void {
    const gate = Promise.withResolvers<void>();
    this.#rules.push({ match, left: 1, act: () => gate.promise });
    return () => gate.resolve();
  }

  /** Watches hear nothing until the returned function is called; then they hear everything, in order. */
  holdWatches(): () => void {
    this.#held ??= [];
    return () => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const tell of held) tell();
    };
  }

  /** For a cluster made with `synced: false`: the first lists are complete now. */
  sync(): void {
    this.#synced = true;
    for (const collection of this.#collections) collection.sync();
  }

  /** The calls that match, in order. */
  called(match: CallMatch): readonly FakeCall[] {
    return this.calls.filter((call) => matches(match, call));
  }

  // What the code under test does.

  async get(ref: ObjectRef, options?: CallOptions): Promise<KubernetesObject | undefined> {
    objectPath(ref);
    await this.#call('get', ref.resource, objectKey(ref), options);
    return clone(this.peek(ref.resource, objectKey(ref)));
  }

  getMany(refs: readonly ObjectRef[], options?: CallOptions): Promise<readonly ReadResult[]> {
    return Promise.all(
      refs.map(async (ref): Promise<ReadResult> => {
        try {
          const object = await this.get(ref, options);
          return object === undefined ? { outcome: 'Absent', ref } : { outcome: 'Found', ref, object };
        } catch (error) {
          return { outcome: 'Failed', ref, error };
        }
      }),
    );
  }

  async list(resource: Resource, options?: ListOptions): Promise<readonly KubernetesObject[]> {
    await this.#call('list', resource, '', options);
    const found = [...this.peekAll(resource).values()].filter((object) => isSelected(object, options ?? {}));
    if (found.length > (options?.maxObjects ?? Infinity)) {
      throw new Fault('ApiAnswerTooLarge', `the list of ${resource.plural} is too long`);
    }
    return structuredClone(found);
  }

  async create(
    resource: Resource,
    object: KubernetesObject,
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    const key = objectKey(object.metadata);
    await this.#call('create', resource, key, options, object, options?.subresource);
    if (this.peek(resource, key) !== undefined) {
      throw new Fault('ApiConflict', `${resource.kind} ${key} already exists`, { retryable: false });
    }
    return this.#write(resource, object, options);
  }

  async replace(
    resource: Resource,
    object: KubernetesObject,
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    const key = objectKey(object.metadata);
    await this.#call('replace', resource, key, options, object, options?.subresource);
    const old = this.#existing(resource, key);
    const expected = object.metadata.resourceVersion;
    if (expected !== undefined && expected !== old.metadata.resourceVersion) {
      throw new Fault('ApiConflict', `${resource.kind} ${key} has been modified`);
    }
    const next = options?.subresource === 'status' ? { ...old, status: object['status'] } : object;
    return this.#write(resource, next, options);
  }

  async apply(
    resource: Resource,
    object: KubernetesObject,
    options?: ApplyOptions,
  ): Promise<KubernetesObject> {
    const key = objectKey(object.metadata);
    await this.#call('apply', resource, key, options, object, options?.subresource);
    const stored = this.#table(resource).get(key);
    if (stored === undefined && options?.subresource !== undefined) this.#existing(resource, key);
    if (object.metadata.uid !== undefined && stored?.object.metadata.uid !== object.metadata.uid) {
      throw new Fault('ApiConflict', `${resource.kind} ${key} is another object now`);
    }
    const manager = `${options?.fieldManager ?? DEFAULT_MANAGER}/${options?.subresource ?? ''}`;
    const others = [...(stored?.applied ?? [])]
      .filter(([name]) => name !== manager)
      .map(([, fields]) => fields);
    const next = applyFields(stored?.object, stored?.applied.get(manager), object, others);
    const written = this.#write(resource, next, options);
    this.#table(resource).get(key)?.applied.set(manager, structuredClone(object));
    return written;
  }

  async patch(ref: ObjectRef, patch: Patch, options?: WriteOptions): Promise<KubernetesObject> {
    await this.#call('patch', ref.resource, objectKey(ref), options, patch.body, options?.subresource);
    const old = this.#existing(ref.resource, objectKey(ref));
    const next = (
      patch.type === 'Merge' ? mergePatch(old, patch.body) : applyJsonPatch(old, patch.body)
    ) as KubernetesObject;
    if (next.metadata.resourceVersion !== old.metadata.resourceVersion) {
      throw new Fault('ApiConflict', `${describeRef(ref)} has been modified`);
    }
    return this.#write(ref.resource, next, options);
  }

  async remove(ref: ObjectRef, options?: CallOptions & { readonly uid?: string }): Promise<boolean> {
    await this.#call('remove', ref.resource, objectKey(ref), options);
    const old = this.peek(ref.resource, objectKey(ref));
    if (old === undefined) return false;
    if (options?.uid !== undefined && options.uid !== old.metadata.uid) {
      throw new Fault('ApiConflict', `${describeRef(ref)} is another object now`);
    }
    this.#delete(ref.resource, objectKey(ref));
    return true;
  }

  async serverVersion(options?: CallOptions): Promise<ServerVersion> {
    await this.#call('serverVersion', undefined, '', options);
    return this.version;
  }

  async identity(options?: CallOptions): Promise<Identity> {
    await this.#call('identity', undefined, '', options);
    return this.who;
  }

  async serves(resource: Resource, options?: CallOptions): Promise<boolean> {
    await this.#call('serves', resource, '', options);
    return !this.notServed.has(`${resource.plural}.${resource.group}`);
  }

  watch<T>(options: WatchOptions<T>): Collection<T> {
    const collection = new FakeCollection<T>(options, (stopped) => this.#collections.delete(stopped));
    const present = [...this.#table(options.resource).values()].map(({ object }) => structuredClone(object));
    for (const object of present) collection.tell(object.metadata, object);
    if (this.#synced) collection.sync();
    this.#collections.add(collection);
    return collection;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#collections].map((collection) => collection.stop()));
  }

  // How it is done.

  async #call(
    verb: FakeVerb,
    resource: Resource | undefined,
    key: string,
    options: CallOptions | undefined,
    body?: unknown,
    subresource?: string,
  ): Promise<void> {
    const call: FakeCall = { verb, resource, key, subresource, body: structuredClone(body) };
    this.calls.push(call);
    const rule = this.#rules.find((candidate) => candidate.left > 0 && matches(candidate.match, call));
    if (rule !== undefined) rule.left -= 1;
    await unlessAborted(rule === undefined ? Promise.resolve() : rule.act(), options?.signal, verb);
  }

  #table(resource: Resource): Map<string, Stored> {
    const id = `${resource.plural}.${resource.group}`;
    const table = this.#objects.get(id) ?? new Map<string, Stored>();
    this.#objects.set(id, table);
    return table;
  }

  #existing(resource: Resource, key: string): KubernetesObject {
    const object = this.peek(resource, key);
    if (object === undefined) throw new Fault('ApiNotFound', `${resource.kind} ${key} not found`);
    return object;
  }

  /** A write of the code under test; `status` moves only through its own endpoint, as for our own kinds. */
  #write(resource: Resource, object: KubernetesObject, options: WriteOptions | undefined): KubernetesObject {
    const old = this.peek(resource, objectKey(object.metadata));
    const keepStatus = resource.group.endsWith('pathkeeper.dev') && options?.subresource === undefined;
    const next = keepStatus ? { ...object, status: old?.['status'] } : object;
    return options?.dryRun === true ? structuredClone(next) : structuredClone(this.#store(resource, next));
  }

  #store(resource: Resource, object: KubernetesObject): KubernetesObject {
    const key = objectKey(object.metadata);
    const old = this.#table(resource).get(key);
    this.#revision += 1;
    const specMoved = JSON.stringify(old?.object['spec']) !== JSON.stringify(object['spec']);
    const stored: KubernetesObject = structuredClone({
      ...object,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...object.metadata,
        uid: old?.object.metadata.uid ?? object.metadata.uid ?? `uid-${this.#revision}`,
        resourceVersion: String(this.#revision),
        generation: (old?.object.metadata.generation ?? 0) + (specMoved || old === undefined ? 1 : 0),
        creationTimestamp: old?.object.metadata.creationTimestamp ?? '2026-11-24T10:00:00Z',
      },
    });
    this.#table(resource).set(key, { object: stored, applied: old?.applied ?? new Map() });
    this.#tell(resource, key, stored);
    return stored;
  }

  #delete(resource: Resource, key: string): void {
    if (this.#table(resource).delete(key)) this.#tell(resource, key, undefined);
  }

  #tell(resource: Resource, key: string, object: KubernetesObject | undefined): void {
    const tell = (): void => {
      for (const collection of this.#collections) {
        const { resource: watched } = collection;
        if (watched.plural === resource.plural && watched.group === resource.group) {
          collection.tell(parseObjectKey(key), structuredClone(object));
        }
      }
    };
    if (this.#held === undefined) tell();
    else this.#held.push(tell);
  }
}

function matches(match: CallMatch, call: FakeCall): boolean {
  return (
    (match.verb === undefined || match.verb === call.verb) &&
    (match.plural === undefined || match.plural === call.resource?.plural) &&
    (match.key === undefined || match.key === call.key) &&
    (match.subresource === undefined || match.subresource === call.subresource)
  );
}

function clone<T>(value: T | undefined): T | undefined {
  return value === undefined ? undefined : structuredClone(value);
}

function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined, verb: string): Promise<void> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new Fault('ApiAborted', `${verb}: given up`, { cause: signal.reason }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
