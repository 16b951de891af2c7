import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ProgramSpec, SupervisorReport, SupervisorRequest } from './supervisor-protocol.ts';

/** Runs programs that never outlive this process, in a folder that does not either. */
export interface Supervisor {
  /** A fresh folder for the programs' data; deleted at the end. */
  readonly folder: string;
  /** Starts a program and returns its process id; how it fares afterwards is told by `exitOf`. */
  start(program: ProgramSpec): Promise<number>;
  /** Ends a program: politely first, by force after `graceMs`. One that does not run is fine. */
  stop(name: string, graceMs: number): Promise<void>;
  /** How the program of that name ended the last time; undefined while it runs. */
  exitOf(name: string): ProgramExit | undefined;
  /** Waits until the program ends, and tells how. */
  waitForExit(name: string): Promise<ProgramExit>;
  /** Ends all programs and deletes the folder. May be called again. */
  shutDown(): Promise<void>;
}

/** `code` is -1 when a signal ended it; `how` says either in words. */
export interface ProgramExit {
  readonly code: number;
  readonly how: string;
}

interface Pending {
  readonly resolve: (pid: number) => void;
  readonly reject: (why: Error) => void;
}

const PROCESS_START_MS = 20_000;

export async function startSupervisor(): Promise<Supervisor> {
  const path = fileURLToPath(new URL(`./supervisor-process${extname(import.meta.url)}`, import.meta.url));
  const child = fork(path, [], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const folder = await firstReport(child);
  const pending = new Map<number, Pending>();
  const exits = new Map<string, ProgramExit>();
  const waiters = new Map<string, ((exit: ProgramExit) => void)[]>();
  let lastId = 0;

  child.on('message', (message) => {
    const report = message as SupervisorReport;
    if (report.tell === 'exited') {
      const exit = { code: report.code, how: report.how };
      exits.set(report.name, exit);
      for (const tell of waiters.get(report.name) ?? []) tell(exit);
      waiters.delete(report.name);
    } else if (report.tell !== 'ready') {
      const asked = pending.get(report.id);
      pending.delete(report.id);
      if (report.tell === 'answered') asked?.resolve(report.pid);
      else asked?.reject(new Error(report.why));
    }
  });
  child.once('exit', () => {
    for (const asked of pending.values()) asked.reject(new Error('the supervisor process is gone'));
    pending.clear();
  });

  const ask = (request: (id: number) => SupervisorRequest): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const id = ++lastId;
    pending.set(id, { resolve, reject });
    child.send(request(id), (error) => {
      if (error !== null) reject(error);
    });
    return promise;
  };

  return {
    folder,
    start: (program) => {
      exits.delete(program.name);
      return ask((id) => ({ ask: 'start', id, program }));
    },
    stop: async (name, graceMs) => {
      await ask((id) => ({ ask: 'stop', id, name, graceMs }));
    },
    exitOf: (name) => exits.get(name),
    waitForExit: (name) => {
      const exit = exits.get(name);
      if (exit !== undefined) return Promise.resolve(exit);
      return new Promise((resolve) => waiters.set(name, [...(waiters.get(name) ?? []), resolve]));
    },
    shutDown: async () => {
      if (child.connected) child.send({ ask: 'shutdown' } satisfies SupervisorRequest, () => undefined);
      await gone;
    },
  };
}

async function firstReport(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => reject(new Error('the supervisor process does not start')),
    PROCESS_START_MS,
  );
  child.once('message', (message) => {
    const report = message as SupervisorReport;
    if (report.tell === 'ready') resolve(report.folder);
    else reject(new Error(`unexpected first report: ${report.tell}`));
  });
  child.once('exit', (code) => reject(new Error(`the supervisor process ended at once (${code})`)));
  child.once('error', reject);
  try {
    return await promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
