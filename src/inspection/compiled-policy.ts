import { effectiveEnforcement, type EffectiveEnforcement } from '../api/effective-enforcement.ts';
import type {
  ClusterNetworkPathPolicy,
  LabelSelector,
  PathPolicy,
  PathPolicySpec,
} from '../api/path-policy.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ObjectReference } from '../findings/place.ts';
import type { PathModel } from '../evaluation/path-model.ts';
import type { ClusterLookup } from './ports.ts';
import { readDeclaredTimeout, type DeclaredTimeout } from './read-declared-timeout.ts';
import { resolvePath, type HopProblem } from './resolve-path.ts';

/** A policy made ready to be asked many times: its path resolved, its defaults filled in. */
export interface CompiledPolicy {
  readonly reference: ObjectReference;
  readonly generation: number;
  readonly spec: PathPolicySpec;
  /** Undefined for a NetworkPathPolicy: its own namespace. */
  readonly namespaceSelector?: LabelSelector;
  readonly path: PathModel;
  readonly enforcement: EffectiveEnforcement;
  readonly problems: readonly HopProblem[];
  /** Objects that its path reads: when one changes, the policy is compiled anew. */
  readonly reads: readonly ObjectReference[];
}

/** Makes a policy ready. Pure: what declares timeouts is looked up in what is already known. */
export function compilePolicy(
  policy: PathPolicy,
  catalogue: Catalogue,
  lookup: ClusterLookup,
): CompiledPolicy {
  const spec: PathPolicySpec = policy.spec;
  const reads: ObjectReference[] = [];
  const { path, problems } = resolvePath(spec, catalogue, (hop, device): DeclaredTimeout => {
    const from = hop.idleTimeoutFrom;
    const namespace = from?.namespace ?? policy.metadata.namespace;
    if (from === undefined || namespace === undefined)
      return { state: 'NotFound', reason: 'no namespace is given' };
    reads.push({ kind: from.kind, namespace, name: from.name });
    const object = lookup.declaring(from.kind, namespace, from.name);
    if (object === undefined) {
      return {
        state: 'NotFound',
        reason: `${from.kind} ${namespace}/${from.name} does not exist or cannot be read`,
      };
    }
    return readDeclaredTimeout(object, device === undefined ? catalogue.devices : [device]);
  });
  return {
    reference: referenceOf(policy),
    generation: policy.metadata.generation ?? 0,
    spec,
    path,
    enforcement: effectiveEnforcement(spec),
    problems,
    reads,
    ...(policy.kind === 'ClusterNetworkPathPolicy' ? { namespaceSelector: namespaceSelectorOf(policy) } : {}),
  };
}

/** How findings and status name a policy. */
function referenceOf(policy: PathPolicy): ObjectReference {
  return policy.kind === 'NetworkPathPolicy' && policy.metadata.namespace !== undefined
    ? { kind: policy.kind, namespace: policy.metadata.namespace, name: policy.metadata.name }
    : { kind: policy.kind, name: policy.metadata.name };
}

function namespaceSelectorOf(policy: ClusterNetworkPathPolicy): LabelSelector {
  return policy.spec.namespaceSelector ?? {};
}
