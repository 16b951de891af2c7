import type { Place } from '../../findings/place.ts';
import { isGap } from '../reading/gaps.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { ConnectionString, StringHost } from '../strings/connection-string.ts';
import { type Descriptor, descriptorHosts } from '../strings/parse-descriptor.ts';
import { readTnsNames } from '../strings/read-tnsnames.ts';

/** An Oracle alias resolved: its descriptor, where that stands, and its hosts. */
export interface ResolvedAlias {
  readonly tree: Descriptor;
  readonly place: Place;
  readonly hosts: readonly StringHost[];
}

/**
 * Looks an alias up in the tnsnames.ora that the container mounts: in the directory that TNS_ADMIN names (variable,
 * URL parameter or oracle.net.tns_admin) where it names one, else anywhere. Names are compared without case and,
 * where one of them has none, without domain.
 */
export function resolveAlias(
  string: ConnectionString,
  settings: ContainerSettings,
): ResolvedAlias | undefined {
  const alias = string.alias?.toUpperCase();
  if (alias === undefined) return undefined;
  const directory = tnsAdmin(string, settings);
  const files = settings.mounted.files.filter((file) => file.name === 'tnsnames.ora');
  const own = files.filter((file) => directory !== undefined && file.path === `${directory}/tnsnames.ora`);
  for (const file of own.length > 0 ? own : files) {
    const opened = settings.context.gaps.open(file.text);
    if (isGap(opened)) continue;
    const entry = readTnsNames(opened.text).find(({ names }) =>
      names.some((name) => isSameName(name, alias)),
    );
    if (entry === undefined) continue;
    const place = { ...file.place, within: alias, lineWithin: entry.line };
    return { tree: entry.descriptor, place, hosts: descriptorHosts(entry.descriptor) };
  }
  return undefined;
}

function tnsAdmin(string: ConnectionString, settings: ContainerSettings): string | undefined {
  const parameter = string.parameters.find(({ name }) => name.toUpperCase() === 'TNS_ADMIN')?.value;
  const directory =
    parameter ??
    settings.systemProperty('oracle.net.tns_admin')?.text ??
    settings.variable('TNS_ADMIN')?.text;
  return directory?.replace(/\/+$/, '');
}

function isSameName(name: string, alias: string): boolean {
  if (name === alias) return true;
  const isShort = !name.includes('.') || !alias.includes('.');
  return isShort && name.split('.', 1)[0] === alias.split('.', 1)[0];
}
