import { describe, expect, test } from '@jest/globals';

import { breaches, staleAllowances } from './check-layers.ts';
import { readLayerTable } from './layer-table.ts';
import type { LayerTable } from './layer-table.ts';
import { readSource, readSources } from './read-source.ts';

describe('src', () => {
  const sources = readSources();

  test('imports only what src/layers.json allows, and is pure where it says so', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(breaches(readLayerTable(), sources)).toEqual([]);
  });

  test('uses every allowance of src/layers.json', () => {
    expect(staleAllowances(readLayerTable(), sources)).toEqual([]);
  });

  test('reads process.env in options only', () => {
    const readers = sources.filter((source) => source.impurities.includes('process.env'));
    expect(readers.map(({ path }) => path).filter((path) => !path.startsWith('src/options/'))).toEqual([]);
  });
});

describe('the check', () => {
  const table: LayerTable = {
    layers: [
      { folder: 'findings', rank: 0, pure: true, mayImport: [] },
      { folder: 'extraction', rank: 1, pure: true, mayImport: ['findings'] },
      {
        folder: 'evaluation',
        rank: 2,
        pure: true,
        mayImport: ['extraction', 'findings'],
        typesOnlyFrom: ['extraction'],
      },
      { folder: 'admission', rank: 3, pure: false, mayImport: 'below', packages: ['express'] },
      { folder: 'cli', rank: 3, pure: false, mayImport: 'below' },
      { folder: 'main.ts', rank: 4, pure: false, mayImport: 'all' },
    ],
    packages: { zod: ['extraction'] },
  };
  const breachesOf = (path: string, text: string): string[] => breaches(table, [readSource(path, text)]);

  test.each([
    ['src/findings/a.ts', `import { x } from '../extraction/b.ts';`, 'findings may not import extraction'],
    ['src/findings/a.ts', `export { x } from '../extraction/b.ts';`, 'findings may not import extraction'],
    ['src/findings/a.ts', `export * from '../extraction/b.ts';`, 'findings may not import extraction'],
    [
      'src/findings/a.ts',
      `const x = await import('../extraction/b.ts');`,
      'findings may not import extraction',
    ],
    ['src/findings/a.ts', `type X = import('../extraction/b.ts').X;`, 'findings may not import extraction'],
    ['src/findings/a.ts', 'const x = await import(name);', 'imports the package (computed)'],
    [
      'src/evaluation/a.ts',
      `import { x } from '../extraction/b.ts';`,
      `write 'import type' in src/evaluation/a.ts`,
    ],
    ['src/evaluation/a.ts', `import { type X, y } from '../extraction/b.ts';`, `write 'import type'`],
    ['src/admission/a.ts', `import { x } from '../cli/b.ts';`, 'admission may not import cli'],
    ['src/admission/a.ts', `import { x } from '../main.ts';`, 'admission may not import main.ts'],
    ['src/cli/a.ts', `import express from 'express';`, 'imports the package express: cli may not'],
    ['src/extraction/a.ts', `import { z } from 'zod/mini';`.replace('zod', 'express'), 'express/mini'],
    ['src/extraction/a.ts', `import { readFileSync } from 'node:fs';`, 'imports node:fs: extraction is pure'],
    ['src/extraction/a.ts', `import { readFileSync } from 'fs';`, 'imports the package fs'],
    ['src/extraction/a.ts', 'const x = Date.now();', 'uses Date.now'],
    ['src/extraction/a.ts', 'const x = new Date();', 'uses new Date()'],
    ['src/extraction/a.ts', 'const x = Math.random();', 'uses Math.random'],
    ['src/extraction/a.ts', 'setTimeout(f, 1);', 'uses setTimeout'],
    ['src/extraction/a.ts', 'const later = { setTimeout };', 'uses setTimeout'],
    ['src/extraction/a.ts', 'const x = performance.now();', 'uses performance'],
    ['src/extraction/a.ts', 'const x = process.env.X;', 'uses process'],
    ['src/extraction/a.ts', 'const x = globalThis;', 'uses globalThis'],
    ['src/unheard-of/a.ts', '', 'src/unheard-of has no row: add it to src/layers.json'],
    ['src/cli/a.ts', `import { x } from '../../test/b.ts';`, 'outside src'],
    ['src/cli/utils.ts', '', `'utils.ts' does not say what is in it`],
    ['src/cli/helpers/a.ts', '', `'helpers' does not say what is in it`],
    ['src/cli/index.ts', '', `'index.ts' does not say what is in it`],
  ])('refuses %s: %s', (path, text, message) => {
    const found = breachesOf(path, text);
    expect(found.join('\n')).toContain(message);
    expect(found.join('\n')).toContain(path);
  });

  test.each([
    ['src/evaluation/a.ts', `import type { X } from '../extraction/b.ts';`],
    ['src/evaluation/a.ts', `import { type X, type Y } from '../extraction/b.ts';`],
    ['src/evaluation/a.ts', `import { x } from '../findings/b.ts';`],
    [
      'src/extraction/a.ts',
      `import { z } from 'zod'; import { y } from './b.ts'; import { c } from './c/d.ts';`,
    ],
    ['src/extraction/a.ts', 'const x = new Date(now); const y = Date.parse(text);'],
    ['src/extraction/a.ts', 'const x = settings.process; const y = { performance: 1 }; // Date.now()'],
    [
      'src/admission/a.ts',
      `import express from 'express'; import { x } from '../evaluation/b.ts'; setTimeout(f, 1);`,
    ],
    ['src/main.ts', `import { x } from './admission/a.ts'; import { y } from './cli/a.ts';`],
  ])('accepts %s: %s', (path, text) => {
    expect(breachesOf(path, text)).toEqual([]);
  });

  test('refuses a table that looks upward', () => {
    const upward: LayerTable = {
      layers: [
        { folder: 'findings', rank: 0, pure: true, mayImport: ['extraction'] },
        { folder: 'extraction', rank: 1, pure: true, mayImport: ['nowhere', 'evaluation'] },
        { folder: 'evaluation', rank: 1, pure: true, mayImport: ['extraction'] },
      ],
      packages: {},
    };
    expect(breaches(upward, [])).toEqual([
      'findings may import extraction, which is not below it: change src/layers.json',
      'extraction may import nowhere, which has no row: change src/layers.json',
      'extraction may import evaluation, which is not below it: change src/layers.json',
      'evaluation may import extraction, which is not below it: change src/layers.json',
    ]);
  });

  test('names allowances that nobody uses, and none of folders that are not there yet', () => {
    const sources = [
      readSource('src/findings/a.ts', ''),
      readSource('src/extraction/a.ts', ''),
      readSource('src/evaluation/a.ts', `import { x } from '../findings/a.ts';`),
    ];
    expect(staleAllowances(table, sources)).toEqual([
      'extraction may import findings and does not: remove it from src/layers.json',
      'extraction may import the package zod and does not: remove it from src/layers.json',
      'evaluation may import extraction and does not: remove it from src/layers.json',
    ]);
  });
});
