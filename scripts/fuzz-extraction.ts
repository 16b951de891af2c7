// Feeds mutated connection strings, files, scripts and workloads to extraction (npm run extraction:fuzz): nothing may
// be thrown, no input may take longer than its bound, no planted password may get out, and the same input gives the
// same output. Arguments: number of inputs, seed.
import { randomInt } from 'node:crypto';

import * as fc from 'fast-check';

import { readFile } from '../src/extraction/files/read-file.ts';
import { splitShell } from '../src/extraction/reading/split-shell.ts';
import {
  parseConnectionString,
  parseOracleConnect,
} from '../src/extraction/strings/parse-connection-string.ts';
import { readTnsNames } from '../src/extraction/strings/read-tnsnames.ts';
import { FILE_NAMES, hostileText, hostileWorkload, mutatedString } from '../test/extraction/hostile-input.ts';
import { deployment, extract } from '../test/extraction/workload-builder.ts';

const BATCH = 5000;
/** Milliseconds; an input that comes near is tried again, since the machine may have been busy. */
const LONGEST = 50;
const inputs = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? process.env['PATHKEEPER_SEED'] ?? randomInt(2 ** 31));
const start = performance.now();
let slowest = 0;

function within<Result>(what: string, run: () => Result): Result {
  let shortest = Infinity;
  for (let attempt = 0; ; attempt += 1) {
    const before = performance.now();
    const result = run();
    shortest = Math.min(shortest, performance.now() - before);
    if (shortest < LONGEST || attempt === 4) {
      slowest = Math.max(slowest, shortest);
      if (shortest >= LONGEST) throw new Error(`${what} took ${shortest.toFixed(1)} ms`);
      return result;
    }
  }
}

function twice(object: unknown, configMaps: Record<string, Record<string, string>>): string {
  const first = within('a workload', () => JSON.stringify(extract(object, { configMaps })));
  const second = JSON.stringify(extract(object, { configMaps }));
  if (first !== second) throw new Error('the same input gave two outputs');
  return first;
}

function play(batch: number): void {
  const options = { seed: seed + batch, numRuns: BATCH };
  fc.assert(
    fc.property(mutatedString, (text) => {
      within('a connection string', () => [parseConnectionString(text), parseOracleConnect(text)]);
      const facts = twice(deployment({ env: { DATABASE_URL: text } }), {});
      if (facts.includes('hunter2')) throw new Error('a password got out');
    }),
    options,
  );
  fc.assert(
    fc.property(fc.constantFrom(...FILE_NAMES), hostileText, (name, text) => {
      within(`a file ${name}`, () => [readFile(name, text), readTnsNames(text)]);
      within('a script', () =>
        splitShell(
          text,
          () => undefined,
          (what) => what,
        ),
      );
    }),
    options,
  );
  fc.assert(
    fc.property(hostileWorkload, ({ object, configMaps }) => {
      twice(object, configMaps);
    }),
    { ...options, numRuns: BATCH / 5 },
  );
}

console.log(`seed ${seed}`);
// A batch is a string and its workload, a file and a script, and a workload for every fifth of them.
const perBatch = 4 * BATCH + BATCH / 5;
const batches = Math.ceil(inputs / perBatch);
for (let batch = 0; batch < batches; batch += 1) play(batch);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`${batches * perBatch} inputs in ${seconds} s; the slowest took ${slowest.toFixed(1)} ms`);
