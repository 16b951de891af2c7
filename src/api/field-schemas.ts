import { z } from 'zod';

import { withRules } from './rule.ts';

/** A year: no idle timeout that anybody sets is longer, and sums of several stay exact. */
const LONGEST_SECONDS = 31_536_000;

// RFC 1123 names. Written so that JavaScript and RE2 read the same, without escapes and without nested repetition
// over the same characters: matching takes linear time.
const LABEL = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const SUBDOMAIN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** A duration in whole seconds. */
export function seconds(description: string, most: number = LONGEST_SECONDS): z.ZodInt {
  return integer(description, 1, most);
}

/** A whole number with both bounds: the API server and JavaScript must agree on what fits. */
export function integer(description: string, least: number, most: number): z.ZodInt {
  return z.int().min(least).max(most).describe(description);
}

/** Free text. The API server counts characters, JavaScript counts UTF-16 units: the rule counts characters. */
export function text(description: string, maxLength: number): z.ZodString {
  return withRules(z.string().describe(description), {
    id: 'text-length',
    message: `must be at most ${maxLength} characters long`,
    keywords: { maxLength },
    check: (value) =>
      value.length <= maxLength || (value.length <= 2 * maxLength && Array.from(value).length <= maxLength),
  });
}

/** Text of a fixed form. The form is a CEL rule rather than a schema pattern, so that its refusal can be read. */
export function formed(
  description: string,
  form: {
    readonly id: string;
    readonly pattern: string;
    readonly maxLength: number;
    readonly message: string;
  },
): z.ZodString {
  const pattern = new RegExp(form.pattern);
  const bounded = z.string().max(form.maxLength, { abort: true }).describe(description);
  return withRules(bounded, {
    id: form.id,
    message: form.message,
    cel: `self.matches('${form.pattern}')`,
    check: (value) => pattern.test(value),
  });
}

/** A lower-case name without dots (RFC 1123 label). */
export function labelName(description: string, id: string, example: string): z.ZodString {
  return formed(description, {
    id,
    pattern: LABEL,
    maxLength: 63,
    message: `must consist of lower case letters, digits and '-', and start and end with a letter or digit, such as '${example}'`,
  });
}

/** A lower-case name that may have dots (RFC 1123 subdomain): the name of a Kubernetes object. */
export function objectName(description: string, id: string, example: string): z.ZodString {
  return formed(description, {
    id,
    pattern: SUBDOMAIN,
    maxLength: 253,
    message: `must be the name of a Kubernetes object: lower case letters, digits, '-' and '.', such as '${example}'`,
  });
}

/** A TCP port. */
export function port(description: string): z.ZodInt {
  return integer(description, 1, 65_535);
}
