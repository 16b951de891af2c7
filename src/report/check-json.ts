import type { Finding, Fix } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';
import type { WorkloadInspection } from '../inspection/inspect-workload.ts';
import { policyName } from '../findings/policy-name.ts';
import { consequenceSentence, problemOf, subjectOfFinding } from './sentences.ts';

/** Where a place stands in the files of a check. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

/** Maps a place to its file and line; undefined for what does not stand in any file. */
export type Locate = (place: Place) => Location | undefined;

/** A workload of a check in its published JSON form. */
export function workloadJson(inspection: WorkloadInspection, location: Location, locate: Locate): object {
  const { subject } = inspection;
  return {
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    file: location.file,
    line: location.line,
    verdict: inspection.verdict,
    basis: inspection.basis,
    policies: inspection.policies.map(({ policy, verdict, basis }) => ({
      kind: policy.reference.kind,
      name: policyName(policy.reference),
      verdict,
      basis,
    })),
    findings: inspection.findings.map((finding) => findingJson(finding, locate)),
  };
}

/** A finding in its published JSON form. `silenceSeconds` is null for unbounded. */
export function findingJson(finding: Finding, locate: Locate): object {
  const location = finding.place === undefined ? undefined : locate(finding.place);
  return {
    code: finding.code,
    verdict: finding.verdict,
    basis: finding.basis,
    assumption: finding.assumption,
    policy: finding.policy === undefined ? undefined : policyName(finding.policy),
    hop: finding.hop,
    leg: finding.leg,
    state: finding.state,
    client: finding.client,
    container: finding.container,
    target: finding.target,
    silenceSeconds: finding.silenceSeconds,
    idleTimeoutSeconds: finding.idleTimeoutSeconds,
    enforced: finding.enforced,
    waiver: finding.waiver,
    pointer: finding.place?.pointer,
    file: location?.file,
    line: location?.line,
    subject: subjectOfFinding(finding),
    message: problemOf(finding),
    consequence: consequenceSentence(finding),
    evidence: finding.evidence.map((evidence) => ({
      ...evidence,
      place: undefined,
      pointer: evidence.place?.pointer,
    })),
    fixes: finding.fixes.map((fix) => fixJson(fix, locate)),
  };
}

function fixJson(fix: Fix, locate: Locate): object {
  const location = fix.place === undefined ? undefined : locate(fix.place);
  return {
    side: fix.side,
    title: fix.title,
    text: fix.text,
    note: fix.note,
    pointer: fix.place?.pointer,
    file: location?.file,
    line: location?.line,
  };
}
