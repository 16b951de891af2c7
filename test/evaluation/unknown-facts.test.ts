import { test } from '@jest/globals';
import * as fc from 'fast-check';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { PathVerdict } from '../../src/evaluation/path-verdict.ts';
import type { Verdict } from '../../src/findings/verdict.ts';
import { knownCases } from './model-generators.ts';
import type { Case } from './model-generators.ts';
import { hideAll, slotsOf, worldsOf } from './possible-worlds.ts';
import { propertyOptions } from './property-options.ts';

/** A case, and which of its facts to hide. */
const questions = fc.record({
  question: knownCases,
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
});

interface Answers {
  readonly hidden: PathVerdict;
  readonly worlds: readonly PathVerdict[];
}

function ask({ question, picks }: { question: Case; picks: readonly number[] }): Answers {
  const slots = slotsOf(question);
  const chosen = [...new Set(picks.map((pick) => slots[pick % slots.length]))].filter(
    (slot) => slot !== undefined,
  );
  return {
    hidden: evaluate(hideAll(question, chosen)),
    worlds: worldsOf(question, chosen).map(evaluate),
  };
}

function evaluate({ connection, path, use, circumstances }: Case): PathVerdict {
  return evaluatePath(connection, path, use, circumstances);
}

/** Verdicts of all worlds on one hop. A close in between whose notice nobody can tell stays Unknown in all of them. */
function verdictsOn(worlds: readonly PathVerdict[], index: number): ReadonlySet<Verdict | undefined> {
  return new Set(worlds.map((world) => world.hops[index]?.verdict));
}

function expectOnly(verdict: Verdict, verdicts: ReadonlySet<Verdict | undefined>): void {
  if (verdicts.size !== 1 || !verdicts.has(verdict)) {
    throw new Error(`${verdict}, but ${[...verdicts].join(' or ')} in possible worlds`);
  }
}

test('a definite verdict holds whatever the hidden facts are', () => {
  fc.assert(
    fc.property(questions, (drawn) => {
      const { hidden, worlds } = ask(drawn);
      hidden.hops.forEach((hop, index) => {
        if (hop.verdict !== 'Unknown') expectOnly(hop.verdict, verdictsOn(worlds, index));
      });
      if (hidden.verdict === 'Protected' || hidden.verdict === 'AtRisk') {
        expectOnly(hidden.verdict, new Set(worlds.map((world) => world.verdict)));
      }
    }),
    propertyOptions(5_000),
  );
});

test('Unknown only where the hidden facts decide', () => {
  fc.assert(
    fc.property(questions, (drawn) => {
      const { hidden, worlds } = ask(drawn);
      hidden.hops.forEach((hop, index) => {
        const verdicts = verdictsOn(worlds, index);
        if (hop.verdict !== 'Unknown' || verdicts.has('Unknown') || verdicts.size > 1) return;
        throw new Error(`${hop.reason}, but ${[...verdicts].join()} in every world`);
      });
    }),
    propertyOptions(5_000),
  );
});

test('unknown never yields Protected: what is hidden counts for nothing', () => {
  fc.assert(
    fc.property(questions, (drawn) => {
      const { hidden, worlds } = ask(drawn);
      if (hidden.verdict === 'Protected') {
        expectOnly('Protected', new Set(worlds.map((world) => world.verdict)));
      }
    }),
    propertyOptions(2_000),
  );
});
