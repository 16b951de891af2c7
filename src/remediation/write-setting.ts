import type { ClientSetting, SettingForm } from '../catalogue/client-setting.ts';
import type { Setting } from '../extraction/setting.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { PatchOperation } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';
import { describePlace, isInWorkload, valueAt } from './locate.ts';
import { addParameter } from './edit-connection-string.ts';

/** How one setting is written in this manifest. */
export interface WrittenSetting {
  /** `add tcpKeepAlive=true to env DATABASE_URL of container app`. */
  readonly instruction: string;
  /** The exact text: the parameter, the property line, the variable. */
  readonly text: string;
  readonly place?: Place;
  readonly patch?: readonly PatchOperation[];
  /** Set where it is a parameter of a connection string in the workload itself. */
  readonly parameter?: { readonly name: string; readonly value: string };
}

/** Where the connection and its container stand. */
export interface WritingContext {
  readonly subject: WorkloadSubject;
  /** Place of the connection string, or of what shows the connection. */
  readonly connectionPlace: Place | undefined;
  /** JSON pointer to the container. */
  readonly containerPointer: string | undefined;
  /** The setting as it stands now, where it is given. */
  readonly current: Setting<unknown> | undefined;
}

/**
 * Writes a setting in the form that suits this manifest: in the place where it is already given, else in the
 * connection string, else in the form in which its neighbours are given. Undefined where it can be set only in code.
 */
export function writeSetting(
  setting: ClientSetting,
  value: string,
  context: WritingContext,
): WrittenSetting | undefined {
  const replaced = replaceCurrent(setting, value, context);
  if (replaced !== undefined) return replaced;
  for (const form of orderedForms(setting.given, context)) {
    const written = writeForm(form, value, context);
    if (written !== undefined) return written;
  }
  return undefined;
}

function replaceCurrent(
  setting: ClientSetting,
  value: string,
  context: WritingContext,
): WrittenSetting | undefined {
  const { current, subject } = context;
  if (current?.state !== 'Known' || current.place.within !== undefined) return undefined;
  const where = describePlace(current.place, subject);
  const found = isInWorkload(current.place, subject)
    ? valueAt(subject.object, current.place.pointer)
    : undefined;
  const patch: PatchOperation[] | undefined =
    typeof found === 'string' ? [{ op: 'replace', path: current.place.pointer, value }] : undefined;
  return {
    instruction: `set ${setting.name} to ${value} (now ${current.text}) in ${where}`,
    text: `${setting.name}=${value}`,
    place: current.place,
    ...(patch === undefined ? {} : { patch }),
  };
}

/** Forms in the order in which they suit: what stands in the connection string first where there is one. */
function orderedForms(forms: readonly SettingForm[], context: WritingContext): readonly SettingForm[] {
  const usable = forms.filter((form) => form.scheme === undefined);
  const inString = (form: SettingForm): number =>
    hasConnectionString(context) && (form.urlParameter !== undefined || form.descriptor !== undefined)
      ? 0
      : 1;
  return usable.toSorted((left, right) => inString(left) - inString(right));
}

function hasConnectionString(context: WritingContext): boolean {
  const { connectionPlace: place, subject } = context;
  if (place === undefined) return false;
  const text = isInWorkload(place, subject) ? valueAt(subject.object, place.pointer) : undefined;
  return typeof text === 'string' ? /:\/\/|^jdbc:|=|@/.test(text) : true;
}

type FormWriter = (form: SettingForm, text: string, context: WritingContext) => WrittenSetting | undefined;

/** One writer for each place that a form may name; exactly one of these members is set. */
const WRITERS: readonly (readonly [keyof SettingForm, FormWriter])[] = [
  ['urlParameter', (form, text, context) => writeParameter(form.urlParameter ?? '', text, context)],
  ['descriptor', (form, text, context) => writeDescriptor(form.descriptor ?? '', text, context)],
  ['env', writeVariable],
  ['property', writeProperty],
  ['systemProperty', (form, text) => writeSystemProperty(form.systemProperty ?? '', text)],
  ['flag', (form, text) => writeFlag(form.flag ?? '', text)],
  ['fileKey', writeFileKey],
  ['sessionOption', writeSessionOption],
];

function writeForm(form: SettingForm, value: string, context: WritingContext): WrittenSetting | undefined {
  const text = form.value === value && form.given !== undefined ? form.given : value;
  const writer = WRITERS.find(([member]) => form[member] !== undefined)?.[1];
  return writer?.(form, text, context);
}

