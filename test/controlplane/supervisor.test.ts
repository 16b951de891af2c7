import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { startSupervisor, type Supervisor } from './supervisor.ts';

let supervisor: Supervisor;

beforeEach(async () => {
  supervisor = await startSupervisor();
});

afterEach(() => supervisor.shutDown());

const shell = (name: string, script: string) =>
  supervisor.start({
    name,
    command: 'sh',
    args: ['-c', script],
    logFile: join(supervisor.folder, `${name}.log`),
  });

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await delay(20);
  }
  return false;
}

test('a program that ends by itself is told of, with its output in the log', async () => {
  await shell('brief', 'echo out; echo err >&2; exit 3');
  expect(await supervisor.waitForExit('brief')).toEqual({ code: 3, how: 'exit code 3' });
  expect(supervisor.exitOf('brief')).toEqual({ code: 3, how: 'exit code 3' });
  expect(await readFile(join(supervisor.folder, 'brief.log'), 'utf8')).toBe('out\nerr\n');
});

test('a program that does not exist is refused', async () => {
  const missing = supervisor.start({ name: 'no', command: '/no/such', args: [], logFile: '/dev/null' });
  await expect(missing).rejects.toThrow('ENOENT');
});

test('a name runs once at a time, and may run again', async () => {
  await shell('one', 'sleep 60');
  await expect(shell('one', 'true')).rejects.toThrow('one runs already');
  await supervisor.stop('one', 5_000);
  expect(supervisor.exitOf('one')).toEqual({ code: -1, how: 'SIGTERM' });
  await shell('one', 'sleep 60');
  expect(supervisor.exitOf('one')).toBeUndefined();
});

test('a program that will not listen is ended by force', async () => {
  const pid = await shell('deaf', 'trap "" TERM; echo ready; while :; do sleep 0.1; done');
  const log = join(supervisor.folder, 'deaf.log');
  while ((await readFile(log, 'utf8')) === '') await delay(10);
  await supervisor.stop('deaf', 50);
  expect(supervisor.exitOf('deaf')).toEqual({ code: -1, how: 'SIGKILL' });
  expect(await isGone(pid)).toBe(true);
});

test('stopping what does not run is fine', async () => {
  await supervisor.stop('nobody', 1_000);
});

test('a shutdown ends what the programs started too, and deletes the folder', async () => {
  await shell('parent', 'sleep 60 & echo $!; wait');
  const log = join(supervisor.folder, 'parent.log');
  while (!(await readFile(log, 'utf8')).endsWith('\n')) await delay(10);
  const grandchild = Number(await readFile(log, 'utf8'));
  await supervisor.shutDown();
  expect(await isGone(grandchild)).toBe(true);
  expect(existsSync(supervisor.folder)).toBe(false);
});
