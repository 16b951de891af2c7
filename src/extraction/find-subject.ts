import { asMembers, member, memberList, memberObject, memberText, memberTexts } from './reading/guard.ts';
import type { WorkloadSubject } from './workload-facts.ts';

/** A kind of somebody else's that holds a pod template, such as Argo's Rollout. */
export interface TemplatePath {
  /** API group, without version. */
  readonly apiGroup: string;
  readonly kind: string;
  /** Where the template is, with dots: `spec.template`. */
  readonly path: string;
}

const SPEC_TEMPLATE = ['spec', 'template'];

/** Where each kind of Kubernetes keeps its pod template. */
const BUILT_IN = new Map<string, readonly string[]>([
  ['/Pod', []],
  ['/ReplicationController', SPEC_TEMPLATE],
  ['apps/Deployment', SPEC_TEMPLATE],
  ['apps/StatefulSet', SPEC_TEMPLATE],
  ['apps/DaemonSet', SPEC_TEMPLATE],
  ['apps/ReplicaSet', SPEC_TEMPLATE],
  ['batch/Job', SPEC_TEMPLATE],
  ['batch/CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

const MOST_LABELS = 1000;

/**
 * The object as a workload, or undefined for anything that has no pod template (or is no object at all).
 * Nothing is thrown whatever is given.
 */
export function findSubject(
  object: unknown,
  templatePaths: readonly TemplatePath[] = [],
): WorkloadSubject | undefined {
  const apiVersion = memberText(object, 'apiVersion') ?? '';
  const kind = memberText(object, 'kind') ?? '';
  const path = templatePath(groupOf(apiVersion), kind, templatePaths);
  if (path === undefined) return undefined;
  let template: unknown = object;
  for (const step of path) template = member(template, step);
  const podSpec = member(template, 'spec');
  if (podSpec === undefined || asMembers(podSpec) !== podSpec) return undefined;
  const templateMetadata = memberObject(template, 'metadata');
  return {
    apiVersion,
    kind,
    ...identity(memberObject(object, 'metadata')),
    templatePointer: path.map((step) => `/${step}`).join(''),
    templateLabels: memberTexts(templateMetadata, 'labels', MOST_LABELS),
    templateAnnotations: memberTexts(templateMetadata, 'annotations', MOST_LABELS),
    podSpec,
    object,
  };
}

function identity(
  metadata: unknown,
): Pick<WorkloadSubject, 'namespace' | 'name' | 'labels' | 'annotations' | 'owner'> {
  const owner = controllerOf(metadata);
  return {
    namespace: memberText(metadata, 'namespace') ?? '',
    name: memberText(metadata, 'name') ?? memberText(metadata, 'generateName') ?? '',
    labels: memberTexts(metadata, 'labels', MOST_LABELS),
    annotations: memberTexts(metadata, 'annotations', MOST_LABELS),
    ...(owner === undefined ? {} : { owner }),
  };
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

function templatePath(
  group: string,
  kind: string,
  configured: readonly TemplatePath[],
): readonly string[] | undefined {
  const builtIn = BUILT_IN.get(`${group}/${kind}`);
  if (builtIn !== undefined) return builtIn;
  const found = configured.find((entry) => entry.apiGroup === group && entry.kind === kind);
  return found?.path.split('.').filter((step) => step !== '');
}

function controllerOf(metadata: unknown): WorkloadSubject['owner'] {
  for (const reference of memberList(metadata, 'ownerReferences', 20)) {
    if (member(reference, 'controller') !== true) continue;
    const apiVersion = memberText(reference, 'apiVersion');
    const kind = memberText(reference, 'kind');
    const name = memberText(reference, 'name');
    if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
    const uid = memberText(reference, 'uid');
    return { apiVersion, kind, name, ...(uid === undefined ? {} : { uid }) };
  }
  return undefined;
}
