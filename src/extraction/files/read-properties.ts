import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

/**
 * Java properties (java.util.Properties.load): `key=value`, `key: value` or `key value`, `#` and `!` comments, a
 * backslash at the end of a line joins it with the next, escapes with a backslash. A line `#---` or `!---` begins
 * another document (Spring Boot).
 */
export const readProperties: FileReader = {
  format: 'properties',
  matches: (name) => name.endsWith('.properties'),
  read(text) {
    const entries: FlatEntry[] = [];
    let document = 0;
    for (const { text: line, number } of logicalLines(text)) {
      if (/^[#!]---\s*$/.test(line)) document += 1;
      if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
      if (entries.length === MOST_ENTRIES) break;
      const { key, value } = splitEntry(line);
      entries.push({ key, text: value, line: number, document });
    }
    return entries;
  },
};

/** Lines without leading blanks, joined where a backslash ends one; a comment is never joined. */
function* logicalLines(text: string): Generator<{ text: string; number: number }> {
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const number = index + 1;
    let line = (lines[index] ?? '').trimStart();
    const pieces: string[] = [];
    while (!/^[#!]/.test(line) && endsWithBackslash(line) && index + 1 < lines.length) {
      pieces.push(line.slice(0, -1));
      index += 1;
      line = (lines[index] ?? '').trimStart();
    }
    pieces.push(line);
    yield { text: pieces.join(''), number };
  }
}

function endsWithBackslash(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

function splitEntry(line: string): { key: string; value: string } {
  let end = 0;
  while (end < line.length && !/[=:\s]/.test(line[end] ?? '')) end += line[end] === '\\' ? 2 : 1;
  const separator = /^[ \t\f]*[=:]?[ \t\f]*/.exec(line.slice(end))?.[0] ?? '';
  return {
    key: unescapeText(line.slice(0, end)),
    value: unescapeText(line.slice(end + separator.length)).trimEnd(),
  };
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
]);

function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|(.?))/gs,
    (_all, code: string | undefined, character: string) =>
      code === undefined
        ? (ESCAPES.get(character) ?? character)
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
