import type { ConnectionModel, KeepAliveModel } from '../connection-model.ts';
import type { LookUp } from '../settings/find-form.ts';
import type { Setting } from '../setting.ts';
import type { Candidate, PodKeepAlive } from '../workload-facts.ts';
import { buildBehaviour } from './build-behaviour.ts';
import type { Side } from './build-limit.ts';
import { boundariesOf } from './entry-boundaries.ts';
import type { EntryOption } from './entry-option.ts';
import { EntryReader, EntryTexts } from './entry-reader.ts';
import { joinBehaviours, type Part } from './join-behaviours.ts';
import type { ChosenEntries } from './choose-entries.ts';
import { segmentsOf, type VersionSegment } from './version-range.ts';

/** The most candidates of one connection that are told apart. */
const MOST_CANDIDATES = 48;

/** A part that an entry may play, in one stretch of versions in which it behaves the same. */
interface Version extends Part {
  /** What would tell that it is this one, in words; undefined where there is no other. */
  readonly decidedBy: string | undefined;
}

/**
 * Every client that may be behind a connection, composed: pool and framework before driver, each in every version
 * that is possible and behaves differently. Equal ones are one.
 */
export function composeCandidates(
  chosen: ChosenEntries,
  lookUp: LookUp,
  side: Side,
  pod: PodKeepAlive,
): readonly Candidate[] {
  const versions = (options: readonly EntryOption[]): readonly Version[] =>
    options.flatMap((option) => versionsOf(option, options.length > 1, lookUp, side, pod));
  const around = chosen.around.flatMap((option) => versionsOf(option, false, lookUp, side, pod).slice(0, 1));
  const pools: readonly (readonly Version[])[] =
    chosen.pools.length === 0 ? [[]] : versions(chosen.pools).map((version) => [version]);
  const drivers = versions(chosen.drivers);
  const candidates = new Map<string, Candidate>();
  for (const pool of pools) {
    for (const driver of drivers.length === 0 ? [undefined] : drivers) {
      const parts = [...around, ...pool, ...(driver === undefined ? [] : [driver])];
      if (parts.length === 0 || candidates.size === MOST_CANDIDATES) continue;
      const keepAlive = driver?.behaviour.keepAlive ?? unseenKeepAlive(lookUp);
      add(candidates, joinBehaviours(parts, keepAlive), parts);
    }
  }
  return [...candidates.values()];
}

function add(
  candidates: Map<string, Candidate>,
  model: ConnectionModel,
  parts: readonly Version[] | readonly Part[],
): void {
  const key = JSON.stringify({ ...model, clients: model.clients.map((client) => client.id) });
  if (candidates.has(key)) return;
  const reasons = parts.flatMap((part) =>
    'decidedBy' in part && part.decidedBy !== undefined ? [part.decidedBy] : [],
  );
  candidates.set(key, reasons.length === 0 ? { model } : { model, decidedBy: reasons.join('; ') });
}

function versionsOf(
  option: EntryOption,
  isOneOfSeveral: boolean,
  lookUp: LookUp,
  side: Side,
  pod: PodKeepAlive,
): readonly Version[] {
  const { entry, range } = option;
  const texts = new EntryTexts(entry, lookUp);
  const byBehaviour = new Map<string, { part: Part; segments: VersionSegment[] }>();
  for (const segment of segmentsOf(boundariesOf(entry), range)) {
    const reader = new EntryReader(texts, segment.version, option.assumption);
    const behaviour = buildBehaviour(reader, side, pod);
    const key = JSON.stringify(behaviour);
    const same = byBehaviour.get(key);
    if (same === undefined) {
      byBehaviour.set(key, { part: { reference: referenceOf(option), behaviour }, segments: [segment] });
    } else same.segments.push(segment);
  }
  const isOnlyVersion = byBehaviour.size === 1;
  return [...byBehaviour.values()].map(({ part, segments }) => {
    const versions = isOnlyVersion ? undefined : `${entry.title} ${describe(segments)}`;
    return { ...part, decidedBy: versions ?? (isOneOfSeveral ? `the client is ${entry.title}` : undefined) };
  });
}

function referenceOf({ entry, by, range }: EntryOption): Part['reference'] {
  const reference = { id: entry.id, recognisedBy: by };
  return range.shown === undefined ? reference : { ...reference, version: range.shown };
}

/** `before 6.2.1`, `from 2 to before 3`, `from 6.2.1`. */
function describe(segments: readonly VersionSegment[]): string {
  const since = segments[0]?.since;
  const until = segments.at(-1)?.until;
  if (since === undefined) return until === undefined ? 'of any version' : `before ${until}`;
  return until === undefined ? `from ${since}` : `from ${since} to before ${until}`;
}

/** The keep-alive of a driver that nothing shows: it may ask or not, with whatever time. */
function unseenKeepAlive({ seed }: LookUp): KeepAliveModel {
  const cause = seed?.unseen?.cause ?? 'Unresolvable';
  const reason = seed?.unseen?.reason ?? 'Nothing shows which driver opens the connection.';
  const unseen = <T>(name: string): Setting<T> => ({ state: 'Unknown', name, cause, reason });
  return {
    enabled: unseen('SO_KEEPALIVE'),
    time: unseen('keep-alive time of the driver'),
    interval: unseen('keep-alive interval of the driver'),
    probes: unseen('keep-alive probes of the driver'),
  };
}
