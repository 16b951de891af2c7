import type { SettingForm } from '../../catalogue/client-setting.ts';
import type { Place } from '../../findings/place.ts';
import type { ConnectionSeed } from '../connections/connection-seed.ts';
import { readFile } from '../files/read-file.ts';
import { scopedProperties } from '../names/scoped-properties.ts';
import { parameterOf } from '../strings/connection-string.ts';
import { descriptorValue } from '../strings/parse-descriptor.ts';
import type { ContainerSettings } from './container-settings.ts';
import { findFileKey } from './find-file-key.ts';
import type { Given } from './given.ts';
import { sessionOption } from './session-options.ts';

/** A text that was found for a form, with its place. */
export interface FoundText {
  readonly text: string;
  readonly place: Place;
  readonly secret: boolean;
  readonly doubt?: string;
}

/** What a form is looked up in: a container, and one of its connections. */
export interface LookUp {
  readonly settings: ContainerSettings;
  readonly seed: ConnectionSeed | undefined;
  /** Settings by their names in the catalogue that a declaration gives. */
  readonly declared?: DeclaredSettings | undefined;
}

/** Settings that a declaration records, and where it stands. */
export interface DeclaredSettings {
  readonly settings: Readonly<Record<string, string>>;
  readonly place: Place;
}

/** The text that is given in this form, or undefined. Gaps and placeholders in it are still there. */
export function findForm(form: SettingForm, { settings, seed }: LookUp): FoundText | undefined {
  if (form.env !== undefined) return inVariable(form.env, form.jsonKey, settings);
  if (form.property !== undefined) return inProperties(form.property, form.naming, settings, seed);
  if (form.systemProperty !== undefined) return asFound(settings.systemProperty(form.systemProperty));
  if (form.flag !== undefined) return asFound(settings.flag(form.flag));
  if (form.fileKey !== undefined)
    return asFound(findFileKey(form.file ?? '*', form.fileKey, settings.files, seed?.given));
  if (form.sessionOption !== undefined) return sessionOption(form.sessionOption, { settings, seed });
  return seed === undefined ? undefined : inString(form, seed);
}

function inProperties(
  property: string,
  naming: SettingForm['naming'],
  settings: ContainerSettings,
  seed: ConnectionSeed | undefined,
): FoundText | undefined {
  for (const name of scopedProperties(property, naming, seed?.given?.name)) {
    const given = settings.property(name);
    if (given !== undefined) return asFound(given);
  }
  return undefined;
}

function inVariable(
  name: string,
  jsonKey: string | undefined,
  settings: ContainerSettings,
): FoundText | undefined {
  const variable = settings.variable(name);
  if (variable === undefined || jsonKey === undefined) return asFound(variable);
  const entry = readFile('variable.json', variable.text)?.find((candidate) => candidate.key === jsonKey);
  if (entry === undefined) return undefined;
  return { text: entry.text, place: { ...variable.place, within: jsonKey }, secret: false };
}

function inString(form: SettingForm, seed: ConnectionSeed): FoundText | undefined {
  if (form.descriptor !== undefined) return inDescriptor(form.descriptor, seed);
  const { string, given, secret } = seed;
  if (string === undefined || given === undefined) return undefined;
  if (form.scheme !== undefined) {
    const same = string.scheme === form.scheme.toLowerCase();
    return same
      ? { text: form.scheme, place: { ...given.place, within: 'scheme' }, secret: false }
      : undefined;
  }
  const name = form.urlParameter ?? '';
  const text = parameterOf(string, name);
  return text === undefined ? undefined : { text, place: { ...given.place, within: name }, secret };
}

function inDescriptor(key: string, { descriptor, secret }: ConnectionSeed): FoundText | undefined {
  if (descriptor === undefined) return undefined;
  const text = descriptorValue(descriptor.tree, key.toUpperCase());
  return text === undefined ? undefined : { text, place: { ...descriptor.place, within: key }, secret };
}

function asFound(given: Given | undefined): FoundText | undefined {
  if (given === undefined) return undefined;
  const { text, place, doubt } = given;
  return doubt === undefined ? { text, place, secret: false } : { text, place, secret: false, doubt };
}
