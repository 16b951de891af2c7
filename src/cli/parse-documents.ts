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
      const value: unknown = part.text.trimStart().startsWith('{')
        ? parseJsonOrYaml(part.text)
        : parseYaml(part.text);
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
  for (let index = text.indexOf('\n', from); index >= 0 && index < to; index = text.indexOf('\n', index + 1))
    count++;
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
  const problem = (message: string): number => problems.push({ file, line: part.firstLine, message });
  if (!isRecord(value)) {
    problem('this document is no Kubernetes object');
    return;
  }
  const shared = sharedBy(part, file);
  const items = itemsOf(value);
  if (items !== undefined) {
    for (const [index, item] of items.entries()) {
      if (isRecord(item)) documents.push({ ...shared, base: `/items/${index}`, object: item });
    }
  } else if (typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string') {
    documents.push({ ...shared, base: '', object: value });
  } else {
    problem('this document has no apiVersion and kind: no Kubernetes object');
  }
}

/** What every object of one document has in common; `# Source:` is helm's comment on which template made it. */
function sharedBy(part: Part, file: string): Pick<InputDocument, 'file' | 'firstLine' | 'text' | 'source'> {
  const source = /^# Source: (\S[^\r\n]{0,400})/m.exec(part.text)?.[1];
  return { file, firstLine: part.firstLine, text: part.text, ...(source === undefined ? {} : { source }) };
}

/** The items of a List of any kind; undefined for an object that is none. */
function itemsOf(object: Record<string, unknown>): readonly unknown[] | undefined {
  const items = object['items'];
  return Array.isArray(items) && String(object['kind']).endsWith('List') ? items : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOf(error: unknown, file: string, firstLine: number): InputProblem {
  const mark = (error as { mark?: { line?: number } }).mark;
  const reason =
    (error as { reason?: string }).reason ?? (error instanceof Error ? error.message : String(error));
  return {
    file,
    line: firstLine + (mark?.line ?? 0),
    message: `cannot be read as YAML: ${reason.split('\n')[0] ?? ''}`,
  };
}
