import { randomInt } from 'node:crypto';

/** Seed of this process: given in PATHKEEPER_SEED to repeat a run, else drawn. Printed in either case. */
const seed = Number(process.env['PATHKEEPER_SEED'] ?? randomInt(2 ** 31));
process.stdout.write(`random cases with PATHKEEPER_SEED=${seed}\n`);

/** At most so many cases, for tests that are run over and over on broken code. */
const most = Number(process.env['PATHKEEPER_RUNS'] ?? Infinity);

/** How a property test runs. */
export function propertyOptions(numRuns: number): { numRuns: number; seed: number } {
  return { numRuns: Math.min(numRuns, most), seed };
}
