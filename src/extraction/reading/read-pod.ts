import type { ObjectReference, Place } from '../../findings/place.ts';
import type { WorkloadSubject } from '../workload-facts.ts';
import { member, memberList, memberText } from './guard.ts';

/** The most containers, variables and volumes that are read: far above what a real pod has. */
const MOST_CONTAINERS = 100;
const MOST_VOLUMES = 500;

/**
 * How a container runs: `Main` beside the others, `Sidecar` an init container that stays (restartPolicy Always),
 * `Init` before them, `Ephemeral` for debugging.
 */
export type ContainerRole = 'Main' | 'Sidecar' | 'Init' | 'Ephemeral';

/** One container of the pod, unread, with its place. */
export interface ContainerReading {
  readonly name: string;
  readonly image: string;
  readonly role: ContainerRole;
  /** JSON pointer of the container in the workload. */
  readonly pointer: string;
  readonly spec: unknown;
}

/** The pod's own parts, unread. */
export interface PodReading {
  readonly object: ObjectReference;
  /** JSON pointer of the pod spec. */
  readonly pointer: string;
  readonly spec: unknown;
  readonly containers: readonly ContainerReading[];
  readonly volumes: readonly unknown[];
  readonly hostNetwork: boolean;
}

/** Finds the pod's containers and volumes. Main containers first, then sidecars, init containers, ephemeral ones. */
export function readPod(subject: WorkloadSubject): PodReading {
  const spec = subject.podSpec;
  const pointer = `${subject.templatePointer}/spec`;
  const init = containersOf(spec, 'initContainers', pointer);
  return {
    object: objectReference(subject),
    pointer,
    spec,
    containers: [
      ...containersOf(spec, 'containers', pointer),
      ...init.filter((container) => container.role === 'Sidecar'),
      ...init.filter((container) => container.role === 'Init'),
      ...containersOf(spec, 'ephemeralContainers', pointer),
    ],
    volumes: memberList(spec, 'volumes', MOST_VOLUMES),
    hostNetwork: member(spec, 'hostNetwork') === true,
  };
}

/** The workload as the object of a place. */
function objectReference(subject: WorkloadSubject): ObjectReference {
  return subject.namespace === ''
    ? { kind: subject.kind, name: subject.name }
    : { kind: subject.kind, namespace: subject.namespace, name: subject.name };
}

/** A place in the workload itself. */
export function placeIn(pod: PodReading, pointer: string, within?: string): Place {
  return within === undefined ? { object: pod.object, pointer } : { object: pod.object, pointer, within };
}

function containersOf(
  spec: unknown,
  list: 'containers' | 'initContainers' | 'ephemeralContainers',
  pointer: string,
): readonly ContainerReading[] {
  return memberList(spec, list, MOST_CONTAINERS).map((container, index) => ({
    name: memberText(container, 'name') ?? `${list}[${index}]`,
    image: memberText(container, 'image') ?? '',
    role: roleOf(list, container),
    pointer: `${pointer}/${list}/${index}`,
    spec: container,
  }));
}

function roleOf(
  list: 'containers' | 'initContainers' | 'ephemeralContainers',
  container: unknown,
): ContainerRole {
  if (list === 'containers') return 'Main';
  if (list === 'ephemeralContainers') return 'Ephemeral';
  return memberText(container, 'restartPolicy') === 'Always' ? 'Sidecar' : 'Init';
}
