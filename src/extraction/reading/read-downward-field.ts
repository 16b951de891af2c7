import type { ExtractionContext } from './extraction-context.ts';
import { withoutGapCharacters } from './gaps.ts';
import { memberText } from './guard.ts';

/**
 * The value of a `fieldRef`, where the manifest shows it: the namespace, a label, an annotation, the service account.
 * All else (addresses, the node, the name of a Pod that a controller will make) is a gap.
 */
export function readDownwardField(fieldPath: string, context: ExtractionContext): string {
  if (fieldPath === 'status.podIP' || fieldPath === 'status.podIPs') {
    const reason = 'It is the address of the pod itself.';
    return context.gaps.mark({ cause: 'DownwardApi', reason, ownPod: true });
  }
  return (
    knownField(fieldPath, context) ??
    context.gap('DownwardApi', `It comes from the downward API (${fieldPath.slice(0, 80)}).`)
  );
}

function knownField(fieldPath: string, context: ExtractionContext): string | undefined {
  const { subject } = context;
  if (fieldPath === 'metadata.namespace') return subject.namespace === '' ? undefined : subject.namespace;
  if (fieldPath === 'metadata.name') return subject.kind === 'Pod' ? subject.name : undefined;
  if (fieldPath === 'spec.serviceAccountName') {
    return memberText(subject.podSpec, 'serviceAccountName') ?? 'default';
  }
  return labelOrAnnotation(fieldPath, context);
}

function labelOrAnnotation(fieldPath: string, { subject }: ExtractionContext): string | undefined {
  const key = /^metadata\.(labels|annotations)\['([^']{1,317})'\]$/.exec(fieldPath);
  if (key === null) return undefined;
  const from = key[1] === 'labels' ? subject.templateLabels : subject.templateAnnotations;
  const text = memberText(from, key[2] ?? '');
  return text === undefined ? undefined : withoutGapCharacters(text);
}
