// The process that owns what a control plane leaves lying about: its running programs and its folder. It is
// started by `supervisor.ts` in a session of its own, so that a Ctrl-C at the terminal does not reach it, and it
// notices by the closed channel that its owner is gone, however the owner went (return, Ctrl-C, SIGKILL). Then it
// ends every program it started and deletes the folder. No program can slip through between being started and
// being registered, since this process starts them itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ProgramSpec, SupervisorReport, SupervisorRequest } from './supervisor-protocol.ts';

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'pathkeeper-controlplane-'));
const running = new Map<string, Running>();
let closing = false;

function tell(report: SupervisorReport): void {
  if (process.connected) process.send?.(report, () => undefined);
}

/** Signals the program and what it started: it leads a process group of its own. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone in the meantime, which is what was wanted.
  }
}

function start(id: number, program: ProgramSpec): void {
  if (closing) return;
  if (running.has(program.name)) {
    tell({ tell: 'refused', id, why: `${program.name} runs already` });
    return;
  }
  const log = openSync(program.logFile, 'a', 0o600);
  const child = spawn(program.command, program.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...(program.onlyEnv === true ? {} : process.env), ...program.env },
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
  });
  closeSync(log);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  child.on('error', (error) => {
    running.delete(program.name);
    tell({ tell: 'refused', id, why: error.message });
    resolve();
  });
  child.on('exit', (code, signal) => {
    running.delete(program.name);
    tell({ tell: 'exited', name: program.name, how: signal ?? `exit code ${code}`, code: code ?? -1 });
    resolve();
  });
  running.set(program.name, { child, ended });
  child.on('spawn', () => tell({ tell: 'answered', id, pid: child.pid ?? 0 }));
}

async function stop(id: number, name: string, graceMs: number): Promise<void> {
  const program = running.get(name);
  if (program !== undefined) {
    signalGroup(program.child, graceMs === 0 ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => signalGroup(program.child, 'SIGKILL'), graceMs);
    await program.ended;
    clearTimeout(timer);
  }
  tell({ tell: 'answered', id, pid: program?.child.pid ?? 0 });
}

/** Everything in the folder is thrown away, so nobody needs time to save anything. */
async function shutDown(): Promise<void> {
  if (closing) return;
  closing = true;
  const programs = [...running.values()];
  for (const { child } of programs) signalGroup(child, 'SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.exit(0);
}

process.on('disconnect', () => void shutDown());
process.on('message', (message) => {
  const request = message as SupervisorRequest;
  if (request.ask === 'start') start(request.id, request.program);
  else if (request.ask === 'stop') void stop(request.id, request.name, request.graceMs);
  else void shutDown();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void shutDown());

if (process.connected) tell({ tell: 'ready', folder });
else void shutDown();
