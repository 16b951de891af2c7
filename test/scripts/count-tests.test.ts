import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { countTests } from '../../scripts/count-tests.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pathkeeper-count-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('a suite that could not be loaded counts as a failure', async () => {
  const path = join(folder, 'results.json');
  await writeFile(
    path,
    JSON.stringify({ numPassedTests: 7, numFailedTests: 1, numRuntimeErrorTestSuites: 2 }),
  );
  expect(countTests(path)).toEqual({ passed: 7, failed: 3 });
});

test('no result is no test', () => {
  expect(countTests(join(folder, 'absent.json'))).toEqual({ passed: 0, failed: 0 });
});
