import * as fc from 'fast-check';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { PathVerdict } from '../../src/evaluation/path-verdict.ts';
import type { Verdict } from '../../src/findings/verdict.ts';
import { knownCases } from './model-generators.ts';
import type { Case } from './model-generators.ts';
import { hideAll, slotsOf, worldsOf } from './possible-worlds.ts';

/** A case, and which of its facts to hide. */
export interface HiddenCase {
  readonly question: Case;
  readonly picks: readonly number[];
}

/** Cases with up to three facts hidden. */
export const hiddenCases: fc.Arbitrary<HiddenCase> = fc.record({
  question: knownCases,
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
});

/** What is said with facts hidden, and what would be said in each world that may be behind them. */
export interface Answers {
  readonly hidden: PathVerdict;
  readonly worlds: readonly PathVerdict[];
}

/** Asks the model with facts hidden and in every possible world. */
export function askWithHidden({ question, picks }: HiddenCase): Answers {
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

/** Definite verdicts that are others in some world; empty where there is none. */
export function overclaims({ hidden, worlds }: Answers): readonly string[] {
  const onHops = hidden.hops.flatMap((hop, index) =>
    hop.verdict === 'Unknown' ? [] : unlessOnly(hop.verdict, verdictsOn(worlds, index)),
  );
  return [...onHops, ...overclaimsOverall(hidden, worlds)];
}

/** Marginal stands before Unknown in the order, so that it may cover an unknown hop that turns out to be AtRisk. */
function overclaimsOverall(hidden: PathVerdict, worlds: readonly PathVerdict[]): readonly string[] {
  return hidden.verdict === 'Protected' || hidden.verdict === 'AtRisk'
    ? unlessOnly(hidden.verdict, new Set(worlds.map((world) => world.verdict)))
    : [];
}

/**
 * Hops that are Unknown although every world says the same; empty where there is none. A close in between whose
 * notice nobody can tell stays Unknown in all of them.
 */
export function underclaims({ hidden, worlds }: Answers): readonly string[] {
  return hidden.hops.flatMap((hop, index) => {
    const verdicts = verdictsOn(worlds, index);
    if (hop.verdict !== 'Unknown' || verdicts.has('Unknown') || verdicts.size > 1) return [];
    return [`Unknown (${hop.reason}), but ${[...verdicts].join()} in every world`];
  });
}

function verdictsOn(worlds: readonly PathVerdict[], index: number): ReadonlySet<Verdict> {
  return new Set(worlds.flatMap((world) => world.hops[index]?.verdict ?? []));
}

function unlessOnly(verdict: Verdict, verdicts: ReadonlySet<Verdict>): readonly string[] {
  if (verdicts.size === 1 && verdicts.has(verdict)) return [];
  return [`${verdict}, but ${[...verdicts].join(' or ')} in possible worlds`];
}
