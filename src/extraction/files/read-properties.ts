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
    const lines = text.split(/\r?\n/);
    let document = 0;
    for (let index = 0; index < lines.length && entries.length < MOST_ENTRIES; index += 1) {
      const start = index;
      let logical = (lines[index] ?? '').trimStart();
      if (/^[#!]---\s*$/.test(logical)) document += 1;
      if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue;
      const pieces: string[] = [];
      while (endsWithBackslash(logical) && index + 1 < lines.length) {
        pieces.push(logical.slice(0, -1));
        index += 1;
        logical = (lines[index] ?? '').trimStart();
      }
      pieces.push(logical);
      const { key, value } = splitEntry(pieces.join(''));
      entries.push({ key, text: value, line: start + 1, document });
    }
    return entries;
  },
};

function endsWithBackslash(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

function splitEntry(line: string): { key: string; value: string } {
  let end = 0;
  while (end < line.length && !/[=:\s]/.test(line[end] ?? '')) end += line[end] === '\\' ? 2 : 1;
  const key = unescapeText(line.slice(0, end));
  let start = end;
  while (/[ \t\f]/.test(line[start] ?? '')) start += 1;
  if (/[=:]/.test(line[start] ?? '')) start += 1;
  while (/[ \t\f]/.test(line[start] ?? '')) start += 1;
  return { key, value: unescapeText(line.slice(start)).trimEnd() };
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
