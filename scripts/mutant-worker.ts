// Runs the model's tests on one mutant after the other, in a thread that can be stopped when a mutant loops for ever.
// No Jest: starting it takes longer than the tests do. The tests find a small stand-in for @jest/globals instead,
// which collects them; `expect` is Jest's own.
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, threadId, workerData } from 'node:worker_threads';

/** What the worker is started with. */
export interface WorkerData {
  /** A folder with the compiled model and its tests in `original`, and `node_modules` beside it. */
  readonly folder: string;
}

/** One mutant: a file of the formula with its text changed; no file for the model as it is. */
export interface Trial {
  readonly file?: string;
  readonly text?: string;
}

/** What the tests said: the first that failed, or `null`. */
export type Outcome = string | null;

interface CollectedTest {
  readonly name: string;
  readonly run: () => unknown;
}

/** Tests that take long come when the others found nothing. */
const SLOW = /^(agreement|unknown-facts|laws)/;

const { folder } = workerData as WorkerData;
let trials = 0;

async function runTests({ file, text }: Trial): Promise<Outcome> {
  const copy = join(folder, `trial-${threadId}-${(trials += 1)}`);
  cpSync(join(folder, 'original'), copy, { recursive: true });
  if (file !== undefined && text !== undefined) writeFileSync(join(copy, 'src', 'evaluation', file), text);
  try {
    return await firstFailure(join(copy, 'test', 'evaluation'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function firstFailure(tests: string): Promise<Outcome> {
  const files = readdirSync(tests).filter((name) => name.endsWith('.test.js'));
  const quick = files.filter((name) => !SLOW.test(name));
  const slow = files.filter((name) => SLOW.test(name));
  for (const name of [...quick, ...slow]) {
    const failure = await failureIn(join(tests, name));
    if (failure !== null) return `${name}: ${failure}`;
  }
  return null;
}

async function failureIn(path: string): Promise<Outcome> {
  const collected: CollectedTest[] = [];
  Object.assign(globalThis, { pathkeeperTests: collected });
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    return `does not load: ${String(error)}`;
  }
  for (const { name, run } of collected) {
    try {
      await run();
    } catch {
      return name;
    }
  }
  return null;
}

async function answer(trial: Trial): Promise<void> {
  const outcome = await runTests(trial);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(outcome);
}

parentPort?.on('message', (trial: Trial) => {
  void answer(trial);
});
