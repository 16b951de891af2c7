import { isDeepStrictEqual } from 'node:util';
import { CHECKED_BY_ANNOTATION, FINDINGS_ANNOTATION, VERDICT_ANNOTATION } from '../api/annotations.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';

/**
 * Whether an update changes anything that bears on a verdict: the pod template, the annotations that users write,
 * the labels of the template, a Job's deadline. Status, scale and what we wrote ourselves do not. An update without
 * one is let in unjudged, so that a controller's many small updates cost nothing and warn nobody.
 */
export function changesAnythingRelevant(before: WorkloadSubject, after: WorkloadSubject): boolean {
  return !isDeepStrictEqual(relevantParts(before), relevantParts(after));
}

function relevantParts(subject: WorkloadSubject): unknown {
  return {
    podSpec: subject.podSpec,
    templateLabels: subject.templateLabels,
    templateAnnotations: usersOwn(subject.templateAnnotations),
    annotations: usersOwn(subject.annotations),
    deadline: deadlineOf(subject.object),
  };
}

const OURS = new Set<string>([VERDICT_ANNOTATION, FINDINGS_ANNOTATION, CHECKED_BY_ANNOTATION]);
const READ =
  /^(pathkeeper\.dev\/|sidecar\.istio\.io\/|linkerd\.io\/|config\.linkerd\.io\/|proxy\.istio\.io\/|istio\.io\/)/;

function usersOwn(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => READ.test(key) && !OURS.has(key)));
}

function deadlineOf(object: unknown): unknown {
  const spec = (object as { spec?: { activeDeadlineSeconds?: unknown } } | null)?.spec;
  return spec?.activeDeadlineSeconds;
}
