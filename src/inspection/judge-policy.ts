import type { PathModel, WorkloadCircumstances } from '../evaluation/path-model.ts';
import type { LegVerdict } from '../evaluation/path-verdict.ts';
import type { Address, Connection, WorkloadFacts, WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Finding } from '../findings/finding.ts';
import { worstVerdict, type Basis, type Verdict } from '../findings/verdict.ts';
import { selectsAll } from '../api/label-selector.ts';
import { proposeFixes } from '../remediation/propose-fixes.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { explainVerdict } from './explain-verdict.ts';
import type { InspectionContext } from './inspect-workload.ts';
import { judgeConnection, type ConnectionVerdict } from './judge-connection.ts';
import { matchDestinations, type Membership } from './match-destination.ts';
import { hopOfDevice } from './resolve-path.ts';

/** One policy's judgement of one workload. */
export interface PolicyInspection {
  readonly policy: CompiledPolicy;
  readonly verdict: Verdict;
  readonly basis: Basis;
  readonly connections: readonly ConnectionVerdict[];
  readonly legs: readonly LegVerdict[];
  readonly findings: readonly Finding[];
  /** The path that was judged: the policy's, with the sidecars that the pod has. */
  readonly path: PathModel;
}

/** Judges every connection of a workload that uses a policy's path. */
export function judgePolicy(
  policy: CompiledPolicy,
  subject: WorkloadSubject,
  facts: WorkloadFacts,
  context: InspectionContext,
): PolicyInspection {
  const path = withSidecars(policy.path, facts, context);
  const circumstances = circumstancesOf(facts);
  const connections = connectionsFor(policy, facts).map((connection) =>
    judgeConnection(connection, membershipOf(connection, policy, subject, context), path, circumstances),
  );
  const elsewhere = allElsewhere(connections, policy, subject);
  if (elsewhere !== undefined) {
    return { policy, ...elsewhere, connections, legs: [], path };
  }
  const verdict = worstVerdict(connections.map((connection) => connection.verdict));
  return {
    policy,
    verdict,
    basis: basisOf(connections, verdict),
    connections,
    legs: connections.find(({ decisive }) => decisive !== undefined)?.decisive?.path.legs ?? [],
    findings: connections.flatMap((connection) =>
      findingsOf(connection, policy, subject, facts, path, context),
    ),
    path,
  };
}

function findingsOf(
  connection: ConnectionVerdict,
  policy: CompiledPolicy,
  subject: WorkloadSubject,
  facts: WorkloadFacts,
  path: PathModel,
  context: InspectionContext,
): readonly Finding[] {
  return explainVerdict(connection, policy).map(({ finding, hop, candidate }) => {
    if (hop === undefined || candidate === undefined || finding.verdict === 'Unknown') return finding;
    const fixes = proposeFixes({
      subject,
      facts,
      connection: connection.connection,
      model: candidate.candidate.model,
      path,
      verdict: hop,
      catalogue: context.catalogue,
      clusterVersion: context.clusterVersion,
    });
    return { ...finding, fixes };
  });
}

/**
 * The connections that a policy is asked about: those of its direction. The connection to the Kubernetes API stands in no
 * manifest and counts only for a policy whose destination it is.
 */
function connectionsFor(policy: CompiledPolicy, facts: WorkloadFacts): readonly Connection[] {
  const own = facts.connections.filter(({ direction }) => direction === policy.spec.direction);
  if (facts.kubernetesApi === undefined || !leadsToKubernetesApi(policy)) return own;
  return [...own.filter(({ origin }) => origin !== 'Unnamed'), facts.kubernetesApi];
}

function leadsToKubernetesApi(policy: CompiledPolicy): boolean {
  return (policy.spec.destinations ?? []).some(
    ({ service }) =>
      service?.name === 'kubernetes' && (service.namespace ?? policy.reference.namespace) === 'default',
  );
}

