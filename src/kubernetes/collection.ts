import type { KubernetesObject, Resource } from './resource.ts';

/** What to follow, and what of it to keep. */
export interface WatchOptions<T> {
  readonly resource: Resource;
  /** Only this namespace. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /**
   * Takes what is needed out of an object; only that is kept. Undefined: this object is of no interest. It must
   * be total and return plain JSON-like data. If it throws, the object counts as of no interest, and
   * CallbackFailed is told.
   */
  readonly project: (object: KubernetesObject) => T | undefined;
  /**
   * Whether two projections say the same; then nobody is told and the old one stays. Default: deep equality of
   * JSON-like data. A pod's status changes all the time; what we keep of it does not.
   */
  readonly same?: (a: T, b: T) => boolean;
  /** Groups under which objects can be found: name of the index -> the groups that an object belongs to. */
  readonly indexes?: Readonly<Record<string, (object: T, key: string) => Iterable<string>>>;
}

/**
 * Told of each change: appeared (`before` undefined), changed, gone (`after` undefined). It should only put keys
 * on a queue. If it throws, the collection goes on and CallbackFailed is told.
 */
export type ChangeListener<T> = (key: string, before: T | undefined, after: T | undefined) => void;

/**
 * A collection of the cluster, followed by a watch: what it holds is what the server said last. Reads are
 * synchronous. Keys are `namespace/name`, or `name` for what has no namespace.
 */
export interface Collection<T> {
  readonly resource: Resource;
  readonly size: number;
  get(key: string): T | undefined;
  keys(): Iterable<string>;
  values(): Iterable<T>;
  entries(): Iterable<readonly [string, T]>;
  /** The objects in one group of one of the indexes; RangeError for an index that was not declared. */
  inIndex(index: string, group: string): readonly T[];
  /** The same, as keys. */
  keysInIndex(index: string, group: string): readonly string[];
  /** Adds a listener and at once tells it of everything that is there. Returns the way to take it off. */
  subscribe(listener: ChangeListener<T>): () => void;
  /** Whether a complete list has been taken over at least once. */
  readonly isSynced: boolean;
  /** Resolves when it is; false if it was stopped before. Never rejects. */
  whenSynced(): Promise<boolean>;
  /** How long ago the server last sent anything on it, in milliseconds; undefined before the first answer. */
  silentMs(): number | undefined;
  /** For how long nothing of it has been followed, in milliseconds: no watch is open. 0 while one is. */
  outMs(): number;
  stop(): Promise<void>;
}

/** For {@link WatchOptions.indexes}: groups by namespace. */
export function byNamespace(_object: unknown, key: string): Iterable<string> {
  const slash = key.indexOf('/');
  return slash === -1 ? [] : [key.slice(0, slash)];
}
