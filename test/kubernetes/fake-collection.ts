import type { WatchOptions } from '../../src/kubernetes/collection.ts';
import type { KubernetesObject, Resource } from '../../src/kubernetes/resource.ts';
import { ObjectStore } from '../../src/kubernetes/object-store.ts';
import { objectKey } from '../../src/kubernetes/resource.ts';
import { StoredCollection } from '../../src/kubernetes/stored-collection.ts';

/** What the fake cluster wants of a collection. */
export interface FakeWatcher {
  readonly resource: Resource;
  /** The object is so now; undefined: it is gone. */
  tell(
    id: { readonly namespace?: string | undefined; readonly name: string },
    object: KubernetesObject | undefined,
  ): void;
  sync(): void;
  stop(): Promise<void>;
}

/** A collection of the fake cluster: the real store, told by hand. */
export class FakeCollection<T> extends StoredCollection<T> implements FakeWatcher {
  readonly #options: WatchOptions<T>;
  readonly #onStop: (collection: FakeWatcher) => void;
  readonly #whenSynced = Promise.withResolvers<boolean>();
  #state: 'Waiting' | 'Synced' | 'Stopped' = 'Waiting';
  /** What the functions given to the collection threw. */
  readonly callbackErrors: unknown[] = [];

  constructor(options: WatchOptions<T>, onStop: (collection: FakeWatcher) => void) {
    const store = new ObjectStore<T>({
      project: options.project,
      same: options.same,
      indexes: options.indexes,
      onCallbackFailed: (_callback, error) => void this.callbackErrors.push(error),
    });
    super(options.resource, store);
    this.#options = options;
    this.#onStop = onStop;
  }

  tell(
    id: { readonly namespace?: string | undefined; readonly name: string },
    object: KubernetesObject | undefined,
  ): void {
    if (this.#state === 'Stopped') return;
    if (object !== undefined && isSelected(object, this.#options)) this.store.put(object);
    else this.store.remove(objectKey(id));
  }

  sync(): void {
    if (this.#state === 'Waiting') this.#state = 'Synced';
    this.#whenSynced.resolve(true);
  }

  get isSynced(): boolean {
    return this.#state === 'Synced';
  }

  whenSynced(): Promise<boolean> {
    return this.#whenSynced.promise;
  }

  silentMs(): number | undefined {
    return this.isSynced ? 0 : undefined;
  }

  outMs(): number {
    return 0;
  }

  stop(): Promise<void> {
    this.#state = 'Stopped';
    this.#whenSynced.resolve(false);
    this.#onStop(this);
    return Promise.resolve();
  }
}

/** Namespaces and plain `key=value` label selectors: what our own code uses. */
export function isSelected(
  object: KubernetesObject,
  { namespace, labelSelector }: { readonly namespace?: string; readonly labelSelector?: string },
): boolean {
  const wanted = (labelSelector ?? '').split(',').filter((term) => term !== '');
  return (
    (namespace === undefined || object.metadata.namespace === namespace) &&
    wanted.every((term) => {
      const [key = '', value = ''] = term.split('=', 2);
      return object.metadata.labels?.[key] === value;
    })
  );
}
