import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, parseDocument, type Document, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Generator } from './generator.ts';

const VALUES = 'charts/pathkeeper/values.yaml';
const SCHEMA = 'charts/pathkeeper/values.schema.json';
const PAGE = 'docs/reference/chart-values.md';

/** A value of the chart. */
export interface ChartValue {
  /** `webhook.failurePolicy`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly fallback: unknown;
  /** JSON schema of it. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The chart's schema of values and the page about them, from the comments of values.yaml. */
export const chartValues: Generator = {
  name: 'chart values',
  files: async () => {
    const values = readChartValues(await readFile(join(import.meta.dirname, '..', VALUES), 'utf8'));
    return new Map([
      [SCHEMA, `${JSON.stringify(schemaOf(values), null, 2)}\n`],
      [PAGE, pageOf(values)],
    ]);
  },
};

/** Reads values with their comments. Throws where one has no description: then helm's users would have none either. */
export function readChartValues(text: string): readonly ChartValue[] {
  const document = parseDocument(text);
  if (!isMap(document.contents)) throw new Error(`${VALUES} holds no values`);
  return valuesIn(document, document.contents, []);
}

function valuesIn(document: Document, map: YAMLMap, parents: readonly string[]): readonly ChartValue[] {
  return map.items.flatMap((item, index) => {
    const { key, value } = item as Pair<Scalar<string>, Node>;
    const path = [...parents, key.value];
    // The comment above a map's first key is the map's own, as the parser sees it.
    const comment = (index === 0 ? map.commentBefore : undefined) ?? key.commentBefore ?? '';
    const { description, refinement } = readComment(comment, path);
    if (refinement === undefined && isMap(value) && value.items.length > 0)
      return valuesIn(document, value, path);
    if (description === '') throw new Error(`${VALUES}: ${path.join('.')} has no description`);
    const fallback: unknown = value === null ? null : value.toJS(document);
    return [{ path, description, fallback, schema: { type: typeOf(fallback), ...refinement } }];
  });
}

function readComment(
  comment: string,
  path: readonly string[],
): { description: string; refinement: Readonly<Record<string, unknown>> | undefined } {
  const lines = comment.split('\n').map((line) => line.trim());
  const [given] = lines.filter((line) => line.startsWith('@schema '));
  const description = lines.filter((line) => line !== '' && !line.startsWith('@schema ')).join(' ');
  if (given === undefined) return { description, refinement: undefined };
  try {
    const refinement = JSON.parse(given.slice('@schema '.length)) as Record<string, unknown>;
    return { description, refinement };
  } catch (cause) {
    throw new Error(`${VALUES}: @schema of ${path.join('.')} is not JSON`, { cause });
  }
}

function typeOf(fallback: unknown): string {
  if (Array.isArray(fallback)) return 'array';
  return fallback === null ? 'null' : typeof fallback;
}

interface ObjectSchema {
  type: 'object';
  additionalProperties: false;
  properties: Record<string, unknown>;
}

/** What helm checks values against before it renders anything. Names that the chart does not know are refused. */
function schemaOf(values: readonly ChartValue[]): object {
  const root = objectSchema();
  for (const { path, description, schema, fallback } of values) {
    let at = root;
    for (const part of path.slice(0, -1)) {
      at.properties[part] ??= objectSchema();
      at = at.properties[part] as ObjectSchema;
    }
    at.properties[path.at(-1) ?? ''] = { description, ...schema, default: fallback };
  }
  // Helm gives every chart below another these, whether it wants them or not.
  root.properties['global'] = { type: 'object' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of chart pathkeeper (written by `npm run generate` from values.yaml)',
    ...root,
  };
}

function objectSchema(): ObjectSchema {
  return { type: 'object', additionalProperties: false, properties: {} };
}

function pageOf(values: readonly ChartValue[]): string {
  const rows = values.map(({ path, schema, fallback, description }) => {
    const cells = [`\`${path.join('.')}\``, allowed(schema), `\`${JSON.stringify(fallback)}\``, description];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '# Values of the chart',
    '',
    '<!-- Written by `npm run generate` from charts/pathkeeper/values.yaml. -->',
    '',
    'Given with `--set` or in a file with `--values`. Helm refuses a name or a value that is not allowed.',
    '',
    '| Value | Takes | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function allowed(schema: Readonly<Record<string, unknown>>): string {
  const { type, enum: choices, minimum, maximum } = schema;
  if (Array.isArray(choices)) return choices.map((choice) => `\`${String(choice)}\``).join(' or ');
  const bounds = [
    typeof minimum === 'number' ? ` from ${minimum}` : '',
    typeof maximum === 'number' ? ` to ${maximum}` : '',
  ];
  return `${String(type)}${bounds.join('')}`;
}
