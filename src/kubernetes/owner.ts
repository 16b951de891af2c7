import { isFault } from '../faults/fault.ts';
import type { Cluster, Identity } from './cluster.ts';
import type { ObjectMeta, OwnerReference } from './resource.ts';

const SERVICE_ACCOUNT = 'system:serviceaccount';

/**
 * The service account that we run under, as the owner of what we make in its namespace: when whoever installed us takes
 * the account away, the cluster's garbage collector takes the rest. Nothing can come after it, since our token ends with
 * the account. Undefined where we run under something else, or under an account of another namespace, which may own
 * nothing in this one, and where the server does not tell. Rejects with a Fault where it cannot be asked.
 */
export async function findOwner(cluster: Cluster, namespace: string): Promise<OwnerReference | undefined> {
  const { username, uid } = await cluster.identity().catch(untold);
  const prefix = `${SERVICE_ACCOUNT}:${namespace}:`;
  if (uid === undefined || !username.startsWith(prefix)) return undefined;
  return { apiVersion: 'v1', kind: 'ServiceAccount', name: username.slice(prefix.length), uid };
}

function untold(error: unknown): Identity {
  if (isFault(error, 'ApiForbidden', 'ApiNotFound')) return { username: '', uid: undefined };
  throw error;
}

/** What an object's metadata says of its owner. */
export function ownedBy(owner: OwnerReference | undefined): Pick<ObjectMeta, 'ownerReferences'> {
  return owner === undefined ? {} : { ownerReferences: [owner] };
}
