import { z } from 'zod';

const WRAPPERS = [z.ZodDefault, z.ZodPrefault, z.ZodOptional, z.ZodExactOptional];

/** The schema below optional and default wrappers. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (WRAPPERS.some((wrapper) => inner instanceof wrapper)) inner = innerOf(inner);
  return inner;
}

function innerOf(wrapper: z.ZodType): z.ZodType {
  return (wrapper as z.ZodOptional<z.ZodType>).unwrap();
}

/** Fields of an object schema; none for any other. */
export function fieldsOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** What a list holds, or the value of a record. */
function itemOf(schema: z.ZodType): z.ZodType | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  return undefined;
}

/** The schema at a place; undefined where the schema knows no such place. */
export function schemaAt(root: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let schema: z.ZodType | undefined = root;
  for (const segment of path) {
    if (schema === undefined) return undefined;
    const fields = fieldsOf(schema);
    const name = String(segment);
    schema = itemOf(schema) ?? (Object.hasOwn(fields, name) ? fields[name] : undefined);
  }
  return schema === undefined ? undefined : unwrapped(schema);
}

/** A place in a schema: its path as documented (`spec.path.hops[]`), and the schema with its wrappers. */
export interface SchemaPlace {
  readonly path: string;
  readonly name: string;
  readonly schema: z.ZodType;
}

/** Every place below a schema, parents first, in the order of declaration. */
export function* placesBelow(schema: z.ZodType, path = ''): Generator<SchemaPlace> {
  for (const [name, field] of Object.entries(fieldsOf(schema))) {
    const below = path === '' ? name : `${path}.${name}`;
    yield { path: below, name, schema: field };
    yield* placesBelow(field, below);
  }
  const item = itemOf(schema);
  if (item === undefined) return;
  const below = `${path}[]`;
  yield { path: below, name: '[]', schema: item };
  yield* placesBelow(item, below);
}