function writeVariable(form: SettingForm, text: string, context: WritingContext): WrittenSetting {
  const { env = '', jsonKey } = form;
  return jsonKey === undefined
    ? writeEnv(env, text, context)
    : plain(`set key ${jsonKey} of the JSON in env ${env} to ${text}`, `"${jsonKey}": ${text}`);
}

function writeFileKey({ fileKey = '', file }: SettingForm, text: string): WrittenSetting {
  const key = fileKey.replace(/^\*\./, '');
  const where = file === undefined || file.includes('*') ? 'its configuration file' : file;
  return plain(`set ${key}=${text} in ${where}`, `${key} = ${text}`);
}

function writeSessionOption({ sessionOption }: SettingForm, text: string): WrittenSetting {
  return plain(`add -c ${sessionOption}=${text} to PGOPTIONS`, `PGOPTIONS=-c ${sessionOption}=${text}`);
}

function plain(instruction: string, text: string): WrittenSetting {
  return { instruction, text };
}

function writeParameter(name: string, value: string, context: WritingContext): WrittenSetting | undefined {
  const { connectionPlace: place, subject } = context;
  if (place === undefined) return undefined;
  const where = describePlace(place, subject);
  const found = isInWorkload(place, subject) ? valueAt(subject.object, place.pointer) : undefined;
  const edited =
    typeof found === 'string' && place.within === undefined ? addParameter(found, name, value) : undefined;
  return {
    instruction: `add ${name}=${value} to the connection string in ${where}`,
    text: edited?.shown ?? `${name}=${value}`,
    place,
    ...(edited === undefined ? {} : { parameter: { name, value } }),
    ...(edited === undefined ? {} : { patch: [{ op: 'replace', path: place.pointer, value: edited.exact }] }),
  };
}

function writeDescriptor(key: string, value: string, context: WritingContext): WrittenSetting | undefined {
  const { connectionPlace: place, subject } = context;
  if (place === undefined) return undefined;
  return {
    instruction: `add (${key}=${value}) after (DESCRIPTION= in ${describePlace(place, subject)}`,
    text: `(DESCRIPTION=(${key}=${value})`,
    place,
  };
}

function writeEnv(name: string, value: string, context: WritingContext): WrittenSetting {
  const { containerPointer, subject } = context;
  const base = {
    instruction: `set the environment variable ${name}=${value}`,
    text: `- {name: ${name}, value: "${value}"}`,
  };
  if (containerPointer === undefined) return base;
  const env = valueAt(subject.object, `${containerPointer}/env`);
  const item = { name, value };
  const patch: PatchOperation = Array.isArray(env)
    ? { op: 'add', path: `${containerPointer}/env/-`, value: item }
    : { op: 'add', path: `${containerPointer}/env`, value: [item] };
  const object = { kind: subject.kind, namespace: subject.namespace, name: subject.name };
  return { ...base, place: { object, pointer: `${containerPointer}/env` }, patch: [patch] };
}

/** In a file its own name; among environment variables the name that the framework's rules give it. */
function writeProperty(form: SettingForm, value: string, context: WritingContext): WrittenSetting {
  const name = (form.property ?? '').replaceAll('*', 'default');
  const { connectionPlace, subject } = context;
  const inFile = connectionPlace !== undefined && !isInWorkload(connectionPlace, subject);
  if (inFile) {
    const where = describePlace({ ...connectionPlace, pointer: connectionPlace.pointer }, subject).replace(
      /, line \d+,/,
      '',
    );
    return {
      instruction: `set ${name}=${value} in ${where}`,
      text: `${name}=${value}`,
      place: connectionPlace,
    };
  }
  const variable = environmentName(form, name);
  return variable === undefined
    ? plain(`set the property ${name}=${value}`, `${name}=${value}`)
    : writeEnv(variable, value, context);
}

/** Spring: dots to underscores, dashes dropped, upper case. MicroProfile: every other character an underscore. Micronaut: both become underscores. */
function environmentName(form: SettingForm, name: string): string | undefined {
  switch (form.naming) {
    case 'Spring':
      return name.replaceAll('-', '').replaceAll('.', '_').toUpperCase();
    case 'MicroProfile':
    case 'Micronaut':
      return name.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase();
    case 'SpringMap':
    case 'Exact':
      return undefined;
  }
}

function writeSystemProperty(name: string, value: string): WrittenSetting {
  const text = `-D${name}=${value}`;
  return plain(`add ${text} to JAVA_TOOL_OPTIONS`, text);
}

function writeFlag(flag: string, value: string): WrittenSetting {
  const text = flag.startsWith('-c ') ? `-c ${flag.slice(3)}=${value}` : `${flag}=${value}`;
  return plain(`add the argument ${text}`, text);
}
