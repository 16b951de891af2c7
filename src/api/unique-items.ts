import type { z } from 'zod';

import { withRules } from './rule.ts';

/** Makes a list a map by one field: no two items may have the same value there, and appliers merge by it. */
export function uniqueBy<Item extends Record<string, unknown>, S extends z.ZodType<Item[]>>(
  schema: S,
  field: keyof Item & string,
  id: string,
): S {
  return withRules(schema, {
    id,
    message: `no two items may have the same \`${field}\``,
    reason: 'FieldValueDuplicate',
    keywords: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [field] },
    check: (items) => new Set(items.map((item) => item[field])).size === items.length,
  });
}

/** Makes a list of plain values a set: no value twice. */
export function uniqueItems<S extends z.ZodType<(string | number)[]>>(schema: S, id: string): S {
  return withRules(schema, {
    id,
    message: 'no value may be given twice',
    reason: 'FieldValueDuplicate',
    keywords: { 'x-kubernetes-list-type': 'set' },
    check: (items) => new Set(items).size === items.length,
  });
}
