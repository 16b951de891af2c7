import { load, CORE_SCHEMA } from 'js-yaml';
import type { InputDocument, InputProblem } from './read-documents.ts';

/**
 * Splits a text into YAML documents at lines that begin with `---`, as kubectl does, and parses each with the fast parser.
 * Positions are found later, only where there is something to point at. A document that cannot be parsed is a problem
 * with its line, and the rest is still read.
 */
export function parseDocuments(
  file: string,
  raw: string,
): { readonly documents: readonly InputDocument[]; readonly problems: readonly InputProblem[] } {
  const documents: InputDocument[] = [];
  const problems: InputProblem[] = [];
  for (const part of splitDocuments(raw.startsWith('\uFEFF') ? raw.slice(1) : raw)) {
    if (isBlank(part.text)) continue;
    try {
      const value: unknown = part.text.trimStart().startsWith('{') ? parseJsonOrYaml(part.text) : parseYaml(part.text);
      collect(value, file, part, documents, problems);
    } catch (error) {
      problems.push(problemOf(error, file, part.firstLine));
    }
  }
  return { documents, problems };
}

interface Part {
  readonly text: string;
  readonly firstLine: number;
}

function* splitDocuments(text: string): Iterable<Part> {
  const separator = /^---(?=[ \t\r\n]|$).*$/gm;
  let start = 0;
  let firstLine = 1;
  for (const match of text.matchAll(separator)) {
    yield { text: text.slice(start, match.index), firstLine };
    firstLine += countLines(text, start, match.index + match[0].length);
    start = match.index + match[0].length;
  }
  yield { text: text.slice(start), firstLine };
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = text.indexOf('\n', from); index >= 0 && index < to; index = text.indexOf('\n', index + 1)) count++;
  return count;
}

function isBlank(text: string): boolean {
  return /^(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$))*$/.test(text) || text.trim() === '' || text.trim() === '...';
}

function parseYaml(text: string): unknown {
  return load(text, { schema: CORE_SCHEMA });
}

function parseJsonOrYaml(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseYaml(text);
  }
}

/** Takes an object, or each item of a List. */
function collect(
  value: unknown,
  file: string,
  part: Part,
  documents: InputDocument[],
  problems: InputProblem[],
): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object' || Array.isArray(value)) {
    problems.push({ file, line: part.firstLine, message: 'this document is no Kubernetes object' });
    return;
  }
  const object = value as Record<string, unknown>;
  const source = /^# Source: (\S[^\r\n]{0,400})/m.exec(part.text)?.[1];
  const shared = { file, firstLine: part.firstLine, text: part.text, ...(source === undefined ? {} : { source }) };
  if (Array.isArray(object['items']) && String(object['kind']).endsWith('List')) {
    for (const [index, item] of object['items'].entries()) {
      if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
        documents.push({ ...shared, base: `/items/${index}`, object: item as Record<string, unknown> });
      }
    }
    return;
  }
  if (typeof object['kind'] !== 'string' || typeof object['apiVersion'] !== 'string') {
    problems.push({ file, line: part.firstLine, message: 'this document has no apiVersion and kind: no Kubernetes object' });
    return;
  }
  documents.push({ ...shared, base: '', object });
}

function problemOf(error: unknown, file: string, firstLine: number): InputProblem {
  const mark = (error as { mark?: { line?: number } }).mark;
  const reason = (error as { reason?: string }).reason ?? (error instanceof Error ? error.message : String(error));
  return {
    file,
    line: firstLine + (mark?.line ?? 0),
    message: `cannot be read as YAML: ${reason.split('\n')[0] ?? ''}`,
  };
}
