import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';
import { readBlocks } from './read-blocks.ts';
import { readDirectives } from './read-directives.ts';
import { readHaproxy } from './read-haproxy.ts';
import { readIni } from './read-ini.ts';
import { readProperties } from './read-properties.ts';
import { readJson, readYaml } from './read-yaml.ts';

/** Every format, the more special first. */
const READERS: readonly FileReader[] = [
  readProperties,
  readYaml,
  readJson,
  readDirectives,
  readBlocks,
  readHaproxy,
  readIni,
];

/**
 * The entries of a file by the format that its name tells; undefined where no reader knows it, its text is not of
 * that format, or it has more entries than are read: a part of a file must not be taken for the whole.
 */
export function readFile(name: string, text: string): readonly FlatEntry[] | undefined {
  const entries = readerOf(name)?.read(text);
  return entries === undefined || entries.length >= MOST_ENTRIES ? undefined : entries;
}

/** Whether files of this name are read. */
export function isReadable(name: string): boolean {
  return readerOf(name) !== undefined;
}

function readerOf(name: string): FileReader | undefined {
  return READERS.find((reader) => reader.matches(name));
}
