import { WAIVERS_ANNOTATION } from '../api/annotations.ts';
import { isInForce, readWaivers, type Waiver } from '../api/waivers.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Finding } from '../findings/finding.ts';
import type { ObjectReference, Place } from '../findings/place.ts';
import { policyName } from '../findings/policy-name.ts';

/** What decides whether a waiver counts. */
export interface WaiverCircumstances {
  readonly now: Date;
  /** The policies that apply to the workload. */
  readonly applying: readonly ObjectReference[];
}

/** A waiver and where it was written. */
interface PlacedWaiver {
  readonly waiver: Waiver;
  readonly place: Place;
}

/**
 * Marks the findings that a waiver in force covers, and adds findings about the waivers themselves: malformed, ended, or
 * naming no policy that applies. On the workload and on its template they count alike.
 */
export function applyWaivers(
  findings: readonly Finding[],
  subject: WorkloadSubject,
  circumstances: WaiverCircumstances,
): readonly Finding[] {
  const { placed, own } = read(subject, circumstances);
  if (placed.length === 0 && own.length === 0) return findings;
  const inForce = placed.filter(({ waiver }) => isInForce(waiver, circumstances.now));
  const marked = findings.map((finding) => {
    const covering = inForce.find(
      ({ waiver }) => finding.policy !== undefined && covers(waiver, finding.policy),
    );
    if (covering === undefined) return finding;
    const { reason, until } = covering.waiver;
    return { ...finding, waiver: { reason, until } };
  });
  return [...marked, ...own];
}

function read(
  subject: WorkloadSubject,
  { now, applying }: WaiverCircumstances,
): { readonly placed: readonly PlacedWaiver[]; readonly own: readonly Finding[] } {
  const placed: PlacedWaiver[] = [];
  const own: Finding[] = [];
  for (const { text, place } of annotationTexts(subject)) {
    const { waivers, problems } = readWaivers(text, now);
    for (const problem of problems) own.push({ ...base(place), code: 'NPP5003', details: { problem } });
    for (const waiver of waivers) {
      placed.push({ waiver, place });
      const details = { waives: waiver.policy, until: waiver.until };
      if (!isInForce(waiver, now)) own.push({ ...base(place), code: 'NPP5004', details });
      else if (!applying.some((policy) => covers(waiver, policy)))
        own.push({ ...base(place), code: 'NPP5005', details });
    }
  }
  return { placed, own };
}

function covers(waiver: Waiver, policy: ObjectReference): boolean {
  return waiver.policy === policyName(policy) || waiver.policy === policy.name;
}

/** The annotation on the workload itself and on its template; a Pod is its own template. */
function annotationTexts(
  subject: WorkloadSubject,
): readonly { readonly text: string; readonly place: Place }[] {
  const object = { kind: subject.kind, namespace: subject.namespace, name: subject.name };
  const key = WAIVERS_ANNOTATION.replace('/', '~1');
  const texts: { text: string; place: Place }[] = [];
  const onWorkload = subject.annotations[WAIVERS_ANNOTATION];
  if (onWorkload !== undefined)
    texts.push({ text: onWorkload, place: { object, pointer: `/metadata/annotations/${key}` } });
  const onTemplate =
    subject.templatePointer === '' ? undefined : subject.templateAnnotations[WAIVERS_ANNOTATION];
  if (onTemplate !== undefined) {
    texts.push({
      text: onTemplate,
      place: { object, pointer: `${subject.templatePointer}/metadata/annotations/${key}` },
    });
  }
  return texts;
}

function base(place: Place): Omit<Finding, 'code'> {
  return { verdict: 'NotApplicable', basis: 'Evidence', evidence: [], fixes: [], enforced: true, place };
}
