import { policyName } from '../findings/policy-name.ts';
import type { Finding } from '../findings/finding.ts';
import type { PolicyInspection } from '../inspection/judge-policy.ts';
import type { WorkloadInspection } from '../inspection/inspect-workload.ts';
import type { WorkloadEntry } from '../report/policy-status.ts';

/** A finding that appeared or went, with the workload that it is about. */
export interface Transition {
  readonly workload: string;
  readonly finding: Finding;
  readonly change: 'Appeared' | 'Went';
}

/** Policies whose status may have changed, and findings that came and went. */
export interface LedgerChange {
  readonly policies: ReadonlySet<string>;
  readonly transitions: readonly Transition[];
}

/**
 * The latest verdict of every workload under every policy: what statuses are counted from. In memory only: after a restart
 * it is observed anew.
 */
export class VerdictLedger {
  /** Policy key to workload key to entry. */
  readonly #byPolicy = new Map<string, Map<string, WorkloadEntry>>();
  /** Workload key to its findings by identity. */
  readonly #findings = new Map<string, ReadonlyMap<string, Finding>>();
  readonly #policiesOf = new Map<string, ReadonlySet<string>>();

  /** Number of workloads that have been judged. */
  get size(): number {
    return this.#policiesOf.size;
  }

  entries(policyKey: string): readonly WorkloadEntry[] {
    return [...(this.#byPolicy.get(policyKey)?.values() ?? [])];
  }

  /** Worst verdict of each judged workload that some policy selects, counted. */
  *verdicts(): Iterable<WorkloadEntry> {
    for (const entries of this.#byPolicy.values()) yield* entries.values();
  }

  /** Takes over what an inspection found. */
  record(workload: string, inspection: WorkloadInspection): LedgerChange {
    const before = this.#policiesOf.get(workload) ?? new Set<string>();
    const after = new Set<string>();
    for (const judged of inspection.policies) {
      const key = keyOf(judged);
      after.add(key);
      const entries = this.#byPolicy.get(key) ?? new Map<string, WorkloadEntry>();
      this.#byPolicy.set(key, entries);
      entries.set(workload, entryOf(judged, inspection));
    }
    for (const key of before) if (!after.has(key)) this.#forget(key, workload);
    this.#policiesOf.set(workload, after);
    const transitions = this.#compare(workload, inspection.findings);
    return { policies: before.union(after), transitions };
  }

  /** Forgets a workload that is gone. */
  remove(workload: string): LedgerChange {
    const policies = this.#policiesOf.get(workload) ?? new Set<string>();
    for (const key of policies) this.#forget(key, workload);
    this.#policiesOf.delete(workload);
    this.#findings.delete(workload);
    return { policies, transitions: [] };
  }

  #forget(policyKey: string, workload: string): void {
    const entries = this.#byPolicy.get(policyKey);
    entries?.delete(workload);
    if (entries?.size === 0) this.#byPolicy.delete(policyKey);
  }

  #compare(workload: string, findings: readonly Finding[]): readonly Transition[] {
    const after = new Map(
      findings
        .filter(({ enforced, waiver }) => enforced && waiver === undefined)
        .map((finding) => [identity(finding), finding]),
    );
    const before = this.#findings.get(workload) ?? new Map<string, Finding>();
    const transitions: Transition[] = [];
    for (const [id, finding] of after)
      if (!before.has(id)) transitions.push({ workload, finding, change: 'Appeared' });
    for (const [id, finding] of before)
      if (!after.has(id)) transitions.push({ workload, finding, change: 'Went' });
    this.#findings.set(workload, after);
    return transitions;
  }
}

function identity({ code, policy, hop, container, target, state }: Finding): string {
  return JSON.stringify([code, policy?.namespace, policy?.name, hop, container, target, state]);
}

function keyOf({ policy }: PolicyInspection): string {
  return `${policy.reference.kind}:${policyName(policy.reference)}`;
}

function entryOf(judged: PolicyInspection, inspection: WorkloadInspection): WorkloadEntry {
  const { subject } = inspection;
  const own = inspection.findings.filter(
    ({ policy, enforced }) => policy === judged.policy.reference && enforced,
  );
  const deciding = own.find(({ verdict }) => verdict === judged.verdict);
  return {
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    verdict: judged.verdict,
    basis: judged.basis,
    code: deciding?.code ?? '',
    silenceSeconds: deciding?.silenceSeconds,
    waived:
      own.length > 0 &&
      own.every(({ waiver, verdict }) => waiver !== undefined || verdict !== judged.verdict),
  };
}
