import * as fc from 'fast-check';
import { z } from 'zod';

import { unwrapped } from '../../src/api/schema-walk.ts';

/** Texts on which our rules disagree: names, hosts, networks and what is nearly one. */
const TEXTS = [
  '',
  'a',
  'workload',
  'peer',
  'internal-firewall',
  '-a',
  'a-',
  'A',
  'db.corp.example',
  '*.corp.example',
  '*',
  '*.',
  'db.*.example',
  'db..example',
  'db.corp.example:1521',
  'https://db.corp.example/',
  'app.kubernetes.io/name',
  'a/b/c',
  '10.20.0.0/16',
  '10.20.0.0',
  '10.20.0.0/33',
  '10.020.0.0/16',
  'fd00:20::/32',
  '::/0',
  '::ffff:10.0.0.0/104',
  'a_b',
  'ä',
  'a\n',
];

const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: fc.constantFrom('a', 'A', '1', '-', '.', '_', '*', '/', ':', '\n', ' '), maxLength: 12 }),
);

/** Values of a schema's shape and bounds that may break any of its rules. What has a default has a value, as `self` has. */
export function arbitraryValue(wrapped: z.ZodType): fc.Arbitrary<unknown> {
  const schema = unwrapped(wrapped);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...(schema.options as string[]));
  if (schema instanceof z.ZodString) return text;
  if (schema instanceof z.ZodNumber) {
    return fc.integer({
      min: schema.minValue ?? 0,
      max: Math.min(schema.maxValue ?? 9, (schema.minValue ?? 0) + 3),
    });
  }
  if (schema instanceof z.ZodArray)
    return fc.array(arbitraryValue(schema.element as z.ZodType), { maxLength: 3 });
  if (schema instanceof z.ZodRecord) {
    return fc.dictionary(fc.constantFrom('app', 'tier'), arbitraryValue(schema.valueType as z.ZodType), {
      noNullPrototype: true,
    });
  }
  if (schema instanceof z.ZodObject) return arbitraryObject(schema);
  throw new Error(`no values for a schema of type '${schema.type}'`);
}

function arbitraryObject(schema: z.ZodObject): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.shape) as [string, z.ZodType][];
  const optional = fields.filter(([, field]) => field instanceof z.ZodExactOptional).map(([name]) => name);
  const all = fc.record(Object.fromEntries(fields.map(([name, field]) => [name, arbitraryValue(field)])), {
    noNullPrototype: true,
  });
  // Each number of absent fields is as likely as any other, so that rules on absence are tried too.
  return fc
    .tuple(all, fc.subarray(optional))
    .map(([value, absent]) =>
      Object.fromEntries(Object.entries(value).filter(([name]) => !absent.includes(name))),
    );
}
