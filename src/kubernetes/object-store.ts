import type { ChangeListener } from './collection.ts';
import type { KubernetesObject } from './resource.ts';
import { objectKey } from './resource.ts';
import { sameJson } from './same-json.ts';

/** What the store keeps of an object. Entries are never changed, only replaced: identity tells whether one moved. */
export interface StoreEntry<T> {
  readonly uid: string | undefined;
  /** Opaque. */
  readonly version: string | undefined;
  /** Undefined for an object of no interest: it is remembered so that a comparison does not miss it. */
  readonly value: T | undefined;
}

export interface StoreOptions<T> {
  readonly project: (object: KubernetesObject) => T | undefined;
  readonly same?: ((a: T, b: T) => boolean) | undefined;
  readonly indexes?: Readonly<Record<string, (object: T, key: string) => Iterable<string>>> | undefined;
  /** Told when one of the functions above, or a listener, threw. */
  readonly onCallbackFailed: (callback: 'Project' | 'Listener' | 'Index', error: unknown) => void;
}

/**
 * The objects of one collection, as projected, with indexes and listeners. Functions that it was given may throw:
 * the store stays whole, and whoever owns it is told.
 */
export class ObjectStore<T> {
  readonly #options: StoreOptions<T>;
  readonly #same: (a: T, b: T) => boolean;
  readonly #entries = new Map<string, StoreEntry<T>>();
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  readonly #listeners = new Set<ChangeListener<T>>();
  #interesting = 0;

  constructor(options: StoreOptions<T>) {
    this.#options = options;
    this.#same = options.same ?? sameJson;
    for (const name of Object.keys(options.indexes ?? {})) this.#indexes.set(name, new Map());
  }

  /** How many objects of interest there are. */
  get size(): number {
    return this.#interesting;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  entry(key: string): StoreEntry<T> | undefined {
    return this.#entries.get(key);
  }

  *objects(): Generator<readonly [string, T]> {
    for (const [key, { value }] of this.#entries) if (value !== undefined) yield [key, value];
  }

  keysInIndex(index: string, group: string): readonly string[] {
    const groups = this.#indexes.get(index);
    if (groups === undefined) throw new RangeError(`no index '${index}'`);
    return [...(groups.get(group) ?? [])];
  }

  inIndex(index: string, group: string): readonly T[] {
    return this.keysInIndex(index, group).flatMap((key) => this.get(key) ?? []);
  }

  /** The entries as they are now, objects of no interest included. */
  snapshot(): ReadonlyMap<string, StoreEntry<T>> {
    return new Map(this.#entries);
  }

  /** Makes the entry that the object would have, without storing it. */
  project(object: KubernetesObject): StoreEntry<T> {
    return {
      uid: object.metadata.uid,
      version: object.metadata.resourceVersion,
      value: this.#guard('Project', () => this.#options.project(object)),
    };
  }

  /** Takes an object over. True if it was not there before in this very version. */
  put(object: KubernetesObject): boolean {
    const key = objectKey(object.metadata);
    if (isSameObject(this.#entries.get(key), object.metadata.uid, object.metadata.resourceVersion))
      return false;
    this.putEntry(key, this.project(object));
    return true;
  }

  putEntry(key: string, entry: StoreEntry<T>): void {
    const before = this.#entries.get(key);
    const unchanged =
      before?.value !== undefined &&
      entry.value !== undefined &&
      before.uid === entry.uid &&
      this.#same(before.value, entry.value);
    // The old projection stays where the new one says the same: others may hold it, and it is in memory already.
    const after = unchanged ? { ...entry, value: before.value } : entry;
    this.#entries.set(key, after);
    if (!unchanged) this.#changed(key, before?.value, after.value);
  }

  /** Forgets an object. True if it was there. */
  remove(key: string): boolean {
    const before = this.#entries.get(key);
    if (before === undefined) return false;
    this.#entries.delete(key);
    this.#changed(key, before.value, undefined);
    return true;
  }

  /** Puts a complete list in the place of everything. Returns how many objects differed. */
  replaceAll(next: ReadonlyMap<string, StoreEntry<T>>): number {
    let changed = 0;
    for (const key of this.#entries.keys()) if (!next.has(key) && this.remove(key)) changed += 1;
    for (const [key, entry] of next) {
      if (isSameObject(this.#entries.get(key), entry.uid, entry.version)) continue;
      this.putEntry(key, entry);
      changed += 1;
    }
    return changed;
  }

  subscribe(listener: ChangeListener<T>): () => void {
    // Each subscription is its own, even when the same function comes twice.
    const own: ChangeListener<T> = (key, before, after) => listener(key, before, after);
    for (const [key, value] of this.objects()) this.#guard('Listener', () => own(key, undefined, value));
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #changed(key: string, before: T | undefined, after: T | undefined): void {
    if (before === undefined && after === undefined) return;
    this.#interesting += (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    this.#index(key, before, after);
    for (const listener of Array.from(this.#listeners))
      this.#guard('Listener', () => listener(key, before, after));
  }

  #index(key: string, before: T | undefined, after: T | undefined): void {
    for (const [name, groups] of this.#indexes) {
      for (const group of this.#groups(name, before, key)) removeFrom(groups, group, key);
      for (const group of this.#groups(name, after, key)) addTo(groups, group, key);
    }
  }

  #groups(index: string, value: T | undefined, key: string): readonly string[] {
    const groupsOf = this.#options.indexes?.[index];
    if (value === undefined || groupsOf === undefined) return [];
    return this.#guard('Index', () => [...groupsOf(value, key)]) ?? [];
  }

  #guard<R>(callback: 'Project' | 'Listener' | 'Index', run: () => R): R | undefined {
    try {
      return run();
    } catch (error) {
      this.#options.onCallbackFailed(callback, error);
      return undefined;
    }
  }
}

/** The same object in the same version. An object without a version is never known to be the same. */
export function isSameObject(
  entry: { readonly uid: string | undefined; readonly version: string | undefined } | undefined,
  uid: string | undefined,
  version: string | undefined,
): boolean {
  return entry !== undefined && version !== undefined && entry.version === version && entry.uid === uid;
}

function addTo(groups: Map<string, Set<string>>, group: string, key: string): void {
  const keys = groups.get(group);
  if (keys === undefined) groups.set(group, new Set([key]));
  else keys.add(key);
}

function removeFrom(groups: Map<string, Set<string>>, group: string, key: string): void {
  const keys = groups.get(group);
  keys?.delete(key);
  if (keys?.size === 0) groups.delete(group);
}
