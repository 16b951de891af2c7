// Breaks the formula of the model in every small way (scripts/mutants.ts), one at a time, in a copy of the compiled
// code, and runs the tests of the model on it: each must fail. Exit code 1 when a mutant survives that is not listed
// as equivalent (scripts/equivalent-mutants.ts), or when one that is listed is gone.
import { spawn } from 'node:child_process';
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
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { EQUIVALENT } from './equivalent-mutants.ts';
import { mutantsOf } from './mutants.ts';
import type { Mutant } from './mutants.ts';

const root = join(import.meta.dirname, '..');
const formula = join('build', 'src', 'evaluation');
/** The simulation and the timeline are not the formula: they test it. */
const NOT_FORMULA = /^(simulat|timeline)/;
/** Longer than any run of the tests takes; a mutant may loop for ever. */
const LIMIT_MS = 120_000;

interface Task {
  readonly file: string;
  readonly mutant: Mutant;
}

function allTasks(): readonly Task[] {
  const files = readdirSync(join(root, formula)).filter(
    (file) => file.endsWith('.js') && !NOT_FORMULA.test(file),
  );
  return files.flatMap((file) =>
    mutantsOf(file, readFileSync(join(root, formula, file), 'utf8')).map((mutant) => ({ file, mutant })),
  );
}

/** Name of a mutant that does not change when lines move. */
function nameOf({ file, mutant }: Task): string {
  return `${file}: ${mutant.line} | ${mutant.original} -> ${mutant.replacement}`;
}

/** A folder with the compiled model and its tests, and Jest's own configuration. */
function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'pathkeeper-mutants-'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const folder of ['src/evaluation', 'src/findings', 'src/extraction', 'test/evaluation']) {
    mkdirSync(join(copy, 'build', folder), { recursive: true });
    cpSync(join(root, 'build', folder), join(copy, 'build', folder), { recursive: true });
  }
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ type: 'module' }));
  const config = {
    rootDir: 'build/test',
    testEnvironment: 'node',
    transform: {},
    testMatch: ['**/*.test.js'],
  };
  writeFileSync(join(copy, 'jest.config.json'), JSON.stringify(config));
  return copy;
}

/** The tests that take long come only when the quick ones found nothing. */
const SLOW = ['agreement', 'unknown-facts', 'laws'];

/** Whether the tests still pass. */
async function passes(copy: string, ...selection: readonly string[]): Promise<boolean> {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, jest, '--runInBand', '--bail', '--silent', ...selection], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, PATHKEEPER_SEED: '1', PATHKEEPER_RUNS: '2000' },
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', reject);
  });
  clearTimeout(limit);
  return code === 0;
}

async function survives(copy: string, { file, mutant }: Task): Promise<boolean> {
  const path = join(copy, formula, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end));
  try {
    const slow = SLOW.join('|');
    return (
      (await passes(copy, '--testPathIgnorePatterns', slow)) &&
      (await passes(copy, '--testPathPatterns', slow))
    );
  } finally {
    writeFileSync(path, text);
  }
}

async function work(queue: Task[], survivors: Task[]): Promise<void> {
  const copy = makeCopy();
  try {
    if (!(await passes(copy))) throw new Error('the tests fail on the model as it is');
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      if (await survives(copy, task)) {
        survivors.push(task);
        console.log(`survives: ${nameOf(task)} (line ${task.mutant.lineNumber})`);
      }
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const only = process.argv[2];
const tasks = allTasks().filter((task) => only === undefined || task.file.startsWith(only));
const names = new Set(tasks.map(nameOf));
const queue = tasks.filter((task) => !EQUIVALENT.has(nameOf(task)));
const start = performance.now();
console.log(`${tasks.length} mutants in ${new Set(tasks.map((task) => task.file)).size} files`);
const survivors: Task[] = [];
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, () => work(queue, survivors)));
const gone = only === undefined ? [...EQUIVALENT.keys()].filter((name) => !names.has(name)) : [];
for (const name of gone) console.log(`listed as equivalent, but there is no such mutant: ${name}`);
const minutes = ((performance.now() - start) / 60_000).toFixed(1);
console.log(
  `${survivors.length} of ${tasks.length} mutants survive, ${EQUIVALENT.size} are equivalent, ${minutes} min`,
);
process.exitCode = survivors.length + gone.length === 0 ? 0 : 1;
