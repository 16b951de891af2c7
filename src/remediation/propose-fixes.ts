import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ClientEntry } from '../catalogue/client-entry.ts';
import type { HopModel, PathModel } from '../evaluation/path-model.ts';
import type { HopVerdict } from '../evaluation/path-verdict.ts';
import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { Connection, WorkloadFacts, WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Setting } from '../extraction/setting.ts';
import type { Fix } from '../findings/finding.ts';
import { containerPointer } from './locate.ts';
import { neededTimes, timesToOutlast, type NeededTimes } from './needed-times.ts';
import { pathFix } from './path-fix.ts';
import { remedyFits, writeRemedy } from './write-remedy.ts';
import { sysctlFix, sysctlsAreSafe, type ClusterVersion } from './sysctl-fix.ts';

/** Everything from which remedies are made. */
export interface RemediationInput {
  readonly subject: WorkloadSubject;
  readonly facts: WorkloadFacts;
  readonly connection: Connection;
  readonly model: ConnectionModel;
  readonly path: PathModel;
  readonly verdict: HopVerdict;
  readonly catalogue: Catalogue;
  readonly clusterVersion: ClusterVersion | undefined;
}

/**
 * The changes that make a verdict Protected, the smallest on the workload's side first, then the path's.
 * What only code can change comes with its line of code. At most five.
 */
export function proposeFixes(input: RemediationInput): readonly Fix[] {
  const needed = timesFor(input);
  const workload = needed === undefined ? [] : workloadFixes(input, needed);
  return [...workload, ...pathFixes(input)].slice(0, 5);
}

function timesFor(input: RemediationInput): NeededTimes | undefined {
  const { verdict, path } = input;
  if (verdict.reason === 'PingTooEager') {
    const least = path.peer.minimumPingIntervalSeconds;
    return least === undefined ? undefined : { time: least, interval: least, probes: 5, quiet: least };
  }
  if (verdict.reason === 'ClosesBeforeProxy')
    return timesToOutlast(verdict.idleTimeoutSeconds, path.marginPercent);
  return verdict.idleTimeoutSeconds === undefined ? undefined : neededTimes(verdict.idleTimeoutSeconds, path);
}

function workloadFixes(input: RemediationInput, needed: NeededTimes): readonly Fix[] {
  const fixes: Fix[] = [];
  const sysctl = sysctlHelps(input) ? sysctlFix(input.subject, needed, input.clusterVersion) : undefined;
  for (const client of input.model.clients) {
    const entry = input.catalogue.client(client.id);
    if (entry !== undefined) fixes.push(...fixesOf(entry, input, needed, client.version));
  }
  // A change whose place in this manifest is known comes before one in a file that is not seen here.
  const byClient = fixes
    .filter((fix) => fix.side === 'Workload')
    .toSorted((left, right) => Number(left.place === undefined) - Number(right.place === undefined));
  const byCode = fixes.filter((fix) => fix.side === 'Code');
  return sysctl === undefined ? [...byClient, ...byCode] : [...preferred(byClient, sysctl, input), ...byCode];
}

/** The kernel's value is the smallest change where the socket already asks for keep-alive. */
function preferred(byClient: readonly Fix[], sysctl: Fix, input: RemediationInput): readonly Fix[] {
  return input.model.recognised && byClient.length > 0 ? [...byClient, sysctl] : [sysctl, ...byClient];
}

/** A sysctl helps only a socket that has SO_KEEPALIVE and leaves the time to the kernel, on a hop that counts probes. */
function sysctlHelps(input: RemediationInput): boolean {
  const { facts, model, verdict, clusterVersion } = input;
  if (verdict.refreshedBy !== 'Packets' || verdict.leg > 1) return false;
  if (facts.hostNetwork || !sysctlsAreSafe(clusterVersion)) return false;
  const { enabled } = model.keepAlive;
  return enabled.state !== 'Unknown' && enabled.value && isKernelTime(model.keepAlive.time, facts);
}

function isKernelTime(time: Setting<number>, facts: WorkloadFacts): boolean {
  return time.name === facts.keepAlive.time.name;
}

function fixesOf(
  entry: ClientEntry,
  input: RemediationInput,
  needed: NeededTimes,
  version: string | undefined,
): readonly Fix[] {
  const { subject, connection, model, clusterVersion, facts } = input;
  const context = {
    subject,
    connectionPlace: connection.place,
    containerPointer: containerPointer(subject, connection.container),
    model,
  };
  return entry.remedies
    .filter((remedy) => remedyFits(remedy, input.verdict, version))
    .flatMap((remedy) => {
      const fix = writeRemedy(remedy, entry, needed, context);
      if (fix === undefined || remedy.kernelTime === 'NotNeeded') return fix === undefined ? [] : [fix];
      if (facts.hostNetwork || !sysctlsAreSafe(clusterVersion)) return [];
      const sysctl = sysctlFix(subject, needed, clusterVersion);
      return [
        {
          ...fix,
          title: `${fix.title}, and ${sysctl.title}`,
          text: `${fix.text}\n${sysctl.text}`,
          patch: [...(fix.patch ?? []), ...(sysctl.patch ?? [])],
        },
      ];
    });
}

function pathFixes(input: RemediationInput): readonly Fix[] {
  const hop = input.path.hops.find(({ name }) => name === input.verdict.hop);
  return hop === undefined ? [] : hopFixes(hop, input);
}

function hopFixes(hop: HopModel, input: RemediationInput): readonly Fix[] {
  const fix = pathFix(hop, input.verdict, input.path.marginPercent, input.catalogue);
  return fix === undefined ? [] : [fix];
}
