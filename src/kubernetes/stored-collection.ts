import type { ChangeListener, Collection } from './collection.ts';
import type { ObjectStore } from './object-store.ts';
import type { Resource } from './resource.ts';

/** The half of a collection that answers from its store; how the store is filled is the other half. */
export abstract class StoredCollection<T> implements Collection<T> {
  readonly resource: Resource;
  protected readonly store: ObjectStore<T>;

  constructor(resource: Resource, store: ObjectStore<T>) {
    this.resource = resource;
    this.store = store;
  }

  get size(): number {
    return this.store.size;
  }

  get(key: string): T | undefined {
    return this.store.get(key);
  }

  keys(): Iterable<string> {
    return this.store.objects().map(([key]) => key);
  }

  values(): Iterable<T> {
    return this.store.objects().map(([, value]) => value);
  }

  entries(): Iterable<readonly [string, T]> {
    return this.store.objects();
  }

  inIndex(index: string, group: string): readonly T[] {
    return this.store.inIndex(index, group);
  }

  keysInIndex(index: string, group: string): readonly string[] {
    return this.store.keysInIndex(index, group);
  }

  subscribe(listener: ChangeListener<T>): () => void {
    return this.store.subscribe(listener);
  }

  abstract readonly isSynced: boolean;
  abstract whenSynced(): Promise<boolean>;
  abstract silentMs(): number | undefined;
  abstract outMs(): number;
  abstract stop(): Promise<void>;
}
