import type { ApiClient } from './api-client.ts';
import type { ObjectStore, StoreEntry } from './object-store.ts';
import type { Selection } from './read-list.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { isSameObject } from './object-store.ts';
import { readList } from './read-list.ts';
import { objectKey } from './resource.ts';

export interface ComparisonRequest<T> {
  readonly api: ApiClient;
  readonly selection: Selection;
  readonly pageObjects: number;
  /** The store has just been told everything up to here. */
  readonly version: string;
  readonly store: ObjectStore<T>;
  readonly signal: AbortSignal;
}

export interface Missed {
  readonly key: string;
  readonly what: 'Added' | 'Changed' | 'Deleted';
}

export interface Comparison {
  /** `Expired`: the server no longer has that version. `Inexact`: it showed another one. `Failed`: see the fault. */
  readonly outcome: 'Exact' | 'Expired' | 'Inexact' | 'Failed';
  readonly objects: number;
  readonly missed: readonly Missed[];
  readonly fault: Fault | undefined;
}

/**
 * Compares the store with a list of exactly the version that the watch has reached. A list of the present would show
 * changes that are still on their way, and versions cannot be put in order; at the same version, whatever differs
 * was missed. It is put right in the store, unless the watch has said something newer in the meantime. Never throws.
 */
export async function compareWithList<T>(request: ComparisonRequest<T>): Promise<Comparison> {
  const { api, selection, pageObjects, version, store, signal } = request;
  const then = store.snapshot();
  try {
    const list = await readList(api, {
      selection,
      pageObjects,
      signal,
      atVersion: version,
      take: (object): readonly [string, StoreEntry<T>] => {
        const key = objectKey(object.metadata);
        const known = then.get(key);
        const same = isSameObject(known, object.metadata.uid, object.metadata.resourceVersion);
        return [key, known !== undefined && same ? known : store.project(object)];
      },
    });
    if (list.version !== version) return nothing('Inexact');
    const missed = [...putRight(store, then, new Map(list.items))];
    return { outcome: 'Exact', objects: list.items.length, missed, fault: undefined };
  } catch (error) {
    if (isFault(error, 'ApiGone')) return nothing('Expired');
    return nothing(
      'Failed',
      error instanceof Fault ? error : new Fault('ApiFailed', 'comparing', { cause: error }),
    );
  }
}

function nothing(outcome: Comparison['outcome'], fault?: Fault): Comparison {
  return { outcome, objects: 0, missed: [], fault };
}

function* putRight<T>(
  store: ObjectStore<T>,
  then: ReadonlyMap<string, StoreEntry<T>>,
  listed: ReadonlyMap<string, StoreEntry<T>>,
): Generator<Missed> {
  for (const [key, entry] of listed) {
    const before = then.get(key);
    if (entry === before) continue;
    if (store.entry(key) === before) store.putEntry(key, entry);
    yield { key, what: before === undefined ? 'Added' : 'Changed' };
  }
  for (const [key, before] of then) {
    if (listed.has(key)) continue;
    if (store.entry(key) === before) store.remove(key);
    yield { key, what: 'Deleted' };
  }
}
