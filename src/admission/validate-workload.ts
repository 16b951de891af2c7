import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { InspectionContext, WorkloadInspection } from '../inspection/inspect-workload.ts';
import { admissionWarnings, denialMessage } from '../report/admission-messages.ts';
import type { ReviewHandler } from './admission-app.ts';
import { findingsText } from './annotate.ts';
import { allowed, denied, warned, type AdmissionResponse } from './response.ts';
import { reviewSubject } from './review-subject.ts';

/** Makes the context of one review: everything is at hand but the ConfigMaps, which its deadline bounds. */
export type ContextMaker = (deadline: AbortSignal) => InspectionContext;

/** Inspects a workload, or remembers that it did. */
export type Inspector = (subject: WorkloadSubject, deadline: AbortSignal) => Promise<WorkloadInspection>;

/** What the handlers of workloads need. */
export interface WorkloadHandlerParts {
  readonly inspect: Inspector;
  /** Namespaces that are never judged: our own and the control plane's. */
  readonly spared: ReadonlySet<string>;
  readonly version: string;
}

/** `/validate`: refuses, warns or lets in, by what the policies' enforcement makes of the findings. */
export function validateWorkload(parts: WorkloadHandlerParts): ReviewHandler {
  // An inspection that is remembered is answered alike: the words need not be made again.
  const answers = new WeakMap<WorkloadInspection, AdmissionResponse>();
  return async (request, deadline) => {
    const review = reviewSubject(request, parts.spared);
    if ('answer' in review) return review.answer;
    const inspection = await parts.inspect(review.subject, deadline);
    const answer = answers.get(inspection) ?? respond(inspection);
    answers.set(inspection, answer);
    return answer;
  };
}

function respond(inspection: WorkloadInspection): AdmissionResponse {
  if (inspection.policies.length === 0 && inspection.findings.length === 0) return allowed();
  const audit = auditOf(inspection);
  const { decision, subject } = inspection;
  if (decision.denied.length > 0) return denied(denialMessage(decision.denied), audit);
  // What a person applied was warned about already; what a controller makes of it would only say so again, to nobody.
  if (subject.owner !== undefined) return allowed(audit);
  return warned(admissionWarnings(decision.warned), audit);
}

function auditOf(inspection: WorkloadInspection): Readonly<Record<string, string>> {
  const findings = findingsText(inspection);
  return {
    verdict: inspection.verdict,
    basis: inspection.basis,
    ...(findings === '' ? {} : { findings }),
  };
}
