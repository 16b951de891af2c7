import type { CompiledPolicy } from '../inspection/compiled-policy.ts';
import { appliesTo } from '../inspection/policy-index.ts';
import type { ClusterState } from '../kubernetes/cluster-state.ts';
import type { StateChange } from '../kubernetes/state-change.ts';
import { workloadKey } from '../kubernetes/workload-store.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';

/** Keys of the workloads whose verdict a change may change. */
export function* affectedWorkloads(change: StateChange, state: ClusterState): Iterable<string> {
  switch (change.what) {
    case 'Workload':
      yield change.key;
      return;
    case 'Configuration':
      yield* state.workloads.readers('ConfigMap', change.namespace, change.name);
      yield* state.workloads.readers('Secret', change.namespace, change.name);
      return;
    case 'Namespace':
      for (const subject of state.workloads.inNamespace(change.name)) yield workloadKey(subject);
      return;
    case 'Service':
      for (const policy of state.policies.index.values()) {
        if (namesService(policy, change.namespace, change.name)) yield* selectedBy([policy], state);
      }
      return;
    case 'Policy': {
      const sides = [change.before, change.after].filter((policy) => policy !== undefined);
      yield* selectedBy(sides, state);
    }
  }
}

/** Workloads that any of the policies applies to, or may have. */
function* selectedBy(policies: readonly CompiledPolicy[], state: ClusterState): Iterable<string> {
  for (const subject of reach(policies, state)) {
    const selectable = {
      namespace: subject.namespace,
      templateLabels: subject.templateLabels,
      namespaceLabels: state.namespaceLabels(subject.namespace),
    };
    const applies = policies.some((policy) => {
      const applicability = appliesTo(policy, selectable);
      return applicability === 'Applies' || applicability === 'NamespaceLabelsUnknown';
    });
    if (applies) yield workloadKey(subject);
  }
}

/** A namespaced policy reaches its namespace only. */
function reach(policies: readonly CompiledPolicy[], state: ClusterState): Iterable<WorkloadSubject> {
  const [first] = policies;
  const namespace = first?.reference.namespace;
  return namespace === undefined ? state.workloads.all() : state.workloads.inNamespace(namespace);
}

function namesService(policy: CompiledPolicy, namespace: string, name: string): boolean {
  return (policy.spec.destinations ?? []).some(
    ({ service }) =>
      service?.name === name && (service.namespace ?? policy.reference.namespace) === namespace,
  );
}
