import { type Descriptor, parseDescriptor } from './parse-descriptor.ts';

/** An entry of tnsnames.ora: its names in upper case, its descriptor, and its line from 1. */
export interface TnsEntry {
  readonly names: readonly string[];
  readonly descriptor: Descriptor;
  readonly line: number;
}

const MOST_ENTRIES = 2000;

/**
 * Reads tnsnames.ora: `name[, name] = (DESCRIPTION=…)`, `#` comments. What is no entry is passed over.
 * (Oracle Net Services Reference, "General Syntax of tnsnames.ora".)
 */
export function readTnsNames(text: string): readonly TnsEntry[] {
  const plain = text.replace(/^[ \t]*#.*$/gm, '');
  const entries: TnsEntry[] = [];
  let at = 0;
  let line = 1;
  let lineAt = 0;
  while (entries.length < MOST_ENTRIES) {
    const equals = plain.indexOf('=', at);
    if (equals === -1) break;
    const names = plain.slice(at, equals).trim();
    const parsed = parseDescriptor(plain.slice(equals + 1, equals + 1 + 65_536));
    if (parsed === undefined) {
      at = nextLine(plain, equals);
      continue;
    }
    const start = equals - plain.slice(at, equals).trimStart().length;
    line += countLines(plain, lineAt, start);
    lineAt = start;
    entries.push({
      names: names
        .toUpperCase()
        .split(',')
        .map((name) => name.trim()),
      descriptor: parsed.descriptor,
      line,
    });
    at = equals + 1 + parsed.end;
  }
  return entries;
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end + 1;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
