import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { compareGenerated } from '../../scripts/compare-generated.ts';
import type { Generator } from '../../scripts/generator.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pathkeeper-generate-'));
  await mkdir(join(root, 'made'));
});

afterEach(() => rm(root, { recursive: true }));

const generator: Generator = {
  name: 'letters',
  folders: ['made'],
  files: async () => new Map([['made/a.txt', 'a\n']]),
};

test('a file that is as it should be is no drift', async () => {
  await writeFile(join(root, 'made', 'a.txt'), 'a\n');
  expect(await compareGenerated(root, [generator])).toEqual([]);
});

test('a missing and a different file are told with what they should hold', async () => {
  const missing = { path: 'made/a.txt', generator: 'letters', kind: 'missing', content: 'a\n' };
  expect(await compareGenerated(root, [generator])).toEqual([missing]);
  await writeFile(join(root, 'made', 'a.txt'), 'a');
  expect(await compareGenerated(root, [generator])).toEqual([{ ...missing, kind: 'different' }]);
});

test('a file that nobody makes any more is left over, in the folders that hold nothing else', async () => {
  await writeFile(join(root, 'made', 'a.txt'), 'a\n');
  await writeFile(join(root, 'made', 'b.txt'), 'b\n');
  await writeFile(join(root, 'own.txt'), 'a person wrote this\n');
  expect(await compareGenerated(root, [generator])).toEqual([
    { path: 'made/b.txt', generator: 'letters', kind: 'leftover' },
  ]);
});

test('two generators of one file are a mistake', async () => {
  const other: Generator = { ...generator, name: 'others' };
  await expect(compareGenerated(root, [generator, other])).rejects.toThrow(
    'made/a.txt is made by both letters and others',
  );
});
