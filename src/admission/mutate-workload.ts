import { findSubject } from '../extraction/extract-workload.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { PatchOperation } from '../findings/finding.ts';
import type { WorkloadInspection } from '../inspection/inspect-workload.ts';
import { remediateSysctls } from '../remediation/remediate-sysctls.ts';
import type { ReviewHandler } from './admission-app.ts';
import { annotationPatch, annotationsFor } from './annotate.ts';
import { applyPatch } from './apply-patch.ts';
import { allowed, patched } from './response.ts';
import { reviewSubject } from './review-subject.ts';
import type { WorkloadHandlerParts } from './validate-workload.ts';

/** What mutating needs beside. */
export interface MutateParts extends WorkloadHandlerParts {
  /** The cluster treats the keep-alive sysctls as safe; not known counts as no. */
  readonly sysctlsAreSafe: boolean;
}

/**
 * `/mutate`: annotates the object with what was found, and, where a policy asks for it, puts the keep-alive sysctls in.
 * What is annotated is the verdict of the object as it will be stored, with the sysctls in it.
 */
export function mutateWorkload(parts: MutateParts): ReviewHandler {
  return async (request, deadline) => {
    const review = reviewSubject(request, parts.spared);
    if ('answer' in review) return review.answer.allowed ? allowed() : review.answer;
    const first = await parts.inspect(review.subject, deadline);
    const sysctls = parts.sysctlsAreSafe ? remediationFor(first) : [];
    const inspection =
      sysctls.length === 0 ? first : await parts.inspect(withPatch(review.subject, sysctls), deadline);
    const wanted = annotationsFor(inspection, parts.version);
    return patched([...sysctls, ...annotationPatch(review.object, wanted)]);
  };
}

function remediationFor(inspection: WorkloadInspection): readonly PatchOperation[] {
  const asking = inspection.policies.filter(({ policy }) => policy.enforcement.remediate === 'Sysctls');
  return remediateSysctls(
    inspection.subject,
    inspection.facts,
    asking.flatMap(({ connections, path }) =>
      connections.flatMap(({ candidates }) =>
        candidates.map((candidate) => ({ model: candidate.candidate.model, verdict: candidate.path, path })),
      ),
    ),
  );
}

function withPatch(subject: WorkloadSubject, operations: readonly PatchOperation[]): WorkloadSubject {
  const changed = findSubject(applyPatch(subject.object, operations));
  return changed === undefined ? subject : { ...changed, namespace: subject.namespace, name: subject.name };
}
