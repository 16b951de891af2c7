import { describe, expect, test } from '@jest/globals';

import { parsePolicy } from '../../src/api/parse-policy.ts';
import { badPolicies, goodPolicies } from './policy-files.ts';

describe('policies that are accepted', () => {
  test.each(goodPolicies())('$name', ({ object }) => {
    expect(parsePolicy(object).problems).toEqual([]);
  });
});

describe('policies that are refused', () => {
  test.each(badPolicies())('$name', ({ object, rule, at, server }) => {
    const { policy, problems } = parsePolicy(object);
    expect(policy).toBeUndefined();
    expect(problems.map((problem) => [problem.rule, problem.path])).toEqual([[rule, at]]);
    // What the API server says with our own words is what we say without it.
    const said = problems[0]?.message ?? '';
    if (!OWN_TO_THE_API_SERVER.has(rule))
      expect(said).toContain(server.replace(/^spec\S*: [A-Z][a-z]+( value)?: /, ''));
  });
});

/** Rules that the API server enforces by the schema itself, in its own words. */
const OWN_TO_THE_API_SERVER = new Set([
  'allowed-values',
  'destination-port-unique',
  'hop-name-unique',
  'label-count',
  'length',
  'listener-port-unique',
  'object-name',
  'range',
  'required',
  'text-length',
  'too-many',
  'type',
  'unknown-field',
]);
