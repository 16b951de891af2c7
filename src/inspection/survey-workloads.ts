import type { ObjectReference } from '../findings/place.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { inspectWorkload, type InspectionContext } from './inspect-workload.ts';
import { appliesTo, PolicyIndex } from './policy-index.ts';

/** What a policy finds among the workloads that are running. */
export interface PolicySurvey {
  readonly matched: number;
  readonly atRisk: number;
  readonly marginal: number;
  readonly unknown: number;
  /** The first few that are at risk. */
  readonly examples: readonly ObjectReference[];
  /** Every selected workload was looked at; otherwise time ran out. */
  readonly complete: boolean;
}

const MOST_EXAMPLES = 3;

/** Judges running workloads by one policy alone, as far as the deadline allows. */
export async function surveyWorkloads(
  policy: CompiledPolicy,
  workloads: Iterable<WorkloadSubject>,
  context: InspectionContext,
  deadline: AbortSignal,
): Promise<PolicySurvey> {
  const policies = new PolicyIndex();
  policies.put(policy);
  const own = { ...context, policies };
  const counts = { matched: 0, atRisk: 0, marginal: 0, unknown: 0 };
  const examples: ObjectReference[] = [];
  for (const subject of workloads) {
    if (!selects(policy, subject, context)) continue;
    if (deadline.aborted) return { ...counts, examples, complete: false };
    const { verdict } = await inspectWorkload(subject, own);
    counts.matched++;
    if (verdict === 'Marginal') counts.marginal++;
    if (verdict === 'Unknown') counts.unknown++;
    if (verdict !== 'AtRisk') continue;
    counts.atRisk++;
    if (examples.length < MOST_EXAMPLES) {
      examples.push({ kind: subject.kind, namespace: subject.namespace, name: subject.name });
    }
  }
  return { ...counts, examples, complete: true };
}

function selects(policy: CompiledPolicy, subject: WorkloadSubject, context: InspectionContext): boolean {
  const namespaceLabels = context.lookup.namespaceLabels(subject.namespace);
  return (
    appliesTo(policy, {
      namespace: subject.namespace,
      templateLabels: subject.templateLabels,
      namespaceLabels,
    }) === 'Applies'
  );
}
