import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, test } from '@jest/globals';

import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { runCommand } from '../controlplane/run-command.ts';
import { waitFor } from './wait-for.ts';

const silent = (): void => undefined;

/** The ids of the processes that name the folder on their command line, and of their parent, the supervisor. */
async function processesOf(folder: string): Promise<number[]> {
  const { stdout } = await runCommand('ps', ['-ww', '-A', '-o', 'pid=,ppid=,args=']);
  const ids = new Set<number>();
  for (const line of stdout.split('\n')) {
    const [, pid, parent] = /^\s*(\d+)\s+(\d+)\s/.exec(line) ?? [];
    if (line.includes(folder)) ids.add(Number(pid)).add(Number(parent));
  }
  return [...ids];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectNothingLeft(folder: string, pids: readonly number[]): Promise<void> {
  await waitFor(`${folder} and ${pids.join(', ')} gone`, async () => {
    const left = existsSync(folder) || pids.some(isAlive);
    return left ? undefined : true;
  });
  expect(await processesOf(folder)).toEqual([]);
}

test('a stopped API server comes back with the same address and data, after SIGTERM and after SIGKILL', async () => {
  const plane: ControlPlane = await startControlPlane({ controllers: false, progress: silent });
  try {
    for (const how of [{ kill: false }, { kill: true }]) {
      const name = `kept-${how.kill}`;
      const pid = plane.pids['kube-apiserver'];
      expect(await plane.kubectl(['create', 'configmap', name])).toMatchObject({ code: 0 });
      await plane.stopApiServer(how);
      expect(isAlive(pid)).toBe(false);
      expect((await plane.kubectl(['get', 'configmap', name])).stderr).toMatch(/refused/);
      await plane.startApiServer();
      expect(await plane.kubectl(['get', 'configmap', name])).toMatchObject({ code: 0 });
      expect(plane.pids['kube-apiserver']).not.toBe(pid);
    }
  } finally {
    await plane.stop();
  }
});

test('stop ends every process and deletes the folder, and may be called again', async () => {
  const plane = await startControlPlane({ controllers: false, progress: silent });
  const pids = await processesOf(plane.folder);
  expect(pids).toEqual(expect.arrayContaining([plane.pids.etcd, plane.pids['kube-apiserver']]));
  await plane.stop();
  expect(existsSync(plane.folder)).toBe(false);
  expect(pids.filter(isAlive)).toEqual([]);
  await plane.stop();
});

test('two control planes run side by side and do not know each other', async () => {
  const planes = await Promise.all(
    [1, 2].map(() => startControlPlane({ controllers: false, progress: silent })),
  );
  try {
    const [first, second] = planes as [ControlPlane, ControlPlane];
    expect(await first.kubectl(['create', 'configmap', 'mine'])).toMatchObject({ code: 0 });
    expect((await second.kubectl(['get', 'configmap', 'mine'])).stderr).toMatch(/not found/);
    const wrongServer = ['get', 'configmap', 'mine', '--server', second.url];
    expect((await first.kubectl(wrongServer)).stderr).toMatch(/certificate signed by unknown authority/);
  } finally {
    await Promise.all(planes.map((plane) => plane.stop()));
  }
});

/** Runs `start.ts` as a program and returns it with its control plane's folder, once that is ready. */
async function startProgram(): Promise<{ program: ChildProcess; folder: string }> {
  const path = fileURLToPath(new URL('../controlplane/start.js', import.meta.url));
  const program = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: program.stdout }))
    return { program, folder: dirname(line) };
  throw new Error('it ended before it was ready');
}

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  '%s of the parent leaves nothing behind',
  async (signal) => {
    const { program, folder } = await startProgram();
    const pids = await processesOf(folder);
    // etcd, the API server, the controllers, and the supervisor.
    expect(pids).toHaveLength(4);
    const ended = new Promise((resolve) => program.once('exit', resolve));
    program.kill(signal);
    await ended;
    await expectNothingLeft(folder, pids);
  },
);

test('a parent that dies while the control plane starts leaves nothing behind', async () => {
  const path = fileURLToPath(new URL('../controlplane/control-plane.js', import.meta.url));
  const script = `
    const { startControlPlane } = await import(${JSON.stringify(path)});
    const { startSupervisor } = await import(${JSON.stringify(path.replace('control-plane.js', 'supervisor.js'))});
    const supervisor = await startSupervisor();
    console.log(supervisor.folder);
    void startControlPlane({ progress: () => undefined });
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500);
  `;
  const { code, stdout } = await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
  expect(code).toBe(-1);
  await expectNothingLeft(stdout.trim(), []);
});
