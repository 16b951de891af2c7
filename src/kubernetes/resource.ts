import { Fault } from '../faults/fault.ts';

/** What every stored object of the Kubernetes API carries about itself; the part that we read. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  /** Opaque: only equality means something. */
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** Any object of the Kubernetes API, as JSON. What the other fields are is the reader's to check. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** One collection of the API: where it is served, and what an element of it is called. */
export interface Resource {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  /** The name in the URL, such as `configmaps`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** One object, by name. `namespace` is given exactly where the resource is namespaced. */
export interface ObjectRef {
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The key of an object in a collection and in a queue: `namespace/name`, or `name` without a namespace. */
export function objectKey(object: {
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return object.namespace === undefined || object.namespace === ''
    ? object.name
    : `${object.namespace}/${object.name}`;
}

/** The inverse of {@link objectKey}. Neither names nor namespaces contain a slash. */
export function parseObjectKey(key: string): {
  readonly namespace: string | undefined;
  readonly name: string;
} {
  const slash = key.indexOf('/');
  return slash === -1
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The path of a collection; of one namespace's part of it where a namespace is given. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${apiVersionOf(resource)}`;
  const scope = namespace === undefined ? '' : `/namespaces/${pathSegment(namespace)}`;
  return `${root}${scope}/${resource.plural}`;
}

/** The path of one object, or of a part of it (`status`). */
export function objectPath(ref: ObjectRef, subresource?: string): string {
  const path = `${collectionPath(ref.resource, ref.namespace)}/${pathSegment(ref.name)}`;
  return subresource === undefined ? path : `${path}/${pathSegment(subresource)}`;
}

/** For messages: `ConfigMap orders/settings`. */
export function describeRef(ref: ObjectRef): string {
  return `${ref.resource.kind} ${objectKey(ref)}`;
}

/**
 * Names come from users' manifests. Encoding alone is not enough: `.` and `..` survive it and would change the
 * path that the server sees, and an empty name would turn an object's path into its collection's.
 */
function pathSegment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new Fault('ApiInvalid', `'${name}' is no name`);
  return encodeURIComponent(name);
}
