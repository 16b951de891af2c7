import type { PathModel } from './path-model.ts';
import type { LegVerdict } from './path-verdict.ts';
import { placeHops, splitLegs, summariseLegs } from './split-legs.ts';

/** The legs of a path without any workload: where each begins and ends, and its limiting hop. */
export function legsOf(path: PathModel): readonly LegVerdict[] {
  const legs = splitLegs(path);
  return summariseLegs(legs, placeHops(path, legs));
}
