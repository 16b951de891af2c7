import type { FlatEntry } from '../files/flat-entry.ts';
import type { ConfigFile } from './read-config-files.ts';
import { GivenInFile } from './read-config-files.ts';
import type { Given } from './given.ts';

/** Profiles of Spring, Quarkus or Micronaut that are active; undefined where nothing shows it. */
export type ActiveProfiles = readonly string[] | undefined;

const PROFILED = /^(?:application|bootstrap)(?:-([A-Za-z0-9_.-]{1,60}))?\.(?:properties|ya?ml)$/;

/**
 * Entries of the files that are settings under property names, the stronger first: files of active profiles before
 * those of none, later documents before earlier ones, `%profile.name` before `name`. What belongs to a profile
 * that is not active is left out; where no profile is visible, it is given with a doubt.
 */
export function orderProfiles(files: readonly ConfigFile[], active: ActiveProfiles): readonly Given[] {
  const byRank = new Map<number, Given[]>();
  for (const file of files) rankEntries(file, active, byRank);
  const ranks = [...byRank.keys()].sort((left, right) => right - left);
  // Of equals the last of the file wins.
  return ranks.flatMap((rank) => (byRank.get(rank) ?? []).reverse());
}

/** Puts the entries of a file under 0 without a profile; among active profiles the later one is stronger. */
function rankEntries(
  { file, entries = [] }: ConfigFile,
  active: ActiveProfiles,
  byRank: Map<number, Given[]>,
): void {
  const ofFile = PROFILED.exec(file.name)?.[1];
  const ofDocument = documentConditions(entries);
  for (const entry of entries) {
    const own = ownProfile(entry.key);
    const profile = own.profile ?? ofDocument.get(entry.document) ?? ofFile;
    const state = profileState(profile, active, own.profile !== undefined);
    if (state === 'Inactive') continue;
    const doubt = state === 'NotVisible' ? doubtOf(profile) : undefined;
    push(byRank, rankOf(profile, active), new GivenInFile(file, entry, own.name, doubt));
  }
}

function push(byRank: Map<number, Given[]>, rank: number, given: Given): void {
  const same = byRank.get(rank);
  if (same === undefined) byRank.set(rank, [given]);
  else same.push(given);
}

function rankOf(profile: string | undefined, active: ActiveProfiles): number {
  return profile === undefined ? 0 : 1 + Math.max(0, active?.indexOf(profile) ?? 0);
}

function doubtOf(profile = ''): string {
  return `It stands under the profile ${profile}, and nothing shows whether that is active.`;
}

/** `%prod.quarkus.x` of Quarkus belongs to a profile. */
function ownProfile(key: string): { readonly profile?: string; readonly name: string } {
  if (!key.startsWith('%') && !key.startsWith('"%')) return { name: key };
  const parts = /^"?%([A-Za-z0-9_-]{1,60})"?\.(.+)$/.exec(key);
  return parts === null ? { name: key } : { profile: parts[1] ?? '', name: parts[2] ?? '' };
}

/** Documents of one file that Spring reads only under a profile. */
function documentConditions(entries: readonly FlatEntry[]): ReadonlyMap<number, string> {
  const conditions = new Map<number, string>();
  for (const { key, text, document } of entries) {
    if (key === 'spring.config.activate.on-profile' || key === 'spring.profiles')
      conditions.set(document, text);
  }
  return conditions;
}

/** Quarkus runs a packaged application under `prod` unless it is told otherwise. */
function profileState(
  profile: string | undefined,
  active: ActiveProfiles,
  quarkus: boolean,
): 'Active' | 'Inactive' | 'NotVisible' {
  if (profile === undefined) return 'Active';
  if (active !== undefined) return active.includes(profile) ? 'Active' : 'Inactive';
  if (quarkus) return profile === 'prod' ? 'Active' : 'Inactive';
  return 'NotVisible';
}
