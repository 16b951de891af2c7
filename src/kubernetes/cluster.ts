import type { Collection, WatchOptions } from './collection.ts';
import type { KubernetesObject, ObjectRef, Resource } from './resource.ts';

/** Every call can be bounded and given up. */
export interface CallOptions {
  /** How long it may take altogether, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** The most objects to take; a longer list is a Fault (ApiAnswerTooLarge). Default 10 000. */
  readonly maxObjects?: number;
}

export interface WriteOptions extends CallOptions {
  /** Who owns the fields that are written. Default: the cluster's own field manager. */
  readonly fieldManager?: string;
  /** The server checks everything and stores nothing. */
  readonly dryRun?: boolean;
  /** A part of the object that has an endpoint of its own. */
  readonly subresource?: 'status';
}

export interface ApplyOptions extends WriteOptions {
  /** Takes over fields that another manager owns, instead of failing with ApiConflict. Default true. */
  readonly force?: boolean;
}

/** JSON merge patch (RFC 7396) or JSON patch (RFC 6902). */
export type Patch =
  | { readonly type: 'Merge'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly type: 'Json'; readonly body: readonly JsonPatchOperation[] };

export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test' | 'copy' | 'move';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** One of several reads: the object, that there is none, or why it could not be read. Never an exception. */
export type ReadResult =
  | { readonly outcome: 'Found'; readonly ref: ObjectRef; readonly object: KubernetesObject }
  | { readonly outcome: 'Absent'; readonly ref: ObjectRef }
  | { readonly outcome: 'Failed'; readonly ref: ObjectRef; readonly error: unknown };

/** Who the server takes us for. */
export interface Identity {
  /** Such as `system:serviceaccount:pathkeeper-system:pathkeeper-webhook`. */
  readonly username: string;
  /** Of a service account: the uid of that object. Others need not have one. */
  readonly uid: string | undefined;
}

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  /** As the server spells it, such as `v1.36.3`. */
  readonly gitVersion: string;
}

/**
 * A Kubernetes API server. Everything that the controller, admission, certificates and CLI want of it, so that
 * a fake can stand in for it. All calls reject with a Fault and with nothing else.
 */
export interface Cluster {
  /** Where it is, for messages. */
  readonly server: string;

  /** The object as stored, or undefined where there is none. */
  get(ref: ObjectRef, options?: CallOptions): Promise<KubernetesObject | undefined>;

  /**
   * Reads several objects in parallel, within one deadline: for the few ConfigMaps that a review references and
   * no cache holds. The results are in the order of the references.
   */
  getMany(refs: readonly ObjectRef[], options?: CallOptions): Promise<readonly ReadResult[]>;

  /** A consistent list, read page by page. For what is read once; what is followed is watched. */
  list(resource: Resource, options?: ListOptions): Promise<readonly KubernetesObject[]>;

  /** Makes it; ApiConflict where it exists. */
  create(resource: Resource, object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;

  /** Puts it in the old one's place. With `metadata.resourceVersion` it is a lock: ApiConflict if it changed. */
  replace(resource: Resource, object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;

  /** Server-side apply: owns exactly the fields given; makes the object where there is none (not in `status`). */
  apply(resource: Resource, object: KubernetesObject, options?: ApplyOptions): Promise<KubernetesObject>;

  patch(ref: ObjectRef, patch: Patch, options?: WriteOptions): Promise<KubernetesObject>;

  /** True if there was one to delete. With `uid`, only that very object. */
  remove(ref: ObjectRef, options?: CallOptions & { readonly uid?: string }): Promise<boolean>;

  serverVersion(options?: CallOptions): Promise<ServerVersion>;

  /** Who we are. Everybody whom the server knows may ask. */
  identity(options?: CallOptions): Promise<Identity>;

  /** Whether the server serves this resource in this version: for what is optional, such as OpenReports. */
  serves(resource: Resource, options?: CallOptions): Promise<boolean>;

  /** Follows a collection from now on; see {@link Collection}. */
  watch<T>(options: WatchOptions<T>): Collection<T>;

  /** Stops every watch and closes every connection. */
  close(): Promise<void>;
}
