import type { Place } from '../../findings/place.ts';
import type { SecretText } from '../secret-text.ts';
import type { UnknownCause } from '../setting.ts';
import { expandVariables } from './expand-variables.ts';
import { type ExtractionContext, whyUnread } from './extraction-context.ts';
import { withoutGapCharacters } from './gaps.ts';
import { asMembers, member, memberList, memberObject, memberText, pointerToken } from './guard.ts';
import { readDownwardField } from './read-downward-field.ts';
import { placeIn } from './read-pod.ts';

/** The most entries of `env` and of `envFrom`, and the most keys of one ConfigMap. */
const MOST_VARIABLES = 10_000;
const MOST_SOURCES = 1000;

/** A variable of a container's environment: its text (with gaps where it cannot be seen) and where it is given. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly text: string;
  readonly place: Place;
}

/** An `envFrom` that could not be read: any variable that starts with its prefix may be given there. */
export interface UnreadEnvironment {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly prefix: string;
  readonly cause: UnknownCause;
  readonly reason: string;
  readonly place: Place;
}

/** A container's environment as the kubelet makes it. */
export interface Environment {
  readonly variables: ReadonlyMap<string, EnvironmentVariable>;
  readonly unread: readonly UnreadEnvironment[];
}

/**
 * Reads a container's environment in the kubelet's order: each `envFrom` in turn (a later one wins), then each
 * `env` in turn (which wins over them, the last of a name winning), references expanded only from what stands
 * earlier, a name given twice by `valueFrom` included.
 * (kubelet, makeEnvironmentVariables; API reference of EnvVar and EnvFromSource.)
 */
export function readEnvironment(
  container: unknown,
  pointer: string,
  context: ExtractionContext,
): Environment {
  const variables = new Map<string, EnvironmentVariable>();
  const unread: UnreadEnvironment[] = [];
  memberList(container, 'envFrom', MOST_SOURCES).forEach((source, index) => {
    const found = readSource(source, placeIn(context.pod, `${pointer}/envFrom/${index}`), variables, context);
    if (found !== undefined) unread.push(found);
  });
  const expand = expander(variables, context);
  memberList(container, 'env', MOST_VARIABLES).forEach((variable, index) => {
    const name = memberText(variable, 'name');
    if (name === undefined || name === '') return;
    const read = readVariable(variable, placeIn(context.pod, `${pointer}/env/${index}`), expand, context);
    if (read !== undefined) variables.set(name, { name, ...read });
  });
  return { variables, unread };
}

/**
 * Expansion against the variables read so far. A Service's own variables (`X_SERVICE_HOST`) come from the cluster,
 * so that a reference to one cannot be seen; a reference that grows too long gives a gap.
 */
export function expander(
  variables: ReadonlyMap<string, EnvironmentVariable>,
  context: ExtractionContext,
): (text: string) => string {
  const serviceLinks = member(context.pod.spec, 'enableServiceLinks') !== false;
  const valueOf = (name: string): string | undefined => {
    const known = variables.get(name)?.text;
    if (known !== undefined || !serviceLinks || !/_(?:SERVICE_HOST|SERVICE_PORT|PORT)$/.test(name)) {
      return known;
    }
    return context.gap('Unresolvable', `$(${name}) is a variable that Kubernetes sets for a Service.`);
  };
  return (text) =>
    expandVariables(text, valueOf) ?? context.gap('TooLarge', 'The value grows too long when expanded.');
}

type ReadValue = { readonly text: string; readonly place: Place };

function readVariable(
  variable: unknown,
  place: Place,
  expand: (text: string) => string,
  context: ExtractionContext,
): ReadValue | undefined {
  const value = memberText(variable, 'value') ?? '';
  const valueFrom = member(variable, 'valueFrom');
  if (value !== '' || valueFrom === undefined || valueFrom === null) {
    const text = expand(withoutGapCharacters(value));
    return { text, place: { ...place, pointer: `${place.pointer}/value` } };
  }
  return readValueFrom(valueFrom, { ...place, pointer: `${place.pointer}/valueFrom` }, context);
}

