import type { ClientSetting, SettingForm } from '../../catalogue/client-setting.ts';
import type { Place } from '../../findings/place.ts';
import { environmentNames, splitPropertyName } from '../names/property-names.ts';
import type { UnreadMount } from '../reading/mounted-files.ts';
import type { UnreadEnvironment } from '../reading/read-environment.ts';
import { baseName } from '../reading/read-command.ts';
import type { UnknownCause } from '../setting.ts';
import { matchesFile } from './find-file-key.ts';
import type { LookUp } from './find-form.ts';

/**
 * Something that could not be read and in which a setting may be given. `certain`: it is so likely the place that
 * the default must not be taken. Otherwise (a whole Secret, which mostly holds passwords) the default is an assumption.
 */
export interface Hiding {
  readonly cause: UnknownCause;
  readonly reason: string;
  readonly certain: boolean;
  readonly place?: Place;
}

/** What may hide a setting that was not found anywhere else; the certain one first. */
export function hiddenBy(setting: ClientSetting, lookUp: LookUp): Hiding | undefined {
  let doubtful: Hiding | undefined;
  for (const form of setting.given) {
    const hiding = hidesForm(form, lookUp);
    if (hiding?.certain === true) return hiding;
    doubtful ??= hiding;
  }
  return doubtful;
}

function hidesForm(form: SettingForm, lookUp: LookUp): Hiding | undefined {
  if (form.urlParameter !== undefined || form.descriptor !== undefined) return hidesString(lookUp);
  const names = namesOf(form);
  const { environment, mounted } = lookUp.settings;
  const bySource = environment.unread.find((source) => names.some((name) => mayHold(source, name)));
  if (bySource !== undefined) return fromSource(bySource);
  const file = fileOf(form);
  if (file === undefined) return undefined;
  const byMount = mounted.unread.find((mount) => mayHoldFile(mount, file));
  return byMount === undefined ? hidesFile(file, lookUp) : fromMount(byMount);
}

function hidesString({ seed }: LookUp): Hiding | undefined {
  if (seed?.unseen === undefined) return undefined;
  const { cause, reason } = seed.unseen;
  const place = seed.given?.place;
  return { cause, reason, certain: true, ...(place === undefined ? {} : { place }) };
}

/** A mounted file of the right name that is there and cannot be understood. */
function hidesFile(file: string, { settings }: LookUp): Hiding | undefined {
  const unread = settings.files.find(
    (candidate) => candidate.entries === undefined && matchesFile(file, candidate.file.name),
  );
  if (unread === undefined) return undefined;
  const reason = `The file ${unread.file.name} is not what its name says, or is too large.`;
  return { cause: 'Malformed', reason, certain: true, place: unread.file.place };
}

function namesOf(form: SettingForm): readonly string[] {
  if (form.env !== undefined) return [form.env];
  if (form.property === undefined || form.property.includes('*')) return [];
  return environmentNames({ parts: splitPropertyName(form.property), naming: form.naming });
}

function fileOf(form: SettingForm): string | undefined {
  if (form.fileKey !== undefined) return form.file;
  if (form.property === undefined) return undefined;
  return form.naming === 'Exact' ? '*.properties' : 'application*';
}

function mayHold(source: UnreadEnvironment, name: string): boolean {
  return name.startsWith(source.prefix);
}

function fromSource(source: UnreadEnvironment): Hiding {
  const { cause, reason, place } = source;
  return { cause, reason, place, certain: source.kind === 'ConfigMap' };
}

/** Where certificates, scripts and web pages are mounted, and no settings. */
const OTHER_MOUNTS =
  /(?:cert|tls|ssl|trust|keystore|\bca\b|pki|token|dashboard|script|static|html|docker-entrypoint)/i;

function mayHoldFile(mount: UnreadMount, file: string): boolean {
  if (mount.paths !== undefined) return mount.paths.some((path) => matchesFile(file, baseName(path)));
  return !OTHER_MOUNTS.test(mount.mountPath);
}

function fromMount(mount: UnreadMount): Hiding {
  const { cause, reason, place } = mount;
  return { cause, reason, place, certain: mount.kind === 'ConfigMap' || mount.paths !== undefined };
}
