import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';

import { parseCidr } from '../../src/api/ip-address.ts';
import { POLICY_KINDS } from '../../src/api/policy-kinds.ts';
import { ruleOfCheck } from '../../src/api/rule.ts';
import type { Rule, ValidationRule } from '../../src/api/rule.ts';
import { placesBelow, unwrapped } from '../../src/api/schema-walk.ts';
import { structuralSchema } from '../../src/api/structural-schema.ts';
import type { StructuralSchema } from '../../src/api/structural-schema.ts';
import { arbitraryValue } from './arbitrary-value.ts';
import { badPolicies } from './policy-files.ts';

interface Place {
  readonly path: string;
  readonly schema: z.ZodType;
  /** The same place of the CRD. */
  readonly structural: StructuralSchema;
}

/** Every place of every kind's spec and status. */
const places: Place[] = POLICY_KINDS.flatMap(({ kind, schema }) =>
  (['spec', 'status'] as const).flatMap((part) => {
    const root = schema.shape[part] as z.ZodType;
    const structural = structuralSchema(root);
    const below = [...placesBelow(root)].map((place) => ({
      path: `${kind} ${part}.${place.path}`,
      schema: place.schema,
      structural: structuralAt(structural, place.path),
    }));
    return [{ path: `${kind} ${part}`, schema: root, structural }, ...below];
  }),
);

function structuralAt(root: StructuralSchema, path: string): StructuralSchema {
  let schema = root;
  for (const step of path.replaceAll('[]', '.[]').split('.')) {
    const fields = schema['properties'] as Record<string, StructuralSchema> | undefined;
    const item = (schema['items'] ?? schema['additionalProperties']) as StructuralSchema | undefined;
    const below = step === '[]' ? item : fields?.[step];
    if (below === undefined) throw new Error(`the CRD has no ${path}`);
    schema = below;
  }
  return schema;
}

function checksOf(schema: z.ZodType): readonly z.core.$ZodCheck[] {
  return unwrapped(schema).def.checks ?? [];
}

const rules = places.flatMap(({ path, schema, structural }) =>
  checksOf(schema).flatMap((check) => {
    const rule = ruleOfCheck(check);
    return rule === undefined ? [] : [{ name: `${path}: ${rule.id}`, rule, schema, structural }];
  }),
);

describe('what a schema checks, the API server checks', () => {
  test('there are rules to check', () => {
    expect(new Set(rules.map(({ rule }) => rule.id)).size).toBeGreaterThanOrEqual(25);
  });

  test('every value is read as it stands: nothing is transformed on the way', () => {
    const plain = new Set(['string', 'number', 'enum', 'array', 'object', 'record']);
    expect(places.filter(({ schema }) => !plain.has(unwrapped(schema).type)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  test('every check is a bound that the CRD has, or a rule with a twin', () => {
    const bounds = {
      greater_than: 'minimum',
      less_than: 'maximum',
      max_length: 'maxLength',
      number_format: 'type',
    };
    const unpaired = places.flatMap(({ path, schema, structural }) =>
      checksOf(schema)
        .filter((check) => ruleOfCheck(check) === undefined)
        .map(({ _zod: { def } }) => def.check)
        .filter((kind) => {
          const keyword =
            kind === 'max_length' && structural['type'] === 'array'
              ? 'maxItems'
              : bounds[kind as keyof typeof bounds];
          return keyword === undefined || structural[keyword] === undefined;
        })
        .map((kind) => `${path}: ${kind}`),
    );
    expect(unpaired).toEqual([]);
  });

  test.each(rules)('$name', ({ rule, structural }) => {
    expect([rule.cel, rule.keywords]).not.toEqual([undefined, undefined]);
    for (const [keyword, value] of Object.entries(rule.keywords ?? {}))
      expect(structural[keyword]).toEqual(value);
    if (rule.cel !== undefined)
      expect(twinsOf(structural)).toContainEqual(
        expect.objectContaining({ rule: rule.cel, message: rule.message }),
      );
  });

  test('and each has a file in test/policies/bad that breaks it', () => {
    const broken = new Set(badPolicies().map(({ rule }) => rule));
    const unbroken = rules.map(({ rule }) => rule.id).filter((id) => !broken.has(id));
    expect([...new Set(unbroken)]).toEqual([]);
  });

  test('and nothing else', () => {
    const declared = new Set(rules.map(({ rule }) => rule.cel));
    const expressions = places.flatMap(({ structural }) => twinsOf(structural).map(({ rule }) => rule));
    expect(expressions.filter((expression) => !declared.has(expression))).toEqual([]);
  });
});

function twinsOf(structural: StructuralSchema): readonly ValidationRule[] {
  return (structural['x-kubernetes-validations'] ?? []) as readonly ValidationRule[];
}

describe('a rule and its CEL twin agree', () => {
  const cel = new Environment({ unlistedVariablesAreDyn: true }).registerFunction(
    'isCIDR(string): bool',
    (value: string) => parseCidr(value) !== undefined,
  );
  const distinct = [...Map.groupBy(rules, ({ rule }) => `${rule.id} ${rule.cel}`).values()].flatMap(
    ([first]) =>
      first?.rule.cel === undefined ? [] : [{ ...first, expression: first.rule.cel, id: first.rule.id }],
  );

  test.each(distinct)('$id', ({ rule, schema, expression }) => {
    const twin = cel.parse(expression);
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(arbitraryValue(schema), (self) => {
        const good = (rule as Rule<unknown>).check(self);
        outcomes.add(good);
        expect(twin({ self })).toBe(good);
      }),
      { numRuns: 1000 },
    );
    // Neither side was only ever asked about good values, nor only about bad ones.
    expect(outcomes).toEqual(new Set([true, false]));
  });
});

describe('what the API server demands of a schema', () => {
  const of = (type: string): Place[] => places.filter(({ structural }) => structural['type'] === type);
  const without = (all: Place[], ...keywords: string[]): string[] =>
    all
      .filter(({ structural }) => keywords.every((keyword) => structural[keyword] === undefined))
      .map(({ path }) => path);

  test('every place is described', () => {
    expect(
      without(places, 'description').filter((path) => !path.endsWith('spec') && !path.endsWith('status')),
    ).toEqual([]);
  });

  test('every text, number, list and map is bounded, so that the cost of a rule can be told', () => {
    expect(without(of('string'), 'maxLength', 'enum')).toEqual([]);
    expect(without(of('integer'), 'minimum')).toEqual([]);
    expect(without(of('integer'), 'maximum')).toEqual([]);
    expect(without(of('array'), 'maxItems')).toEqual([]);
    expect(without(of('object'), 'properties', 'maxProperties')).toEqual([]);
  });

  test('every list says how it is merged', () => {
    expect(without(of('array'), 'x-kubernetes-list-type')).toEqual([]);
  });

  test('a keyword that the API server reads in another way, or not at all, is refused', () => {
    expect(() => structuralSchema(z.strictObject({ a: z.union([z.string(), z.int()]) }))).toThrow(
      "no 'anyOf'",
    );
    expect(() => structuralSchema(z.strictObject({ a: z.string().regex(/a/) }))).toThrow("no 'pattern'");
    expect(() => structuralSchema(z.strictObject({ a: z.unknown() }))).toThrow("has a type (at '.a')");
  });
});
