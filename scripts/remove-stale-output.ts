// Removes compiled files whose source is gone: the compiler leaves them, and Jest would run a deleted test for ever.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

for (const folder of ['src', 'test', 'scripts']) {
  const output = join(root, 'build', folder);
  if (!existsSync(output)) continue;
  for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
    const compiled = join(entry.parentPath, entry.name);
    const match = /^(.*)\.js(?:\.map)?$/.exec(relative(join(root, 'build'), compiled));
    const source = match === null ? undefined : join(root, `${match[1]}.ts`);
    if (source !== undefined && !existsSync(source)) rmSync(compiled);
  }
}
