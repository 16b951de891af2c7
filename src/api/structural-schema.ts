import { z } from 'zod';

/** A schema as the API server takes it for a kind of one's own: every level says its type, no alternatives. */
export type StructuralSchema = { readonly [keyword: string]: unknown };

/** What may stand in a structural schema, in the order in which a person reads it. */
const KEYWORDS = [
  'description',
  'type',
  'format',
  'default',
  'enum',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'maxItems',
  'maxProperties',
  'required',
  'properties',
  'items',
  'additionalProperties',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
] as const;

const ANY_TYPE = 'x-kubernetes-preserve-unknown-fields';
const KNOWN: ReadonlySet<string> = new Set(KEYWORDS);

/**
 * Turns a zod schema into a structural one. `additionalProperties: false` goes, because the API server has its own
 * way to refuse unknown fields (field validation). Throws on any keyword that is not on the list: a schema that the
 * API server would read in another way than we do must not get as far as a file.
 */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  return convert(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }), '');
}

function convert(source: Readonly<Record<string, unknown>>, path: string): StructuralSchema {
  const all = withoutWhatIsImplied(source);
  for (const keyword of Object.keys(all)) {
    if (!KNOWN.has(keyword)) throw new TypeError(`a structural schema has no '${keyword}' (at '${path}')`);
  }
  if (typeof all['type'] !== 'string' && all[ANY_TYPE] !== true)
    throw new TypeError(`a structural schema has a type (at '${path}')`);
  const converted: [string, unknown][] = [];
  for (const keyword of KEYWORDS) {
    if (all[keyword] !== undefined) converted.push([keyword, convertKeyword(keyword, all[keyword], path)]);
  }
  return Object.fromEntries(converted);
}

/** A value of more than one type has none in a structural schema; its `enum` says what it may be. */
function withoutWhatIsImplied(source: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { additionalProperties, type, ...rest } = source;
  return {
    ...rest,
    ...(source[ANY_TYPE] === true ? {} : { type }),
    ...(additionalProperties === false ? {} : { additionalProperties }),
  };
}

function convertKeyword(keyword: string, value: unknown, path: string): unknown {
  if (keyword === 'items' || keyword === 'additionalProperties') {
    return convert(value as Record<string, unknown>, `${path}[]`);
  }
  if (keyword !== 'properties') return value;
  const properties = Object.entries(value as Record<string, Record<string, unknown>>);
  return Object.fromEntries(properties.map(([name, field]) => [name, convert(field, `${path}.${name}`)]));
}
