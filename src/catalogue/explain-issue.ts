import { z } from 'zod';
import { pathText, type EntryComplaint, type EntryPath } from './entry-problem.ts';
import { didYouMean } from './nearest-name.ts';

/**
 * Turns what the schema found into complaints in our own words: one for each unknown name, with the nearest known
 * one; a wrong choice with what is allowed; a missing member as missing.
 */
export function explainIssue(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  value: unknown,
): readonly EntryComplaint[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    const known = memberNames(schemaAt(schema, path));
    return issue.keys.map((name) => unknownMember([...path, name], name, known));
  }
  const given = valueAt(value, path);
  if (given === undefined) return [{ path, message: `${pathText(path)} is missing` }];
  if (issue.code === 'invalid_value') return [wrongChoice(path, given, issue.values.map(String))];
  return [{ path, message: `${pathText(path)}: ${phrase(issue)}` }];
}

function unknownMember(path: EntryPath, name: string, known: readonly string[]): EntryComplaint {
  const message = `'${name.slice(0, 80)}' is not a known field${didYouMean(name, known)}`;
  return { path, atName: true, message, allowed: known };
}

function wrongChoice(path: EntryPath, given: unknown, allowed: readonly string[]): EntryComplaint {
  const hint = typeof given === 'string' ? didYouMean(given, allowed) : '';
  return {
    path,
    message: `${pathText(path)} must be one of ${allowed.join(', ')}, not ${show(given)}${hint}`,
    allowed,
  };
}

function show(given: unknown): string {
  if (typeof given === 'string') return `'${given.slice(0, 80)}'`;
  if (given === null || typeof given === 'number' || typeof given === 'boolean') return String(given);
  return Array.isArray(given) ? 'a list' : 'an object';
}

/** Words for the rest of the schema's codes; its own message where it carries one (refinements, patterns). */
function phrase(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return `must ${measure(issue.origin)} at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must ${measure(issue.origin)} at most ${issue.maximum}`;
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'must be an http or https address';
  return issue.code === 'invalid_format' ? `must be ${issue.message}` : `must have ${issue.message}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text (put it in quotes if it looks like something else)',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
};

function measure(origin: string): string {
  if (origin === 'string') return 'have a length of';
  return origin === 'array' ? 'have a number of items of' : 'be';
}

/** The schema of the value that a path leads to, without its wrappers. */
function schemaAt(schema: z.ZodType, path: EntryPath): z.ZodType | undefined {
  let current: unknown = unwrapped(schema);
  for (const step of path) {
    if (current instanceof z.ZodArray) current = unwrapped(current.element);
    else if (current instanceof z.ZodObject)
      current = unwrapped((current.shape as z.ZodRawShape)[String(step)]);
    else return undefined;
  }
  return current instanceof z.ZodType ? current : undefined;
}

function unwrapped(schema: unknown): unknown {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault) current = current.unwrap();
  return current;
}

function memberNames(schema: z.ZodType | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function valueAt(value: unknown, path: EntryPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}
