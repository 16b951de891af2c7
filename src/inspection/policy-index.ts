import { selectorMatches, selectsAll } from '../api/label-selector.ts';
import type { LabelSelector } from '../api/path-policy.ts';
import { policyName } from '../findings/policy-name.ts';
import type { CompiledPolicy } from './compiled-policy.ts';

/** Whether a policy applies to a workload, and if not, why not. */
export type Applicability = 'Applies' | 'OtherNamespace' | 'OtherPods' | 'NamespaceLabelsUnknown';

/** What a workload shows to selectors. */
export interface Selectable {
  readonly namespace: string;
  readonly templateLabels: Readonly<Record<string, string>>;
  /** Undefined where they cannot be known. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
}

/** The policies that apply to one workload, and those of which that cannot be decided. */
export interface Selection {
  readonly applying: readonly CompiledPolicy[];
  readonly undecidable: readonly CompiledPolicy[];
}

const ANY = '';

/**
 * Policies under what they select, so that a review asks only those that can apply: by namespace (or the whole
 * cluster), and then by one `label=value` that their selector demands. Built when a policy changes, read at each review.
 */
export class PolicyIndex {
  readonly #all = new Map<string, CompiledPolicy>();
  readonly #buckets = new Map<string, Map<string, Set<CompiledPolicy>>>();

  get size(): number {
    return this.#all.size;
  }

  get(kind: string, name: string): CompiledPolicy | undefined {
    return this.#all.get(`${kind}:${name}`);
  }

  values(): Iterable<CompiledPolicy> {
    return this.#all.values();
  }

  /** Adds a policy, or puts it in the place of the one of the same name. */
  put(policy: CompiledPolicy): void {
    this.remove(policy.reference.kind, policyName(policy.reference));
    this.#all.set(keyOf(policy), policy);
    this.#bucket(policy).add(policy);
  }

  remove(kind: string, name: string): void {
    const key = `${kind}:${name}`;
    const policy = this.#all.get(key);
    if (policy === undefined) return;
    this.#all.delete(key);
    this.#bucket(policy).delete(policy);
  }

  /** The policies that apply to a workload, in a stable order. */
  select(workload: Selectable): Selection {
    const applying: CompiledPolicy[] = [];
    const undecidable: CompiledPolicy[] = [];
    for (const policy of this.#candidates(workload)) {
      const applicability = appliesTo(policy, workload);
      if (applicability === 'Applies') applying.push(policy);
      if (applicability === 'NamespaceLabelsUnknown') undecidable.push(policy);
    }
    return { applying: applying.sort(byName), undecidable: undecidable.sort(byName) };
  }

  *#candidates(workload: Selectable): Iterable<CompiledPolicy> {
    for (const scope of [workload.namespace, ANY]) {
      const byLabel = this.#buckets.get(scope);
      if (byLabel === undefined) continue;
      yield* byLabel.get(ANY) ?? [];
      for (const [label, value] of Object.entries(workload.templateLabels)) {
        yield* byLabel.get(`${label}=${value}`) ?? [];
      }
    }
  }

  #bucket(policy: CompiledPolicy): Set<CompiledPolicy> {
    const scope = policy.reference.namespace ?? ANY;
    const byLabel = this.#buckets.get(scope) ?? new Map<string, Set<CompiledPolicy>>();
    this.#buckets.set(scope, byLabel);
    const label = demandedLabel(policy.spec.podSelector);
    const bucket = byLabel.get(label) ?? new Set<CompiledPolicy>();
    byLabel.set(label, bucket);
    return bucket;
  }
}

/** Whether a policy applies to a workload: its namespace (or namespace selector) and its pod selector. */
export function appliesTo(policy: CompiledPolicy, workload: Selectable): Applicability {
  const { namespaceSelector, reference } = policy;
  if (namespaceSelector === undefined && reference.namespace !== workload.namespace) return 'OtherNamespace';
  if (!selectorMatches(policy.spec.podSelector, workload.templateLabels)) return 'OtherPods';
  if (namespaceSelector === undefined || selectsAll(namespaceSelector)) return 'Applies';
  if (workload.namespaceLabels === undefined) return 'NamespaceLabelsUnknown';
  return selectorMatches(namespaceSelector, workload.namespaceLabels) ? 'Applies' : 'OtherNamespace';
}

function demandedLabel(selector: LabelSelector): string {
  const [first] = Object.entries(selector.matchLabels ?? {});
  return first === undefined ? ANY : `${first[0]}=${first[1]}`;
}

function keyOf(policy: CompiledPolicy): string {
  return `${policy.reference.kind}:${policyName(policy.reference)}`;
}

function byName(left: CompiledPolicy, right: CompiledPolicy): number {
  return keyOf(left) < keyOf(right) ? -1 : 1;
}
