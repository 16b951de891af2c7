// Writes the generated files (npm run generate), or with --check only tells which are not up to date and fails
// (npm run generate:check).
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { compareGenerated } from './compare-generated.ts';
import { generators } from './generators.ts';

const root = join(import.meta.dirname, '..');
const checkOnly = process.argv.includes('--check');
const drifts = await compareGenerated(root, generators);

for (const { path, generator, kind, content } of drifts) {
  console.log(`${kind}: ${path} (${generator})`);
  if (checkOnly) continue;
  if (content === undefined) await rm(join(root, path));
  else {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}
if (drifts.length === 0) console.log('all generated files are up to date');
else if (checkOnly) {
  console.error('run `npm run generate` and commit what it changes');
  process.exitCode = 1;
}
