import { z } from 'zod';

import { nearestName } from './nearest-name.ts';
import { alternatives, problemAt, quoted } from './problem.ts';
import type { Problem } from './problem.ts';
import { fieldsOf, placesBelow, schemaAt } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong, in sentences, of bounded number. */
export interface DescribedIssues {
  readonly problems: readonly Problem[];
  /** How many more there are that were not described. */
  readonly more: number;
}

/**
 * Turns what zod found into sentences that say what is allowed. One issue may name many unknown fields; a sentence
 * costs a walk through the schema, so only the first `most` are written.
 */
export function describeIssues(root: z.ZodType, issues: readonly Issue[], most: number): DescribedIssues {
  const found = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => () => unknownFieldProblem(root, issue.path, key))
      : [() => issueProblem(root, issue)],
  );
  const problems = found.slice(0, most).map((describe) => describe());
  return { problems, more: found.length - problems.length };
}

function issueProblem(root: z.ZodType, issue: Issue): Problem {
  const [rule, message] = ruleAndMessage(root, issue);
  return problemAt(issue.path, rule, message);
}

function unknownFieldProblem(root: z.ZodType, path: readonly PropertyKey[], key: string): Problem {
  return problemAt([...path, key], 'unknown-field', unknownField(root, path, key));
}

function ruleAndMessage(root: z.ZodType, issue: Issue): [rule: string, message: string] {
  if (issue.code === 'custom') return [String(issue.params?.['rule'] ?? 'custom'), issue.message];
  if (issue.code === 'invalid_type') return wrongType(issue);
  if (issue.code === 'invalid_value') {
    return ['allowed-values', wrongValue(issue.values.map(String), issue.input)];
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    return outOfBounds(schemaAt(root, issue.path), issue);
  }
  return [issue.code, issue.message];
}

const WANTED: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a whole number',
  string: 'text',
  array: 'a list',
  object: 'an object with fields',
  record: 'an object with fields',
};

function wrongType(issue: z.core.$ZodIssueInvalidType): [rule: string, message: string] {
  if (issue.input === undefined) return ['required', 'must be given'];
  const wanted = WANTED[issue.expected] ?? issue.expected;
  const { input } = issue;
  if (wanted === 'text' && (typeof input === 'number' || typeof input === 'boolean')) {
    return ['type', `must be text: put it in quotes ("${input}")`];
  }
  return ['type', `must be ${wanted}, not ${kindOf(input)}`];
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'string') return `the text ${quoted(input)}`;
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  return 'an object';
}

function wrongValue(allowed: readonly string[], input: unknown): string {
  if (input === undefined) return `must be given: ${alternatives(allowed)}`;
  const meant = typeof input === 'string' ? nearestName(input, allowed) : undefined;
  const hint = meant === undefined || allowed.length === 1 ? '' : `; did you mean ${quoted(meant)}?`;
  return `must be ${alternatives(allowed)}${hint}`;
}

function outOfBounds(
  schema: z.ZodType | undefined,
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
): [rule: string, message: string] {
  const limit = issue.code === 'too_big' ? issue.maximum : issue.minimum;
  const side = issue.code === 'too_big' ? 'at most' : 'at least';
  if (issue.origin === 'array') return ['too-many', `must have ${side} ${limit} items`];
  if (issue.origin === 'string') return ['length', `must be ${side} ${limit} characters long`];
  if (!(schema instanceof z.ZodNumber)) return ['range', `must be ${side} ${limit}`];
  return ['range', `must be between ${schema.minValue} and ${schema.maxValue}`];
}

function unknownField(root: z.ZodType, path: readonly PropertyKey[], key: string): string {
  const here = schemaAt(root, path);
  const known = here === undefined ? [] : Object.keys(fieldsOf(here));
  const elsewhere = [...placesBelow(root)].filter(
    (place) => place.name === key && !place.path.startsWith('status'),
  );
  if (elsewhere.length > 0) {
    return `is not a field here; it is one at ${elsewhere.map((place) => `\`${place.path}\``).join(', ')}`;
  }
  const meant = nearestName(key, known);
  if (meant !== undefined) return `is not a known field; did you mean \`${meant}\`?`;
  return `is not a known field; allowed here: ${known.map((name) => `\`${name}\``).join(', ')}`;
}
