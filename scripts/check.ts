// Everything that must hold, in one run (npm run check; `.ci/run` calls it): each check runs to its end, so that one
// failure does not hide the next. The last line counts: the tests that Jest ran, and each other check as one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { type Count, countTests } from './count-tests.ts';

const root = join(import.meta.dirname, '..');
const resultFile = 'build/test-results.json';
/** What hangs is ended, so that CI ends too. */
const LIMIT_MS = 60 * 60_000;

/** Name of the check, and the command that makes it. */
const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['formatting', ['npm', 'run', '--silent', 'format:check']],
  ['types', ['npm', 'run', '--silent', 'build']],
  ['lint', ['npm', 'run', '--silent', 'lint']],
  ['unused code', ['npm', 'run', '--silent', 'unused']],
  ['generated files', ['npm', 'run', '--silent', 'generate:check']],
  ['mutants of the model', ['node', 'scripts/mutate-model.ts']],
];

function run(name: string, [command = '', ...args]: readonly string[]): boolean {
  console.log(`\n== ${name}: ${[command, ...args].join(' ')}`);
  const start = performance.now();
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: LIMIT_MS,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const how = error?.message ?? (status === 0 ? 'passed' : `FAILED (${signal ?? `exit code ${status}`})`);
  console.log(`== ${name}: ${how} after ${seconds} s`);
  return status === 0;
}

const failedChecks = CHECKS.filter(([name, command]) => !run(name, command)).map(([name]) => name);

mkdirSync(join(root, 'build'), { recursive: true });
rmSync(join(root, resultFile), { force: true });
const testsHeld = run('tests', ['make', 'test', `JEST_FLAGS=--json --outputFile=${resultFile}`]);
const tests: Count = countTests(join(root, resultFile));
// Jest can fail without a failed test: a suite that does not load, a set-up that fails, no test at all.
const untold = tests.failed === 0 && (!testsHeld || tests.passed === 0) ? 1 : 0;

const passed = tests.passed + CHECKS.length - failedChecks.length;
const failed = tests.failed + failedChecks.length + untold;
if (failedChecks.length > 0) console.log(`\nfailed checks: ${failedChecks.join(', ')}`);
if (tests.passed + tests.failed === 0) console.log('\nno test ran');
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
