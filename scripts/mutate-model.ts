// Breaks the formula of the model in every small way (scripts/mutants.ts), one at a time, in a copy of the compiled
// code, and runs the tests of the model on it: each must fail. Exit code 1 when a mutant survives: a test is missing,
// or the code says something twice and can be written so that it does not. Argument: how the files' names begin.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { Outcome, Trial, WorkerData } from './mutant-worker.ts';
import { mutantsOf } from './mutants.ts';
import type { Mutant } from './mutants.ts';

const root = join(import.meta.dirname, '..');
/** The compiled folders that the tests of the model need. */
const FOLDERS = ['src/evaluation', 'src/findings', 'src/extraction', 'test/evaluation'];
/** The simulation and the timeline are not the formula: they test it. */
const NOT_FORMULA = /^(simulat|timeline)/;
/** Longer than any run of the tests takes; a mutant may loop for ever. */
const LIMIT_MS = 60_000;
/** What is imported stays in memory: a fresh thread after so many. */
const TRIALS_PER_THREAD = 60;
const THREADS = 2;

interface Task {
  readonly file: string;
  /** The file as it is. */
  readonly text: string;
  readonly mutant: Mutant;
}

function allTasks(formula: string): readonly Task[] {
  const files = readdirSync(formula).filter((file) => file.endsWith('.js') && !NOT_FORMULA.test(file));
  return files.flatMap((file) => {
    const text = readFileSync(join(formula, file), 'utf8');
    return mutantsOf(file, text).map((mutant) => ({ file, text, mutant }));
  });
}

function nameOf({ file, mutant }: Task): string {
  return `${file}: ${mutant.line} | ${mutant.original} -> ${mutant.replacement}`;
}

function trialOf({ file, text, mutant }: Task): Trial {
  return { file, text: text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end) };
}

const STAND_IN = `
import { expect } from ${JSON.stringify(pathToFileURL(join(root, 'node_modules/expect/build/index.mjs')).href)};
const collect = (name, run) => globalThis.pathkeeperTests.push({ name, run });
const each = (declare) => (table) => (name, run) => {
  for (const row of table) declare(name, () => (Array.isArray(row) ? run(...row) : run(row)));
};
const group = (name, run) => run();
export { expect };
export const test = Object.assign(collect, { each: each(collect) });
export const describe = Object.assign(group, { each: each(group) });
`;

/** A folder with the compiled model and its tests as they are now, and with what the tests import. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pathkeeper-mutants-'));
  for (const part of FOLDERS)
    cpSync(join(root, 'build', part), join(folder, 'original', part), { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@jest', 'globals'), { recursive: true });
  symlinkSync(join(root, 'node_modules', 'fast-check'), join(modules, 'fast-check'));
  writeFileSync(join(modules, '@jest', 'globals', 'package.json'), '{"type": "module", "main": "index.js"}');
  writeFileSync(join(modules, '@jest', 'globals', 'index.js'), STAND_IN);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  return folder;
}

/** A thread that runs the tests on one mutant at a time, and is replaced when it hangs or has done enough. */
class Thread {
  #worker: Worker | undefined;
  #trials = 0;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async run(trial: Trial): Promise<Outcome> {
    if (this.#trials >= TRIALS_PER_THREAD) await this.stop();
    this.#trials += 1;
    const worker = (this.#worker ??= this.#start());
    const outcome = await answerOf(worker, trial);
    if (outcome === HANGS) await this.stop();
    return outcome;
  }

  #start(): Worker {
    const workerData: WorkerData = { folder: this.#folder };
    const env = { ...process.env, PATHKEEPER_SEED: '1', PATHKEEPER_RUNS: '2000' };
    return new Worker(new URL('./mutant-worker.ts', import.meta.url), { workerData, env, stdout: true });
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
    this.#trials = 0;
  }
}

const HANGS = 'does not end';

async function answerOf(worker: Worker, trial: Trial): Promise<Outcome> {
  return await new Promise<Outcome>((resolve, reject) => {
    const limit = setTimeout(() => finish(() => resolve(HANGS)), LIMIT_MS);
    const onMessage = (outcome: Outcome): void => finish(() => resolve(outcome));
    const onError = (error: Error): void => finish(() => reject(error));
    const finish = (settle: () => void): void => {
      clearTimeout(limit);
      worker.off('message', onMessage);
      worker.off('error', onError);
      settle();
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(trial);
  });
}

/** How many mutants each test file found first, or how else they failed. */
const foundBy = new Map<string, number>();

async function work(folder: string, queue: Task[], survivors: Task[]): Promise<void> {
  const thread = new Thread(folder);
  try {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const outcome = await thread.run(trialOf(task));
      if (outcome !== null) {
        const finder = outcome.includes('does not load') ? 'does not load' : (outcome.split(':')[0] ?? '');
        foundBy.set(finder, (foundBy.get(finder) ?? 0) + 1);
        continue;
      }
      survivors.push(task);
      console.log(`survives: ${nameOf(task)} (line ${task.mutant.lineNumber})`);
    }
  } finally {
    await thread.stop();
  }
}

async function expectSound(folder: string): Promise<void> {
  const thread = new Thread(folder);
  const failure = await thread.run({});
  await thread.stop();
  if (failure !== null) throw new Error(`the tests fail on the model as it is: ${failure}`);
}

async function main(folder: string, only: string): Promise<boolean> {
  const start = performance.now();
  const tasks = allTasks(join(folder, 'original', 'src', 'evaluation')).filter((task) =>
    task.file.startsWith(only),
  );
  console.log(`${tasks.length} mutants in ${new Set(tasks.map((task) => task.file)).size} files`);
  await expectSound(folder);
  const queue = [...tasks];
  const survivors: Task[] = [];
  await Promise.all(Array.from({ length: THREADS }, () => work(folder, queue, survivors)));
  for (const [finder, count] of foundBy) console.log(`  ${finder}: ${count}`);
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(`${survivors.length} of ${tasks.length} mutants survive; ${minutes} min`);
  return tasks.length > 0 && survivors.length === 0;
}

const folder = makeFolder();
try {
  process.exitCode = (await main(folder, process.argv[2] ?? '')) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