function readValueFrom(valueFrom: unknown, place: Place, context: ExtractionContext): ReadValue | undefined {
  const from = asMembers(valueFrom);
  if (Object.hasOwn(from, 'configMapKeyRef')) {
    return readConfigMapKey(memberObject(from, 'configMapKeyRef'), place, context);
  }
  if (Object.hasOwn(from, 'secretKeyRef')) {
    return readSecretKey(memberObject(from, 'secretKeyRef'), place, context);
  }
  if (Object.hasOwn(from, 'fieldRef')) {
    const field = memberText(memberObject(from, 'fieldRef'), 'fieldPath') ?? '';
    return { text: readDownwardField(field, context), place };
  }
  if (Object.hasOwn(from, 'fileKeyRef')) {
    const reason = 'It is read from a file that an init container writes.';
    return { text: context.gap('InitContainerFile', reason), place };
  }
  return { text: context.gap('DownwardApi', 'It comes from the downward API.'), place };
}

function readConfigMapKey(
  reference: unknown,
  place: Place,
  context: ExtractionContext,
): ReadValue | undefined {
  const name = memberText(reference, 'name') ?? '';
  const key = memberText(reference, 'key') ?? '';
  const optional = member(reference, 'optional') === true;
  const reading = context.sources.configMap(name);
  if (reading.state !== 'Read') {
    if (reading.state === 'Missing' && optional) return undefined;
    const { cause, reason } = whyUnread('ConfigMap', name, reading);
    return { text: context.gap(cause, reason), place };
  }
  const text = memberText(reading.data, key);
  if (text === undefined) {
    if (optional) return undefined;
    return { text: context.gap('KeyMissing', `ConfigMap ${name} has no key ${key}.`), place };
  }
  return {
    text: context.admit(text, `ConfigMap ${name}, key ${key},`),
    place: placeInConfigMap(name, key, context),
  };
}

function readSecretKey(reference: unknown, place: Place, context: ExtractionContext): ReadValue | undefined {
  const name = memberText(reference, 'name') ?? '';
  const key = memberText(reference, 'key') ?? '';
  const optional = member(reference, 'optional') === true;
  const reading = context.secret(name);
  if (reading.state !== 'Read') {
    if (reading.state === 'Missing' && optional) return undefined;
    const { cause, reason } = whyUnread('Secret', name, reading);
    return { text: context.gap(cause, reason), place };
  }
  const secret = Object.hasOwn(reading.data, key) ? reading.data[key] : undefined;
  if (secret !== undefined) return { text: context.gap('Secret', 'It is a Secret.', secret), place };
  if (optional) return undefined;
  return { text: context.gap('KeyMissing', `Secret ${name} has no key ${key}.`), place };
}

/** A key of a ConfigMap as a place. */
export function placeInConfigMap(name: string, key: string, context: ExtractionContext): Place {
  const namespace = context.subject.namespace;
  return {
    object: namespace === '' ? { kind: 'ConfigMap', name } : { kind: 'ConfigMap', namespace, name },
    pointer: `/data/${pointerToken(key)}`,
  };
}

function readSource(
  source: unknown,
  place: Place,
  variables: Map<string, EnvironmentVariable>,
  context: ExtractionContext,
): UnreadEnvironment | undefined {
  const prefix = memberText(source, 'prefix') ?? '';
  const isSecret = Object.hasOwn(asMembers(source), 'secretRef');
  const kind = isSecret ? 'Secret' : 'ConfigMap';
  const reference = memberObject(source, isSecret ? 'secretRef' : 'configMapRef');
  const name = memberText(reference, 'name') ?? '';
  const reading = isSecret ? context.secret(name) : context.sources.configMap(name);
  if (reading.state !== 'Read') {
    if (reading.state === 'Missing' && member(reference, 'optional') === true) return undefined;
    return { kind, name, prefix, place, ...whyUnread(kind, name, reading) };
  }
  takeAll(reading.data, { name, prefix, place }, variables, context);
  return undefined;
}

/** Every key of a ConfigMap or Secret as a variable. */
function takeAll(
  data: Readonly<Record<string, string | SecretText>>,
  source: { readonly name: string; readonly prefix: string; readonly place: Place },
  variables: Map<string, EnvironmentVariable>,
  context: ExtractionContext,
): void {
  for (const [key, value] of Object.entries(data).slice(0, MOST_VARIABLES)) {
    const name = `${source.prefix}${key}`;
    const read =
      typeof value === 'string'
        ? {
            text: context.admit(value, `ConfigMap ${source.name}, key ${key},`),
            place: placeInConfigMap(source.name, key, context),
          }
        : { text: context.gap('Secret', 'It is a Secret.', value), place: source.place };
    variables.set(name, { name, ...read });
  }
}
