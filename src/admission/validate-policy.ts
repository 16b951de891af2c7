import { isPathPolicy, parsePolicy } from '../api/parse-policy.ts';
import type { PathPolicy } from '../api/path-policy.ts';
import type { Finding } from '../findings/finding.ts';
import { compilePolicy } from '../inspection/compiled-policy.ts';
import { reviewPolicy } from '../inspection/review-policy.ts';
import { surveyWorkloads, type PolicySurvey } from '../inspection/survey-workloads.ts';
import { problemOf } from '../report/sentences.ts';
import { surveySentence } from '../report/survey-sentence.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { ReviewHandler } from './admission-app.ts';
import { allowed, denied, errored, warned } from './response.ts';
import type { ContextMaker } from './validate-workload.ts';

/** What the handler of policies needs. */
export interface PolicyHandlerParts {
  readonly context: ContextMaker;
  /** Running workloads that a policy of this namespace may select; of every namespace for undefined. */
  readonly workloads: (namespace: string | undefined) => Iterable<WorkloadSubject>;
}

/**
 * `/validate-policy`: answers what only the operator can know. A device that nobody knows is refused with a suggestion; a
 * timeout that its device cannot have is a warning; and whoever applies a policy learns how many running workloads it
 * finds at risk.
 */
export function validatePolicy(parts: PolicyHandlerParts): ReviewHandler {
  return async (request, deadline) => {
    const { object, operation } = request;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return allowed();
    if (object === null) return errored(400, `a ${operation} review must have an object`);
    if (!isPathPolicy(object)) return allowed();
    if (request.subResource !== '' || isBeingDeleted(object)) return allowed();
    const parsed = parsePolicy(withNamespace(object, request.namespace));
    if (parsed.policy === undefined) {
      return errored(
        422,
        parsed.problems.map(({ path, message }) => `[NPP5007] ${path} ${message}`).join('\n'),
      );
    }
    return respond(parsed.policy, parts, deadline);
  };
}

async function respond(
  policy: PathPolicy,
  parts: PolicyHandlerParts,
  deadline: AbortSignal,
): Promise<ReturnType<typeof allowed>> {
  const context = parts.context(deadline);
  const review = reviewPolicy(compilePolicy(policy, context.catalogue, context.lookup), context.catalogue);
  if (review.errors.length > 0) return denied(review.errors.map(line).join('\n'));
  const survey = await surveyWorkloads(
    review.compiled,
    parts.workloads(review.compiled.reference.namespace),
    context,
    deadline,
  );
  return warned([...review.warnings.map(line), ...surveyWarning(survey)]);
}

/** Nothing to say where nothing is at risk: silence is good news. */
function surveyWarning(survey: PolicySurvey): readonly string[] {
  const sentence = surveySentence(survey);
  return sentence === undefined ? [] : [sentence];
}

function line(finding: Finding): string {
  return `[${finding.code}] ${problemOf(finding)}`.slice(0, 255);
}

function withNamespace(object: Record<string, unknown>, namespace: string): Record<string, unknown> {
  const metadata = object['metadata'];
  if (namespace === '' || typeof metadata !== 'object' || metadata === null) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

function isBeingDeleted(object: Record<string, unknown>): boolean {
  const metadata = object['metadata'] as { deletionTimestamp?: unknown } | undefined;
  return metadata?.deletionTimestamp !== undefined;
}
