import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { withLock } from './hold-lock.ts';

let folder: string;
let path: string;
const silent = (): void => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pathkeeper-lock-'));
  path = join(folder, 'it.lock');
});

afterEach(() => rm(folder, { recursive: true }));

/** Another process that takes the lock and keeps it until it is killed. */
async function startHolder() {
  const module = fileURLToPath(new URL('./hold-lock.js', import.meta.url));
  const script = `
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(path)}, () => undefined, async () => {
      console.log('held');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script];
  const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}

test('one at a time, in one process too', async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 20));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(path, silent, work)));
  expect(most).toBe(1);
});

test('it is let go when the work fails', async () => {
  const failing = withLock(path, silent, () => Promise.reject(new Error('no luck')));
  await expect(failing).rejects.toThrow('no luck');
  expect(await withLock(path, silent, async () => 'mine')).toBe('mine');
});

test('who waits is told for whom, and a holder that is killed lets go', async () => {
  const holder = await startHolder();
  const said: string[] = [];
  let got = false;
  const waiting = withLock(
    path,
    (line) => said.push(line),
    async () => {
      got = true;
    },
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(got).toBe(false);
  expect(said).toEqual([`waiting for process ${holder.pid}, which holds ${path}`]);
  holder.kill('SIGKILL');
  await waiting;
  expect(got).toBe(true);
});
