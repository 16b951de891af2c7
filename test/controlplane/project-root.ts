import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds tsconfig.json, found upward from this file: the code runs both from the source tree
 * (`node test/controlplane/start.ts`) and compiled, from below `build/` (which has a copy of package.json).
 */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'tsconfig.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no tsconfig.json above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}