function membershipOf(
  connection: Connection,
  policy: CompiledPolicy,
  subject: WorkloadSubject,
  context: InspectionContext,
): Membership {
  const { address } = connection;
  if (address.state === 'Local') return 'Off';
  if (connection.direction === 'Inbound') return matchListeners(address, policy);
  if (connection.origin === 'KubernetesApi') return 'On';
  if (connection.origin === 'Unnamed' && namesWorkloads(policy)) return 'On';
  return matchDestinations(address, policy.spec.destinations, {
    workloadNamespace: subject.namespace,
    policyNamespace: policy.reference.namespace ?? subject.namespace,
    clusterDomain: context.clusterDomain,
    lookup: context.lookup,
  });
}

function matchListeners(address: Address, policy: CompiledPolicy): Membership {
  const listeners = policy.spec.listeners ?? [];
  if (listeners.length === 0) return 'On';
  const port = address.state === 'Known' ? address.port : undefined;
  if (port === undefined) return 'Unknown';
  return listeners.some((listener) => listener.port === port) ? 'On' : 'Off';
}

/** A pod selector with a part in it: its author says that these workloads use the path. */
function namesWorkloads(policy: CompiledPolicy): boolean {
  return !selectsAll(policy.spec.podSelector);
}

/**
 * A policy with destinations, and visible connections that all go elsewhere: not applicable where the policy selects
 * everything, Unknown where it names workloads.
 */
function allElsewhere(
  connections: readonly ConnectionVerdict[],
  policy: CompiledPolicy,
  subject: WorkloadSubject,
): Pick<PolicyInspection, 'verdict' | 'basis' | 'findings'> | undefined {
  if (policy.spec.direction !== 'Outbound' || (policy.spec.destinations ?? []).length === 0) return undefined;
  if (connections.length === 0 || connections.some(({ membership }) => membership !== 'Off'))
    return undefined;
  if (!namesWorkloads(policy)) return { verdict: 'NotApplicable', basis: 'Evidence', findings: [] };
  const seen = connections
    .flatMap(({ connection: { address } }) => (address.state === 'Known' ? [address.host] : []))
    .slice(0, 3)
    .join(', ');
  const finding: Finding = {
    code: 'NPP3007',
    verdict: 'Unknown',
    basis: 'Evidence',
    policy: policy.reference,
    evidence: [],
    fixes: [],
    enforced: true,
    place: { object: { kind: subject.kind, namespace: subject.namespace, name: subject.name }, pointer: '' },
    details: { why: seen === '' ? 'all stay within the pod' : `visible: ${seen}` },
  };
  return { verdict: 'Unknown', basis: 'Evidence', findings: [finding] };
}

/** A sidecar that the pod has is the first hop, unless the policy lists a hop with that device. */
function withSidecars(path: PathModel, facts: WorkloadFacts, context: InspectionContext): PathModel {
  const implicit = facts.sidecars
    .filter(({ device }) => !path.hops.some((hop) => hop.device === device))
    .flatMap(({ device }) => {
      const entry = context.catalogue.device(device);
      return entry === undefined ? [] : [hopOfDevice(entry, entry.id)];
    });
  return implicit.length === 0 ? path : { ...path, hops: [...implicit, ...path.hops] };
}

function circumstancesOf(facts: WorkloadFacts): WorkloadCircumstances {
  return {
    podKeepAlive: facts.keepAlive,
    shortLived: facts.shortLived,
    ...(facts.deadlineSeconds === undefined ? {} : { deadlineSeconds: facts.deadlineSeconds }),
    unrecognisedSettings: facts.unrecognisedSettings.map(({ name }) => name),
  };
}

function basisOf(connections: readonly ConnectionVerdict[], verdict: Verdict): Basis {
  const deciding = connections.filter((connection) => connection.verdict === verdict);
  const assumed =
    verdict === 'Protected'
      ? deciding.some(({ basis }) => basis === 'Assumption')
      : deciding.length > 0 && deciding.every(({ basis }) => basis === 'Assumption');
  return assumed ? 'Assumption' : 'Evidence';
}
