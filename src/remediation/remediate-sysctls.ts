import type { PathModel } from '../evaluation/path-model.ts';
import type { HopVerdict, PathVerdict } from '../evaluation/path-verdict.ts';
import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { WorkloadFacts, WorkloadSubject } from '../extraction/workload-facts.ts';
import type { PatchOperation } from '../findings/finding.ts';
import { neededTimes, type NeededTimes } from './needed-times.ts';
import { keepAliveSysctls, sysctlPatch } from './sysctl-fix.ts';

/** One candidate's verdict on the path of a policy that asks for sysctls. */
export interface Remediable {
  readonly model: ConnectionModel;
  readonly verdict: PathVerdict;
  readonly path: PathModel;
}

/**
 * The sysctls that admission adds: for the tightest hop among connections whose socket leaves its keep-alive time to the
 * kernel, on hops that count probes, on the workload's own leg. Nothing on hostNetwork, and never over a value that
 * someone set. The caller asks only where the cluster treats the sysctls as safe.
 */
export function remediateSysctls(
  subject: WorkloadSubject,
  facts: WorkloadFacts,
  remediables: readonly Remediable[],
): readonly PatchOperation[] {
  if (facts.hostNetwork || facts.keepAlive.time.state === 'Known') return [];
  const needed = remediables
    .filter(({ model }) => leavesTimeToKernel(model, facts))
    .flatMap(({ verdict, path }) => neededOn(verdict, path));
  const [tightest] = needed.toSorted((left, right) => left.time - right.time);
  return tightest === undefined ? [] : sysctlPatch(subject, keepAliveSysctls(tightest), 'Keep');
}

function neededOn(verdict: PathVerdict, path: PathModel): readonly NeededTimes[] {
  return verdict.hops
    .filter(wouldHearProbes)
    .map(({ idleTimeoutSeconds }) =>
      idleTimeoutSeconds === undefined ? undefined : neededTimes(idleTimeoutSeconds, path),
    )
    .filter((times) => times !== undefined);
}

function wouldHearProbes(hop: HopVerdict): boolean {
  const helped = hop.verdict === 'AtRisk' || hop.verdict === 'Marginal';
  return helped && hop.enforced && hop.leg === 1 && hop.refreshedBy === 'Packets';
}

function leavesTimeToKernel(model: ConnectionModel, facts: WorkloadFacts): boolean {
  const { enabled, time } = model.keepAlive;
  return enabled.state !== 'Unknown' && enabled.value && time.name === facts.keepAlive.time.name;
}
