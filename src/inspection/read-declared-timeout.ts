import type { DeviceEntry } from '../catalogue/device-entry.ts';
import type { IdleTimer } from '../evaluation/path-model.ts';
import { parseQuantity } from './parse-quantity.ts';
import type { DeclaringObject } from './ports.ts';

/** What an object says of a hop's idle timeout: the timer, or why it could not be read. */
export type DeclaredTimeout =
  | { readonly state: 'Found'; readonly timer: IdleTimer }
  | { readonly state: 'NotFound'; readonly reason: string };

type KubernetesField = DeviceEntry['kubernetes'][number];

/**
 * Reads the idle timeout that a Kubernetes object declares, by the fields and annotations that the catalogue lists
 * for its kind: those of the hop's device, or of every device when the hop names none.
 */
export function readDeclaredTimeout(
  object: DeclaringObject,
  devices: readonly DeviceEntry[],
): DeclaredTimeout {
  const name = `${object.kind} ${object.namespace}/${object.name}`;
  for (const device of devices) {
    for (const field of device.kubernetes) {
      if (field.kind !== object.kind) continue;
      const text = textOf(object, field);
      if (text === undefined) continue;
      return interpret(text.value, field, `${text.where} of ${name}`, device);
    }
  }
  return { state: 'NotFound', reason: `${name} declares no idle timeout` };
}

function interpret(
  text: string,
  field: KubernetesField,
  source: string,
  device: DeviceEntry,
): DeclaredTimeout {
  const seconds = parseQuantity(text, field.unit);
  if (seconds === undefined) {
    return { state: 'NotFound', reason: `${source} is "${text.slice(0, 40)}", which is no duration` };
  }
  if (seconds === 0) {
    return device.zeroMeansNone
      ? { state: 'Found', timer: { kind: 'None' } }
      : { state: 'NotFound', reason: `${source} is 0, which ${device.id} does not accept` };
  }
  return { state: 'Found', timer: { kind: 'Seconds', seconds, basis: 'ReadFrom', source } };
}

interface Located {
  readonly value: string;
  readonly where: string;
}

function textOf(object: DeclaringObject, field: KubernetesField): Located | undefined {
  if (field.annotation !== undefined) return annotationText(object, field.annotation, field.key);
  return field.field === undefined ? undefined : fieldText(object.spec, field.field);
}

/** An annotation key may hold `<port>`: then any port's will do, the first in order. */
function annotationText(object: DeclaringObject, key: string, part: string | undefined): Located | undefined {
  const hole = key.indexOf('<port>');
  const matches = Object.keys(object.annotations)
    .filter((name) =>
      hole < 0 ? name === key : name.startsWith(key.slice(0, hole)) && name.endsWith(key.slice(hole + 6)),
    )
    .sort();
  for (const name of matches) {
    const value = partOf(object.annotations[name] ?? '', part);
    if (value !== undefined) return { value, where: `annotation ${name}` };
  }
  return undefined;
}

/** One value of a `key=value,key=value` list, or the whole text. */
function partOf(text: string, key: string | undefined): string | undefined {
  if (key === undefined) return text.trim();
  for (const item of text.split(',')) {
    const equals = item.indexOf('=');
    if (equals > 0 && item.slice(0, equals).trim() === key) return item.slice(equals + 1).trim();
  }
  return undefined;
}

function fieldText(spec: unknown, path: string): Located | undefined {
  let value: unknown = { spec };
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return typeof value === 'string' || typeof value === 'number'
    ? { value: String(value), where: `field ${path}` }
    : undefined;
}
