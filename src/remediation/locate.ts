import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Place } from '../findings/place.ts';

/** The value that a JSON pointer (RFC 6901) names, following own properties only. */
export function valueAt(object: unknown, pointer: string): unknown {
  if (pointer === '') return object;
  let value = object;
  for (const raw of pointer.slice(1).split('/')) {
    const part = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** Whether a place lies in the workload itself, and not in an object that it references. */
export function isInWorkload(place: Place, subject: WorkloadSubject): boolean {
  return place.object.kind === subject.kind && place.object.name === subject.name;
}

/**
 * A place as a person would say it: `env DATABASE_URL of container app`, `key app.properties, line 3, of ConfigMap orders`.
 */
export function describePlace(place: Place, subject: WorkloadSubject): string {
  return isInWorkload(place, subject) ? describePointer(place.pointer, subject) : describeReferenced(place);
}

function describeReferenced(place: Place): string {
  const key = /^\/(?:data|stringData|binaryData)\/(.+)$/.exec(place.pointer)?.[1];
  const line = place.lineWithin === undefined ? '' : `, line ${place.lineWithin},`;
  const object = `${place.object.kind} ${place.object.name}`;
  return key === undefined
    ? object
    : `key ${key.replaceAll('~1', '/').replaceAll('~0', '~')}${line} of ${object}`;
}

const CONTAINER_PART = /^(.*\/(?:containers|initContainers|ephemeralContainers)\/\d+)(?:\/(.*))?$/;

function describePointer(pointer: string, subject: WorkloadSubject): string {
  const match = CONTAINER_PART.exec(pointer);
  if (match === null) return pointer === '' ? 'the object' : pointer.slice(1).replaceAll('/', '.');
  const container = nameAt(subject.object, match[1] ?? '') ?? 'container';
  const rest = match[2] ?? '';
  const env = /^env\/\d+/.exec(rest);
  if (env !== null)
    return `env ${nameAt(subject.object, `${match[1]}/${env[0]}`) ?? rest} of container ${container}`;
  const part = rest.split('/')[0] ?? '';
  return part === '' ? `container ${container}` : `${part} of container ${container}`;
}

function nameAt(object: unknown, pointer: string): string | undefined {
  const value = valueAt(object, `${pointer}/name`);
  return typeof value === 'string' ? value : undefined;
}

/** JSON pointer to a container of the workload by name; undefined where there is none of that name. */
export function containerPointer(subject: WorkloadSubject, name: string): string | undefined {
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    const base = `${subject.templatePointer}/spec/${list}`;
    const containers = valueAt(subject.object, base);
    if (!Array.isArray(containers)) continue;
    const index = containers.findIndex(
      (_, position) => nameAt(subject.object, `${base}/${position}`) === name,
    );
    if (index >= 0) return `${base}/${index}`;
  }
  return undefined;
}
