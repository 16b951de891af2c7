import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { CONNECTIONS_ANNOTATION, WAIVERS_ANNOTATION } from '../src/api/annotations.ts';
import { POLICY_CONDITIONS } from '../src/api/conditions.ts';
import { declarationSchema } from '../src/api/connection-declarations.ts';
import { API_GROUP, API_VERSION } from '../src/api/path-policy.ts';
import { POLICY_KINDS, type ApiKind } from '../src/api/policy-kinds.ts';
import { ruleOfCheck } from '../src/api/rule.ts';
import { placesBelow, unwrapped } from '../src/api/schema-walk.ts';
import { structuralSchema, type StructuralSchema } from '../src/api/structural-schema.ts';
import { waiverSchema } from '../src/api/waivers.ts';
import type { Generator } from './generator.ts';

/** `docs/reference/policies.md`: everything that the schemas of the API say, for people. */
export const policyReference: Generator = {
  name: 'policy reference',
  files: async () => {
    const examples = await Promise.all(
      ['shortest', 'everything-outbound', 'inbound-listeners'].map(readExample),
    );
    return new Map([['docs/reference/policies.md', renderPolicies(examples)]]);
  },
};

/** Examples are the files that the tests apply to a real API server. */
async function readExample(name: string): Promise<string> {
  const path = join(import.meta.dirname, '..', 'test', 'policies', 'good', `${name}.yaml`);
  return `\`\`\`yaml\n${await readFile(path, 'utf8')}\`\`\``;
}

function renderPolicies(examples: readonly string[]): string {
  return [
    '# Policies',
    '<!-- Written by `npm run generate` from the schemas in src/api/. -->',
    `Group \`${API_GROUP}\`, version \`${API_VERSION}\`. A policy describes a network path and says what to do about workloads that use it; it configures no network. Unknown fields are refused. Durations are whole seconds.`,
    'The commonest policy is short. The second one shows everything that an Outbound policy can say, the third one is Inbound.',
    ...examples,
    ...POLICY_KINDS.flatMap(kindSection),
    '## Status',
    'The operator writes it whole, from what it observes; the same for both kinds.',
    ...statusTable(),
    ...conditionSections(),
    '## Annotations that users write',
    'On a workload, its pod template or its pod; each holds a YAML list of at most 32 entries and 16384 characters. What cannot be read is a finding (NPP5003, NPP5006) and never ignored.',
    `### ${WAIVERS_ANNOTATION}`,
    'Findings of the named policy are recorded and no longer enforced. `until` is at most a year ahead; the day after, the waiver no longer counts.',
    fieldTable(annotationRows(waiverSchema)),
    bullets(rulesOf(waiverSchema, '')),
    `### ${CONNECTIONS_ANNOTATION}`,
    'Connections that no manifest shows, or what only code sets about them.',
    fieldTable(annotationRows(declarationSchema)),
    bullets(rulesOf(declarationSchema, '')),
  ]
    .join('\n\n')
    .concat('\n');
}

function kindSection(kind: ApiKind, index: number): string[] {
  const [first] = POLICY_KINDS;
  const plain = index === 0 ? undefined : first;
  return [
    `## ${kind.kind}`,
    kind.description,
    `${kind.scope === 'Cluster' ? 'Cluster-scoped' : 'Namespaced'}; \`kubectl get ${kind.plural}\`, or \`${kind.shortName}\`, or with all of Pathkeeper's kinds \`pathkeeper\`.`,
    ...(plain === undefined ? specSection(kind) : differences(kind, plain)),
  ];
}

function specOf({ schema }: ApiKind): z.ZodType {
  return schema.shape['spec'] as z.ZodType;
}

function specSection(kind: ApiKind): string[] {
  return [
    fieldTable(structuralRows(specOf(kind), 'spec')),
    `### Rules of a ${kind.kind}`,
    bullets(rulesOf(specOf(kind), 'spec')),
  ];
}

/** What a kind has beyond another, and of the other's rules those that it has not. */
function differences(kind: ApiKind, plain: ApiKind): string[] {
  const known = new Set(structuralRows(specOf(plain), 'spec').map(({ path }) => path));
  const rules = rulesOf(specOf(kind), 'spec');
  const plainRules = rulesOf(specOf(plain), 'spec');
  return [
    `It has the fields of a ${plain.kind}, and:`,
    fieldTable(structuralRows(specOf(kind), 'spec').filter(({ path }) => !known.has(path))),
    `### Rules of a ${kind.kind}`,
    `Those of a ${plain.kind}, and:`,
    bullets(rules.filter((rule) => !plainRules.includes(rule))),
    'without:',
    bullets(plainRules.filter((rule) => !rules.includes(rule))),
  ];
}

