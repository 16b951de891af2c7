import { CHECKED_BY_ANNOTATION, FINDINGS_ANNOTATION, VERDICT_ANNOTATION } from '../api/annotations.ts';
import type { WorkloadInspection } from '../inspection/inspect-workload.ts';
import type { PatchOperation } from '../findings/finding.ts';
import { policyName } from '../findings/policy-name.ts';

/** `pathkeeper.dev/findings` holds at most this many characters. */
const MOST_CHARACTERS = 1024;

/**
 * The annotations that an inspection calls for; undefined where no policy that wants them applies: then what an
 * earlier review wrote is taken away. They change only when the verdict, the findings or the version do.
 */
export function annotationsFor(
  inspection: WorkloadInspection,
  version: string,
): Readonly<Record<string, string>> | undefined {
  if (!inspection.policies.some(({ policy }) => policy.enforcement.annotate === 'Enabled')) return undefined;
  return {
    [VERDICT_ANNOTATION]: inspection.verdict,
    [FINDINGS_ANNOTATION]: findingsText(inspection),
    [CHECKED_BY_ANNOTATION]: version,
  };
}

/** `NPP1001 orders/nat:nat-gateway, NPP1003 edge:lb`: codes with policy and hop, as many as fit. */
export function findingsText(inspection: WorkloadInspection): string {
  const parts = inspection.findings
    .filter(({ enforced, policy }) => enforced || policy === undefined)
    .map(({ code, policy, hop, waiver }) => {
      const where = policy === undefined ? '' : ` ${policyName(policy)}${hop === undefined ? '' : `:${hop}`}`;
      return `${code}${where}${waiver === undefined ? '' : ' (waived)'}`;
    });
  let text = '';
  for (const part of new Set(parts)) {
    const next = text === '' ? part : `${text}, ${part}`;
    if (next.length > MOST_CHARACTERS) break;
    text = next;
  }
  return text;
}

/** The operations that bring an object's annotations to what is wanted, and nothing where they are so already. */
export function annotationPatch(
  object: Record<string, unknown>,
  wanted: Readonly<Record<string, string>> | undefined,
): readonly PatchOperation[] {
  const present = presentAnnotations(object);
  const operations: PatchOperation[] = [];
  for (const key of [VERDICT_ANNOTATION, FINDINGS_ANNOTATION, CHECKED_BY_ANNOTATION]) {
    operations.push(...operationsFor(key, present?.[key], wanted?.[key]));
  }
  if (operations.length === 0 || present !== undefined) return operations;
  return [{ op: 'add', path: '/metadata/annotations', value: {} }, ...operations];
}

function operationsFor(key: string, present: unknown, wanted: string | undefined): readonly PatchOperation[] {
  const path = `/metadata/annotations/${key.replaceAll('/', '~1')}`;
  if (wanted === undefined) return present === undefined ? [] : [{ op: 'remove', path }];
  return present === wanted ? [] : [{ op: 'add', path, value: wanted }];
}

function presentAnnotations(object: Record<string, unknown>): Record<string, unknown> | undefined {
  const metadata = object['metadata'];
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const annotations = (metadata as Record<string, unknown>)['annotations'];
  return typeof annotations === 'object' && annotations !== null
    ? (annotations as Record<string, unknown>)
    : undefined;
}
