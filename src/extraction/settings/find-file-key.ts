import { splitPropertyName } from '../names/property-names.ts';
import type { Given } from './given.ts';
import { type ConfigFile, GivenInFile } from './read-config-files.ts';

/**
 * A key of a configuration file. `file` is a base name with `*` at one end; a part `*` of the key stands for any
 * one part, and `[section]` before a key of an INI file is its first part.
 */
export function findFileKey(file: string, key: string, files: readonly ConfigFile[]): Given | undefined {
  const wanted = splitPropertyName(key);
  const last = wanted.at(-1) ?? '';
  for (const { file: mounted, entries = [] } of files) {
    if (!matchesFile(file, mounted.name)) continue;
    const found = entries.findLast(
      (entry) => (last === '*' || entry.key.endsWith(last)) && matchesKey(wanted, entry.key),
    );
    if (found !== undefined) return new GivenInFile(mounted, found, key, undefined);
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
  const joined = wanted.join('.');
  if (joined === key) return true;
  if (wanted[0] === '*') {
    // A section's own name may hold dots: the rest must be the end of the key.
    const rest = wanted.slice(1);
    return !rest.includes('*') && key.endsWith(`.${rest.join('.')}`);
  }
  const written = splitPropertyName(key);
  return written.length === wanted.length && wanted.every((part, at) => part === '*' || part === written[at]);
}
