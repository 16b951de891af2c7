import type { FlatEntry } from '../files/flat-entry.ts';
import { splitPropertyName } from '../names/property-names.ts';
import type { Given } from './given.ts';
import { type ConfigFile, GivenInFile } from './read-config-files.ts';

/**
 * A key of a configuration file. `file` is a base name with `*` at one end; a first part `*` of the key stands for
 * anything, another for any one part; `[section]` before a key of an INI file is its first part; an index counts for
 * nothing. Where the connection itself stands in the file, the entry nearest to it is meant, and none of another
 * item of the list in which it stands.
 *
 * @param owner what names the connection.
 */
export function findFileKey(
  file: string,
  key: string,
  files: readonly ConfigFile[],
  owner: Given | undefined,
): Given | undefined {
  const wanted = splitPropertyName(key);
  const last = wanted.at(-1) ?? '';
  for (const { file: mounted, entries = [] } of files) {
    if (!matchesFile(file, mounted.name)) continue;
    const found = entries.filter(
      (entry) => (last === '*' || entry.key.endsWith(last)) && matchesKey(wanted, entry.key),
    );
    const isOwn = owner?.place.pointer === mounted.place.pointer;
    const nearest = isOwn ? nearestTo(owner.name, found) : found.at(-1);
    if (nearest !== undefined) return new GivenInFile(mounted, nearest, key, undefined);
  }
  return undefined;
}

/** Whether a base name is the one meant; `*` at one end stands for anything. */
export function matchesFile(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
  const star = pattern.indexOf('*');
  return star === -1
    ? name === pattern
    : name.startsWith(pattern.slice(0, star)) && name.endsWith(pattern.slice(star + 1));
}

function matchesKey(wanted: readonly string[], key: string): boolean {
  const plain = key.includes('[') ? key.replace(/\[\d{1,6}\]/g, '') : key;
  const joined = wanted.join('.');
  if (joined === plain) return true;
  if (wanted[0] === '*') {
    // A section's own name may hold dots: the rest must be the end of the key.
    const rest = wanted.slice(1);
    return !rest.includes('*') && plain.endsWith(`.${rest.join('.')}`);
  }
  const written = splitPropertyName(plain);
  return written.length === wanted.length && wanted.every((part, at) => part === '*' || part === written[at]);
}

/** The entry that shares the longest beginning with the owner's key; the later of equals. */
function nearestTo(owner: string, entries: readonly FlatEntry[]): FlatEntry | undefined {
  let nearest: FlatEntry | undefined;
  let most = -1;
  for (const entry of entries) {
    const shared = sharedBeginning(owner, entry.key);
    if (shared < most || isOtherItem(owner, entry.key, shared)) continue;
    nearest = entry;
    most = shared;
  }
  return nearest;
}

function sharedBeginning(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let at = 0;
  while (at < most && left[at] === right[at]) at += 1;
  return at;
}

/** Whether two keys part at the index of an item: `servers[0].url`, `servers[1].timeout`; no index is the first item. */
function isOtherItem(left: string, right: string, shared: number): boolean {
  const open = left.lastIndexOf('[', shared - 1);
  const isWithinIndex =
    open !== -1 && left.indexOf(']', open) >= shared && right.indexOf(']', open) >= shared;
  return isWithinIndex || (left[shared] === '[') !== (right[shared] === '[');
}