function statusTable(): string[] {
  const [first] = POLICY_KINDS;
  return first === undefined
    ? []
    : [fieldTable(structuralRows(first.schema.shape['status'] as z.ZodType, 'status'))];
}

function conditionSections(): string[] {
  return Object.entries(POLICY_CONDITIONS).flatMap(([type, { meaning, ...statuses }]) => [
    `### Condition ${type}`,
    meaning,
    table(
      ['Status', 'Reason', 'Meaning'],
      Object.entries(statuses).flatMap(([status, reasons]) =>
        Object.entries<string>(reasons).map(([reason, says]) => [status, `\`${reason}\``, says]),
      ),
    ),
  ]);
}

interface FieldRow {
  readonly path: string;
  readonly is: string;
  readonly required: boolean;
  readonly defaultValue: unknown;
  readonly description: string;
}

function structuralRows(root: z.ZodType, path: string): FieldRow[] {
  return rowsBelow(structuralSchema(root), path);
}

function rowsBelow(schema: StructuralSchema, path: string): FieldRow[] {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, StructuralSchema>);
  const required = (schema['required'] ?? []) as readonly string[];
  const own = fields.flatMap(([name, field]) => [
    row(`${path}.${name}`, field, required.includes(name)),
    ...rowsBelow(field, `${path}.${name}`),
  ]);
  const item = schema['items'] as StructuralSchema | undefined;
  return item === undefined ? own : [...own, ...rowsBelow(item, `${path}[]`)];
}

function row(path: string, field: StructuralSchema, required: boolean): FieldRow {
  const description = typeof field['description'] === 'string' ? field['description'] : '';
  return { path, is: typeText(field), required, defaultValue: field['default'], description };
}

function typeText(field: StructuralSchema): string {
  const { type, minimum, maximum, maxLength, maxItems, maxProperties, items } = field;
  const choices = field['enum'] as readonly unknown[] | undefined;
  if (choices !== undefined) return choices.filter((choice) => typeof choice === 'string').join(', ');
  switch (type) {
    case 'integer':
      return `whole number, ${String(minimum)} to ${String(maximum)}`;
    case 'string':
      return `text, at most ${String(maxLength)} characters`;
    case 'array':
      return `list, at most ${String(maxItems)}, of ${itemText(items as StructuralSchema)}`;
    default:
      return typeof maxProperties === 'number' ? `map, at most ${maxProperties}, of text` : 'object';
  }
}

function itemText(item: StructuralSchema): string {
  return item['type'] === 'object' ? 'objects' : `(${typeText(item)})`;
}

/** Annotations are not in a CRD: their rows come from the schema itself. */
function annotationRows(root: z.ZodType): FieldRow[] {
  return [...placesBelow(root)]
    .filter(({ path }) => !path.includes('[]'))
    .map(({ path, schema }) => ({
      path,
      is: annotationType(unwrapped(schema)),
      required: !(schema instanceof z.ZodExactOptional) && schema.type !== 'default',
      defaultValue: schema.type === 'default' ? schema.parse(undefined) : undefined,
      description: schema.description ?? unwrapped(schema).description ?? '',
    }));
}

function annotationType(schema: z.ZodType): string {
  if (schema.type === 'record') return 'map of text';
  return schema.type === 'object' ? 'object' : typeText(structuralSchema(schema));
}

function fieldTable(rows: readonly FieldRow[]): string {
  return table(
    ['Field', 'Value', 'Default', 'Meaning'],
    rows.map(({ path, is, required, defaultValue, description }) => [
      `\`${path}\``,
      is,
      required ? '*required*' : defaultText(defaultValue),
      description,
    ]),
  );
}

function defaultText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `\`${value}\`` : '';
}

function rulesOf(root: z.ZodType, path: string): string[] {
  const places = [{ path, schema: root }, ...placesBelow(root, path)];
  const rules = places.flatMap((place) =>
    (unwrapped(place.schema).def.checks ?? []).flatMap((check) => {
      const rule = ruleOfCheck(check);
      return rule === undefined ? [] : [`${place.path === '' ? '' : `\`${place.path}\`: `}${rule.message}`];
    }),
  );
  return [...new Set(rules)];
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
