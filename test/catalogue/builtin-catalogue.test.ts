import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';

test('the built-in catalogue is there, and read once', () => {
  const catalogue = loadBuiltinCatalogue();
  expect(catalogue.devices.length).toBeGreaterThanOrEqual(109);
  expect(catalogue.clients.length).toBeGreaterThanOrEqual(16);
  expect(loadBuiltinCatalogue()).toBe(catalogue);
});

/** Every package that a compiled file imports, directly or through files of ours. */
function packagesOf(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const specifiers = [
    ...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b.*from ['"]([^'"]+)['"]/gm),
  ];
  return specifiers.flatMap(([, specifier = '']) => {
    if (!specifier.startsWith('.')) return [specifier];
    return specifier.endsWith('.json') ? [] : packagesOf(join(dirname(file), specifier), seen);
  });
}

test('reading it loads neither the schemas nor the YAML parser, which cost more than the catalogue itself', () => {
  const built = join(import.meta.dirname, '../../src/catalogue');
  expect(packagesOf(join(built, 'builtin-catalogue.js'))).toEqual([]);
  expect(packagesOf(join(built, 'load-catalogue.js'))).toEqual(expect.arrayContaining(['zod', 'yaml']));
});
