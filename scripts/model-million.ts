// Holds formula and simulation of the model against each other in a million random cases (npm run model:million), and
// the formula with facts hidden against what may be behind them in a tenth as many. Arguments: number of cases, seed.
import { randomInt } from 'node:crypto';

import * as fc from 'fast-check';

import { evaluatePath } from '../src/evaluation/evaluate-path.ts';
import { disagreements } from '../test/evaluation/agreement.ts';
import { askWithHidden, hiddenCases, overclaims, underclaims } from '../test/evaluation/hidden-facts.ts';
import { knownCases } from '../test/evaluation/model-generators.ts';

const BATCH = 10_000;
const cases = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? process.env['PATHKEEPER_SEED'] ?? randomInt(2 ** 31));
const verdicts = new Map<string, number>();
const start = performance.now();

function count(verdict: string): void {
  verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
}

/** One batch; throws with seed, path and the smallest case where they differ. */
function play(batch: number): void {
  const options = { seed: seed + batch, numRuns: BATCH };
  fc.assert(
    fc.property(knownCases, (question) => {
      const found = disagreements(question);
      if (found.length > 0) throw new Error(found.join('\n'));
      count(evaluatePath(question.connection, question.path, question.use, question.circumstances).verdict);
    }),
    options,
  );
  fc.assert(
    fc.property(hiddenCases, (drawn) => {
      const answers = askWithHidden(drawn);
      const found = [...overclaims(answers), ...underclaims(answers)];
      if (found.length > 0) throw new Error(found.join('\n'));
      count(`${answers.hidden.verdict} with facts hidden`);
    }),
    { ...options, numRuns: BATCH / 10 },
  );
}

console.log(`${cases} cases, seed ${seed}`);
for (let batch = 0; batch * BATCH < cases; batch += 1) {
  play(batch);
  if (batch % 10 === 9) {
    const minutes = ((performance.now() - start) / 60_000).toFixed(1);
    console.log(`${(batch + 1) * BATCH} cases, 0 disagreements, ${minutes} min`);
  }
}
for (const [verdict, times] of verdicts) console.log(`  ${verdict}: ${times}`);
console.log(`formula and simulation agree in ${cases} cases (seed ${seed})`);
