import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Generator } from './generator.ts';

/** A file that is not what its generator makes of the present source. */
export interface Drift {
  readonly path: string;
  readonly generator: string;
  /** `leftover`: the generator no longer makes it. */
  readonly kind: 'missing' | 'different' | 'leftover';
  /** What the file should hold; undefined for a leftover. */
  readonly content?: string;
}

/** Compares what the generators make, in memory, with the files below `root`; changes nothing. */
export async function compareGenerated(root: string, generators: readonly Generator[]): Promise<Drift[]> {
  const drifts: Drift[] = [];
  const owners = new Map<string, string>();
  for (const generator of generators) {
    const files = await generator.files();
    for (const [path, content] of files) {
      const other = owners.get(path);
      if (other !== undefined) throw new Error(`${path} is made by both ${other} and ${generator.name}`);
      owners.set(path, generator.name);
      const present = await readFile(join(root, path), 'utf8').catch(() => undefined);
      if (present === content) continue;
      const kind = present === undefined ? 'missing' : 'different';
      drifts.push({ path, generator: generator.name, kind, content });
    }
    for (const path of await filesBelow(root, generator.folders ?? [])) {
      if (!files.has(path)) drifts.push({ path, generator: generator.name, kind: 'leftover' });
    }
  }
  return drifts;
}

async function filesBelow(root: string, folders: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      if (entry.isFile()) paths.push(join(entry.parentPath, entry.name).slice(root.length + 1));
    }
  }
  return paths.toSorted();
}
