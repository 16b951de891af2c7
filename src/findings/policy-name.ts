import type { ObjectReference } from './place.ts';

/** `orders/nat` for a namespaced policy, `nat` for one of the cluster. */
export function policyName(reference: ObjectReference): string {
  return reference.namespace === undefined ? reference.name : `${reference.namespace}/${reference.name}`;
}
