import { isPathPolicy, parsePolicy } from '../api/parse-policy.ts';
import type { PathPolicy } from '../api/path-policy.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { findSubject } from '../extraction/extract-workload.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import { compilePolicy } from '../inspection/compiled-policy.ts';
import {
  inspectWorkload,
  type InspectionContext,
  type WorkloadInspection,
} from '../inspection/inspect-workload.ts';
import { PolicyIndex } from '../inspection/policy-index.ts';
import { reviewPolicy, type PolicyReview } from '../inspection/review-policy.ts';
import { FileCluster, identify } from './file-cluster.ts';
import { LineLocator } from './locate-line.ts';
import type { Input, InputDocument, InputProblem } from './read-documents.ts';

/** A workload's inspection and the document that it came from. */
export interface CheckedWorkload {
  readonly document: InputDocument;
  readonly inspection: WorkloadInspection;
}

/** A policy's own review and where it stands. */
export interface CheckedPolicy {
  readonly document: InputDocument;
  readonly review: PolicyReview;
}

/** Everything that a check found out, still without words. */
export interface CheckResult {
  readonly workloads: readonly CheckedWorkload[];
  readonly policies: readonly CheckedPolicy[];
  readonly problems: readonly InputProblem[];
  readonly summary: CheckSummary;
  readonly cluster: FileCluster;
  readonly lines: LineLocator;
}

/** What became of each document: nothing is skipped in silence. */
export interface CheckSummary {
  readonly files: number;
  readonly documents: number;
  readonly judged: number;
  readonly withoutPolicy: number;
  readonly policies: number;
  /** Read for what they say about others: ConfigMaps, Services, Namespaces. */
  readonly context: number;
  /** Kinds with nothing to judge. */
  readonly other: number;
  readonly notUnderstood: number;
}

/** What a check is told by its flags. */
export interface CheckSettings {
  readonly catalogue: Catalogue;
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly secrets: 'Off' | 'On';
  readonly clusterVersion: { readonly major: number; readonly minor: number } | undefined;
  readonly now: Date;
}

const CONTEXT_KINDS = new Set([
  'ConfigMap',
  'Secret',
  'Service',
  'Namespace',
  'Ingress',
  'Gateway',
  'DestinationRule',
]);

/** Judges every workload of the input by every policy of the input. */
export async function checkInput(input: Input, settings: CheckSettings): Promise<CheckResult> {
  const cluster = new FileCluster(input.documents, settings.namespace);
  const lines = new LineLocator();
  const problems: InputProblem[] = [...input.problems];
  const policies = readPolicies(input.documents, cluster, settings, problems, lines);
  const index = new PolicyIndex();
  for (const { review } of policies) {
    if (review.errors.length === 0) index.put(review.compiled);
  }
  const context: InspectionContext = {
    catalogue: settings.catalogue,
    policies: index,
    lookup: cluster,
    config: cluster,
    secrets: settings.secrets,
    clusterDomain: settings.clusterDomain,
    clusterVersion: settings.clusterVersion,
    now: settings.now,
  };
  const workloads: CheckedWorkload[] = [];
  for (const document of input.documents) {
    const subject = subjectOf(document, settings);
    if (subject !== undefined)
      workloads.push({ document, inspection: await inspectWorkload(subject, context) });
  }
  return {
    workloads,
    policies,
    problems,
    summary: summarise(input, workloads, policies, problems),
    cluster,
    lines,
  };
}

function subjectOf(document: InputDocument, settings: CheckSettings): WorkloadSubject | undefined {
  const subject = findSubject(document.object);
  if (subject === undefined) return undefined;
  const { namespace, name } = identify(document.object, settings.namespace);
  return { ...subject, namespace, name };
}

function readPolicies(
  documents: readonly InputDocument[],
  cluster: FileCluster,
  settings: CheckSettings,
  problems: InputProblem[],
  lines: LineLocator,
): readonly CheckedPolicy[] {
  const checked: CheckedPolicy[] = [];
  for (const document of documents) {
    if (!isPathPolicy(document.object)) continue;
    const parsed = parsePolicy(document.object);
    for (const problem of parsed.problems) {
      problems.push({
        file: document.file,
        line: lines.lineOf(document, problem.pointer),
        message: `${identify(document.object, settings.namespace).name}: ${problem.path} ${problem.message}`,
        code: 'NPP5007',
      });
    }
    if (parsed.policy === undefined) continue;
    const policy = withNamespace(parsed.policy, settings.namespace);
    const compiled = compilePolicy(policy, settings.catalogue, cluster);
    checked.push({ document, review: reviewPolicy(compiled, settings.catalogue) });
  }
  return checked;
}

function withNamespace(policy: PathPolicy, namespace: string): PathPolicy {
  if (policy.kind === 'ClusterNetworkPathPolicy' || policy.metadata.namespace !== undefined) return policy;
  return { ...policy, metadata: { ...policy.metadata, namespace } };
}

function summarise(
  input: Input,
  workloads: readonly CheckedWorkload[],
  policies: readonly CheckedPolicy[],
  problems: readonly InputProblem[],
): CheckSummary {
  const withoutPolicy = workloads.filter(({ inspection }) => inspection.policies.length === 0).length;
  const context = input.documents.filter(({ object }) => CONTEXT_KINDS.has(String(object['kind']))).length;
  const policyDocuments = input.documents.filter(({ object }) => isPathPolicy(object)).length;
  return {
    files: input.files,
    documents: input.documents.length,
    judged: workloads.length - withoutPolicy,
    withoutPolicy,
    policies: policies.length,
    context,
    other: input.documents.length - workloads.length - policyDocuments - context,
    notUnderstood: problems.length,
  };
}
