// Checks the files of the catalogue and puts them into the one file that the code reads (npm run generate:catalogue;
// `npm run build` begins with it). Every fault is told with file, line and column; any of them fails the build.
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type CatalogueFile, loadEntries } from '../src/catalogue/load-catalogue.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'src/catalogue/builtin-catalogue.gen.json');

const files = await readCatalogueFiles();
const { devices, clients, problems } = loadEntries(files);
for (const { file, line, column, entry, message } of problems) {
  console.error(`${file}:${line}:${column ?? 1}: ${entry === undefined ? '' : `${entry}: `}${message}`);
}
if (problems.length > 0) {
  console.error(`${problems.length} problem${problems.length === 1 ? '' : 's'} in the catalogue`);
  process.exitCode = 1;
} else {
  await writeIfChanged(
    `${JSON.stringify({ devices: JSON.stringify(devices), clients: JSON.stringify(clients) })}\n`,
  );
}

async function readCatalogueFiles(): Promise<readonly CatalogueFile[]> {
  const folders = ['devices', 'clients'].map((folder) => `src/catalogue/${folder}`);
  const paths = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder)))
        .filter((name) => name.endsWith('.yaml'))
        .toSorted()
        .map((name) => `${folder}/${name}`),
    ),
  );
  return Promise.all(
    paths.flat().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
}

/** Left untouched where nothing changed, so that the compiler does not start anew; moved into place whole. */
async function writeIfChanged(content: string): Promise<void> {
  if ((await readFile(target, 'utf8').catch(() => undefined)) === content) return;
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, target);
}
