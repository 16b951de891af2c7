import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { HopVerdict, PathVerdict } from '../../src/evaluation/path-verdict.ts';
import { simulatePath } from '../../src/evaluation/simulate.ts';
import type { SimulatedHop, Simulation } from '../../src/evaluation/simulate.ts';
import type { ConnectionState } from '../../src/findings/verdict.ts';
import type { Case } from './model-generators.ts';

/** Where formula and simulation differ, in words; empty where they agree. Every setting of the case must be known. */
export function disagreements(question: Case): readonly string[] {
  const { connection, path, use, circumstances } = question;
  const formula = evaluatePath(connection, path, use, circumstances);
  const simulation = simulatePath(connection, path, use, circumstances);
  return [
    ...perHop(formula, simulation, use),
    ...together(formula, simulation, use),
    ...overall(formula, simulation),
  ];
}

/** The formula's verdicts on boxes: not those on reuse and pings, which stand between the two states. */
function boxVerdicts(
  formula: PathVerdict,
  simulation: Simulation,
  state: ConnectionState,
): readonly HopVerdict[] {
  const count = simulation.hops.filter((hop) => hop.state === state).length;
  if (state !== 'InUse') return formula.hops.slice(0, count);
  return count === 0 ? [] : formula.hops.slice(-count);
}

function perHop(formula: PathVerdict, simulation: Simulation, use: ConnectionState): readonly string[] {
  const differences: string[] = [];
  for (const state of [use, 'InUse'] as const) {
    const simulated = simulation.hops.filter((hop) => hop.state === state);
    const judged = boxVerdicts(formula, simulation, state);
    if (simulated.length !== judged.length && simulated.length > 0) differences.push(`${state}: other hops`);
    simulated.forEach((hop, index) => {
      const verdict = judged[index];
      if (verdict === undefined) differences.push(`${state} ${hop.hop}: not judged`);
      else differences.push(...compare(verdict, hop));
    });
  }
  return differences;
}

function compare(judged: HopVerdict, played: SimulatedHop): readonly string[] {
  const where = `${played.state} ${played.hop}`;
  const differences: string[] = [];
  if (judged.hop !== played.hop) differences.push(`${where}: formula judges ${judged.hop}`);
  if (!sameVerdict(judged, played)) {
    differences.push(`${where}: formula ${judged.verdict} (${judged.reason}), simulation ${played.verdict}`);
  }
  if (judged.silenceSeconds !== played.silenceSeconds) {
    differences.push(`${where}: silence ${judged.silenceSeconds} and ${played.silenceSeconds}`);
  }
  if (judged.silenceWithLossesSeconds !== played.silenceWithLossesSeconds) {
    differences.push(
      `${where}: with losses ${judged.silenceWithLossesSeconds} and ${played.silenceWithLossesSeconds}`,
    );
  }
  return differences;
}

/** The simulation plays a close that nobody can be known to notice as one that is not noticed. */
function sameVerdict(judged: HopVerdict, played: SimulatedHop): boolean {
  return judged.reason === 'CloseNoticeUnknown'
    ? judged.verdict === 'Unknown' && played.verdict !== 'Protected'
    : judged.verdict === played.verdict;
}

/** One run of everything at once dies exactly where some hop is too forgetful by itself. */
function together(formula: PathVerdict, simulation: Simulation, use: ConnectionState): readonly string[] {
  return ([use, 'InUse'] as const).flatMap((state) => {
    const forgets = boxVerdicts(formula, simulation, state).some(
      (verdict) => verdict.verdict === 'AtRisk' && verdict.onExpiry !== 'Close',
    );
    const dies = simulation.dies.includes(state);
    return forgets === dies
      ? []
      : [`${state}: formula ${forgets ? 'dies' : 'lives'}, all together it does not`];
  });
}

function overall(formula: PathVerdict, simulation: Simulation): readonly string[] {
  const open = formula.hops.some((verdict) => verdict.reason === 'CloseNoticeUnknown' && verdict.enforced);
  if (open || formula.verdict === simulation.verdict) return [];
  return [`overall: formula ${formula.verdict}, simulation ${simulation.verdict}`];
}
