import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readChartValues } from '../../scripts/chart-values.ts';
import { OPTION_ROWS, type OptionRow } from '../../src/options/option-table.ts';
import { projectRoot } from '../controlplane/project-root.ts';

/* What must agree among the chart, the options and the package; what the API server says of it is in test/cluster. */
const chart = join(projectRoot(), 'charts', 'pathkeeper');
const read = (path: string): string => readFileSync(join(chart, path), 'utf8');
const templates = readdirSync(join(chart, 'templates')).map((name) => read(join('templates', name)));
const values = readChartValues(read('values.yaml'));

describe('the values', () => {
  test.each(values.map(({ path }) => [path.join('.'), path]))('%s is used by a template', (name, path) => {
    const [part, field] = path;
    // Webhook and controller are placed by one helper, which gets either's values.
    const asPart = path.length === 2 && (part === 'webhook' || part === 'controller') ? field : undefined;
    const used = templates.some((text) => mentions(text, `.Values.${name as string}`));
    const usedAsPart = asPart !== undefined && templates.some((text) => mentions(text, `.part.${asPart}`));
    expect(used || usedAsPart).toBe(true);
  });

  test('every value that a template uses is one of values.yaml', () => {
    const paths = values.map(({ path }) => path.join('.'));
    const used = templates.flatMap((text) =>
      [...text.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path]) => path),
    );
    expect(used.length).toBeGreaterThan(20);
    for (const path of used) {
      expect(paths.filter((known) => known === path || known.startsWith(`${path}.`))).not.toEqual([]);
    }
  });

  test('each has a description that ends like a sentence', () => {
    expect(values.filter(({ description }) => !/[.)]$/.test(description)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  test('values without a description, or with a refinement that is no JSON, are refused', () => {
    expect(() => readChartValues('a: 1\n')).toThrow('a has no description');
    expect(() => readChartValues('# A.\n# @schema {enum\na: 1\n')).toThrow('@schema of a is not JSON');
  });
});

/** Whether the reference stands there, and not only the beginning of a longer one. */
function mentions(text: string, reference: string): boolean {
  return text
    .split(reference)
    .slice(1)
    .some((rest) => !/^[A-Za-z.]/.test(rest));
}

describe('what the Deployments start', () => {
  const rows: readonly OptionRow[] = OPTION_ROWS;
  const text = read('templates/deployments.yaml');
  const [webhook = '', controller = ''] = text.split(/^kind: Deployment$/m).slice(1);
  const common = read('templates/_helpers.tpl');

  test.each([
    ['webhook', webhook],
    ['controller', controller],
  ] as const)('the %s gets only variables that it reads', (command, part) => {
    expect(part).toContain(`args: [${command}]`);
    const names = [...`${part}${common}`.matchAll(/name: (PATHKEEPER_[A-Z_]+)/g)].map(([, name]) => name);
    const known = rows.filter(({ commands }) => commands.includes(command)).map(({ env }) => env);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });

  test('choices of options and of values are the same', () => {
    for (const [value, flag] of [
      ['readSecrets', '--read-secrets'],
      ['logLevel', '--log-level'],
      ['logFormat', '--log-format'],
      ['certificates.source', '--certificate-source'],
    ]) {
      const { schema } = values.find(({ path }) => path.join('.') === value) ?? {};
      expect([value, schema?.['enum']]).toEqual([value, rows.find((row) => row.flag === flag)?.choices]);
    }
  });
});

test('the chart is of the package’s version', () => {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(parse(read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});
