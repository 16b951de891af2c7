import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingCode } from '../findings/finding-codes.ts';
import { parseDocuments } from './parse-documents.ts';

/** One object of the input, and where it stands. */
export interface InputDocument {
  readonly file: string;
  /** Line of the file on which the document's text begins, from 1. */
  readonly firstLine: number;
  /** The document's text, for positions; undefined for an item of a List, which shares its List's. */
  readonly text: string;
  /** JSON pointer to the object within the document: `` or `/items/3`. */
  readonly base: string;
  readonly object: Record<string, unknown>;
  /** The template that made it, from a `# Source:` comment (helm). */
  readonly source?: string;
}

/** Something in the input that could not be read, and where. */
export interface InputProblem {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
  /** Where it is one of the findings that have a page: a policy that is not valid. */
  readonly code?: FindingCode;
}

/** Everything that was read. */
export interface Input {
  readonly documents: readonly InputDocument[];
  readonly problems: readonly InputProblem[];
  readonly files: number;
}

/** Larger files are not manifests. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_DEPTH = 32;
const ENDINGS = ['.yaml', '.yml', '.json'];

/** Reads files, folders (recursively, `.yaml .yml .json`) and `-` (standard input). What cannot be read is a problem with its place. */
export function readDocuments(paths: readonly string[], stdin: () => string): Input {
  const documents: InputDocument[] = [];
  const problems: InputProblem[] = [];
  let files = 0;
  const take = (file: string, text: string): void => {
    files++;
    const parsed = parseDocuments(file, text);
    for (const document of parsed.documents) documents.push(document);
    problems.push(...parsed.problems);
  };
  for (const path of paths) {
    if (path === '-') {
      take('-', stdin());
      continue;
    }
    for (const file of filesBelow(path, problems)) {
      const text = readText(file, problems);
      if (text !== undefined) take(file, text);
    }
  }
  return { documents, problems, files };
}

function readText(file: string, problems: InputProblem[]): string | undefined {
  try {
    if (statSync(file).size > MOST_BYTES) {
      problems.push({ file, message: `larger than ${MOST_BYTES} bytes: not read` });
      return undefined;
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push({ file, message: describeSystemError(error) });
    return undefined;
  }
}

function* filesBelow(path: string, problems: InputProblem[], depth = 0): Iterable<string> {
  let isFolder: boolean;
  let names: string[] = [];
  try {
    isFolder = statSync(path).isDirectory();
    if (isFolder) names = readdirSync(path).sort();
  } catch (error) {
    problems.push({ file: path, message: describeSystemError(error) });
    return;
  }
  if (!isFolder) yield path;
  else if (depth > MOST_DEPTH)
    problems.push({ file: path, message: `deeper than ${MOST_DEPTH} folders: not read` });
  else yield* filesIn(path, names, problems, depth);
}

function* filesIn(
  folder: string,
  names: readonly string[],
  problems: InputProblem[],
  depth: number,
): Iterable<string> {
  for (const name of names) {
    const path = join(folder, name);
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (
      isFolder
        ? !name.startsWith('.') && name !== 'node_modules'
        : ENDINGS.some((ending) => name.endsWith(ending))
    ) {
      yield* filesBelow(path, problems, depth + 1);
    }
  }
}

function describeSystemError(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  return error instanceof Error ? error.message : String(error);
}
