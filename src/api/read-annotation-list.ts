import { parse } from 'yaml';
import type { z } from 'zod';

import { describeIssues } from './describe-issue.ts';
import { quoted } from './problem.ts';
import { pruneNulls } from './prune-nulls.ts';

/** An entry of an annotation that holds a list, and which one it is, from 1. */
export interface AnnotationEntry<Value> {
  readonly number: number;
  readonly value: Value;
}

/** Entries that can be read, and what is wrong with the others: sentences that name the entry. */
export interface AnnotationReading<Value> {
  readonly entries: readonly AnnotationEntry<Value>[];
  readonly problems: readonly string[];
}

const CHARACTERS_MAX = 16_384;
const ENTRIES_MAX = 32;
const PROBLEMS_MAX = 20;

/**
 * Reads an annotation that holds a YAML list. The text is anybody's: its length, the number of entries and of problems
 * are bounded, aliases are refused, and whatever the parser throws is a problem. Nothing is ignored in silence.
 */
export function readAnnotationList<Value>(
  text: string,
  schema: z.ZodType<Value>,
  holds: string,
): AnnotationReading<Value> {
  const read = readYaml(text);
  if ('problem' in read) return refused(read.problem);
  if (read.value === null || read.value === undefined) return { entries: [], problems: [] };
  if (!Array.isArray(read.value)) return refused(`must be a list of entries with ${holds}`);
  if (read.value.length > ENTRIES_MAX) return refused(`must have at most ${ENTRIES_MAX} entries`);
  const entries: AnnotationEntry<Value>[] = [];
  const problems: string[] = [];
  for (const [index, raw] of read.value.entries()) {
    const number = index + 1;
    const { value, found } = readEntry(raw, schema);
    if (value === undefined || found.length > 0) {
      problems.push(...found.map((problem) => entryProblem(number, problem)));
    } else entries.push({ number, value });
  }
  return { entries, problems: problems.slice(0, PROBLEMS_MAX) };
}

/** A sentence about an entry. */
export function entryProblem(number: number, problem: string): string {
  return `entry ${number}: ${problem}`;
}

function refused(problem: string): AnnotationReading<never> {
  return { entries: [], problems: [problem] };
}

function readYaml(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.length > CHARACTERS_MAX) return { problem: `must be at most ${CHARACTERS_MAX} characters long` };
  try {
    return { value: parse(text, { maxAliasCount: 0, schema: 'core', logLevel: 'error' }) as unknown };
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    if (/call stack/i.test(first)) return { problem: 'is nested too deeply' };
    return { problem: `is not YAML: ${quoted(first).slice(1, -1)}` };
  }
}

function readEntry<Value>(
  raw: unknown,
  schema: z.ZodType<Value>,
): { readonly value: Value | undefined; readonly found: readonly string[] } {
  const { value, forbidden } = pruneNulls(raw);
  const parsed = schema.safeParse(value, { reportInput: true });
  const { problems } = describeIssues(schema, parsed.error?.issues ?? [], PROBLEMS_MAX);
  const found = [...forbidden, ...problems].map(({ path, message }) =>
    path === '' ? message : `\`${path}\` ${message}`,
  );
  return { value: parsed.data, found };
}
