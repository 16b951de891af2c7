import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';
import { readBlocks } from './read-blocks.ts';
import { readDirectives } from './read-directives.ts';
import { readErlang } from './read-erlang.ts';
import { readHaproxy } from './read-haproxy.ts';
import { readHocon } from './read-hocon.ts';
import { readIni } from './read-ini.ts';
import { readProperties } from './read-properties.ts';
import { readPython } from './read-python.ts';
import { readToml } from './read-toml.ts';
import { readXml } from './read-xml.ts';
import { readJson, readYaml } from './read-yaml.ts';

/** Every format, the more special first. */
const READERS: readonly FileReader[] = [
  readProperties,
  readYaml,
  readJson,
  readToml,
  readDirectives,
  readBlocks,
  readHaproxy,
  readHocon,
  readErlang,
  readXml,
  readPython,
  readIni,
];

/** Names that programs of every format give their files: the text tells. */
const AMBIGUOUS = /(?:^config|\.conf|\.cfg|\.config)$/;

/**
 * The entries of a file by the format that its name tells, or its text where the name may be of several; undefined
 * where no reader knows it, its text is not of that format, or it has more entries than are read: a part of a file
 * must not be taken for the whole.
 */
export function readFile(name: string, text: string): readonly FlatEntry[] | undefined {
  const reader = readerOf(name) ?? (AMBIGUOUS.test(name) ? readerOfText(text) : undefined);
  const entries = reader?.read(text);
  return entries === undefined || entries.length >= MOST_ENTRIES ? undefined : entries;
}

/** Whether files of this name are read. */
export function isReadable(name: string): boolean {
  return readerOf(name) !== undefined || AMBIGUOUS.test(name);
}

function readerOf(name: string): FileReader | undefined {
  return READERS.find((reader) => reader.matches(name));
}

/** The format of a text whose name does not tell, from how it begins. */
function readerOfText(text: string): FileReader {
  const lines = text
    .slice(0, 4096)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;/]/.test(line));
  if (lines[0]?.startsWith('<') === true) return readXml;
  if (lines.some((line) => line.endsWith('{'))) {
    return lines.some((line) => line.endsWith(';')) ? readBlocks : readHocon;
  }
  const isYaml =
    lines.some((line) => /^[\w-]{1,80}:(?: |$)/.test(line)) && !lines.some((line) => line.includes('='));
  return isYaml ? readYaml : readIni;
}
