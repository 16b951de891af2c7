import type { Catalogue } from '../catalogue/catalogue.ts';
import { applyWaivers } from '../enforcement/apply-waivers.ts';
import { decide, type Decision } from '../enforcement/decide.ts';
import { extractWorkload } from '../extraction/extract-workload.ts';
import type { WorkloadFacts, WorkloadSubject } from '../extraction/workload-facts.ts';
import { compareFindings } from '../findings/compare-findings.ts';
import type { Finding } from '../findings/finding.ts';
import { worstVerdict, type Basis, type Verdict } from '../findings/verdict.ts';
import type { ClusterVersion } from '../remediation/sysctl-fix.ts';
import { policyName } from '../findings/policy-name.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { judgePolicy, type PolicyInspection } from './judge-policy.ts';
import type { PolicyIndex } from './policy-index.ts';
import type { ClusterLookup, ConfigReader } from './ports.ts';
import { readConfiguration } from './read-configuration.ts';
import { readWorkloadDeclarations } from './read-declarations.ts';

/** What every inspection of one process has in common. */
export interface InspectionContext {
  readonly catalogue: Catalogue;
  readonly policies: PolicyIndex;
  readonly lookup: ClusterLookup;
  readonly config: ConfigReader;
  readonly secrets: 'Off' | 'On';
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly clusterVersion: ClusterVersion | undefined;
  /** The present instant: decides which waivers still count. */
  readonly now: Date;
}

/** Everything that was found out about one workload. */
export interface WorkloadInspection {
  readonly subject: WorkloadSubject;
  readonly facts: WorkloadFacts;
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** One for each policy that applies. Empty: no policy selects this workload. */
  readonly policies: readonly PolicyInspection[];
  /** Policies of which it cannot be decided whether they apply. */
  readonly undecidable: readonly CompiledPolicy[];
  /** All findings, worst first, waivers applied. */
  readonly findings: readonly Finding[];
  readonly decision: Decision;
}

/**
 * The one use case of the engine, behind every door: reads what the workload references, extracts its connections,
 * judges each on the path of each policy that applies, proposes fixes and decides. Never rejects for anything in the
 * workload; rejects only if a port breaks its promise.
 */
export async function inspectWorkload(
  subject: WorkloadSubject,
  context: InspectionContext,
): Promise<WorkloadInspection> {
  const namespaceLabels = context.lookup.namespaceLabels(subject.namespace);
  const { applying, undecidable } = context.policies.select({
    namespace: subject.namespace,
    templateLabels: subject.templateLabels,
    namespaceLabels,
  });
  const sources = await readConfiguration(subject, context.config, context.secrets);
  const { declarations, findings } = readWorkloadDeclarations(subject, context.catalogue);
  const facts = extractWorkload(subject, sources, context.catalogue, {
    namespaceLabels: namespaceLabels ?? {},
    secrets: context.secrets,
    clusterDomain: context.clusterDomain,
    declarations,
    ...(context.clusterVersion === undefined ? {} : { kubernetesVersion: context.clusterVersion }),
  });
  return conclude(
    subject,
    { ...facts, findings: [...findings, ...facts.findings] },
    applying,
    undecidable,
    context,
  );
}

function conclude(
  subject: WorkloadSubject,
  facts: WorkloadFacts,
  applying: readonly CompiledPolicy[],
  undecidable: readonly CompiledPolicy[],
  context: InspectionContext,
): WorkloadInspection {
  const policies = applying.map((policy) => judgePolicy(policy, subject, facts, context));
  const found = [
    ...policies.flatMap(({ findings }) => findings),
    ...(applying.length > 0 ? facts.findings : []),
    ...undecidable.map((policy) => selectorUndecidable(policy, subject)),
  ];
  const findings = applyWaivers(found, subject, {
    now: context.now,
    applying: applying.map(({ reference }) => reference),
  }).toSorted(compareFindings);
  const verdict = worstVerdict(policies.map((policy) => policy.verdict));
  const enforcements = new Map(applying.map((policy) => [policy.reference, policy.enforcement]));
  return {
    subject,
    facts,
    verdict,
    basis: basisOf(policies, verdict),
    policies,
    undecidable,
    findings,
    decision: decide(findings, ({ policy }) => (policy === undefined ? undefined : enforcements.get(policy))),
  };
}

/** The basis of the worst verdict: evidence, if any policy has it on evidence. */
function basisOf(policies: readonly PolicyInspection[], verdict: Verdict): Basis {
  const deciding = policies.filter((policy) => policy.verdict === verdict);
  return deciding.length > 0 && deciding.every(({ basis }) => basis === 'Assumption')
    ? 'Assumption'
    : 'Evidence';
}

function selectorUndecidable(policy: CompiledPolicy, subject: WorkloadSubject): Finding {
  return {
    code: 'NPP3012',
    verdict: 'Unknown',
    basis: 'Evidence',
    policy: policy.reference,
    evidence: [],
    fixes: [],
    enforced: true,
    details: { policy: policyName(policy.reference), namespace: subject.namespace },
  };
}
