import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { VersionSpan } from '../../catalogue/compare-versions.ts';
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
import { isWithin, segmentsOf, type VersionSegment } from './version-range.ts';

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
  const versions = (options: readonly EntryOption[]): readonly Version[] => {
    const byEntry = Map.groupBy(options, ({ entry }) => entry);
    return [...byEntry].flatMap(([entry, same]) =>
      versionsOf(entry, same, byEntry.size > 1, lookUp, side, pod),
    );
  };
  const alternatives = chosen.around.map((option) => versions([option])).filter((one) => one.length > 0);
  const pooled = withPools(versions(chosen.pools), versions(chosen.drivers), chosen.pools);
  const candidates = new Map<string, Composed>();
  const beneath = versions(chosen.beneath).filter(({ behaviour }) => asks(behaviour.keepAlive));
  for (const parts of combinations(alternatives, pooled)) {
    const own = parts.at(-1)?.behaviour.keepAlive ?? unseenKeepAlive(lookUp);
    const keepAlive = beneath[0]?.behaviour.keepAlive ?? own;
    add(candidates, joinBehaviours([...beneath.slice(0, 1), ...parts], keepAlive), parts);
  }
  return asCandidates([...candidates.values()]);
}

function asks(keepAlive: KeepAliveModel | undefined): boolean {
  return keepAlive !== undefined && keepAlive.enabled.state !== 'Unknown' && keepAlive.enabled.value;
}

/** Each driver behind each pool that sits in front of it, or alone; pools alone where no driver is known. */
function withPools(
  pools: readonly Version[],
  drivers: readonly Version[],
  options: readonly EntryOption[],
): readonly (readonly Version[])[] {
  if (drivers.length === 0) return pools.map((pool) => [pool]);
  const entries = new Map(options.map(({ entry }) => [entry.id, entry]));
  return drivers.flatMap((driver) => {
    const before = pools.filter((pool) => {
      const { schemes = [], clients = [] } = entries.get(pool.reference.id)?.inFront ?? {};
      return schemes.length > 0 || clients.length === 0 || clients.includes(driver.reference.id);
    });
    return before.length === 0 ? [[driver]] : before.map((pool) => [pool, driver]);
  });
}

/** One of each list in every way, and then one of the last, as far as the bound allows. */
function combinations(
  alternatives: readonly (readonly Version[])[],
  last: readonly (readonly Version[])[],
): readonly (readonly Version[])[] {
  if (last.length === 0) return [];
  let combined: readonly (readonly Version[])[] = [[]];
  for (const versions of alternatives) {
    combined = combined
      .flatMap((parts) => versions.map((version) => [...parts, version]))
      .slice(0, MOST_CANDIDATES);
  }
  return combined.flatMap((parts) => last.map((end) => [...parts, ...end])).slice(0, MOST_CANDIDATES);
}

/** A candidate that is like another is that one; where their versions differ, its version is not known. */
function add(candidates: Map<string, Composed>, model: ConnectionModel, parts: readonly Version[]): void {
  const key = JSON.stringify({ ...model, clients: model.clients.map((client) => client.id) });
  const same = candidates.get(key);
  if (same === undefined) {
    candidates.set(key, { model, reasons: parts.flatMap((part) => part.decidedBy ?? []) });
  } else {
    const clients = agreed(same.model.clients, model.clients);
    candidates.set(key, { model: { ...model, clients }, reasons: same.reasons });
  }
}

function agreed(
  left: ConnectionModel['clients'],
  right: ConnectionModel['clients'],
): ConnectionModel['clients'] {
  return left.map((client, index) => {
    const { id, recognisedBy } = client;
    return client.version === right[index]?.version ? client : { id, recognisedBy };
  });
}

interface Composed {
  readonly model: ConnectionModel;
  /** What would tell that it is this one, in words. */
  readonly reasons: readonly string[];
}

/** Where there is only one, nothing needs to be told apart. */
function asCandidates(composed: readonly Composed[]): readonly Candidate[] {
  return composed.map(({ model, reasons }) =>
    composed.length === 1 || reasons.length === 0 ? { model } : { model, decidedBy: reasons.join('; ') },
  );
}

/** One entry in every stretch of versions that behaves differently; its options differ only in their versions. */
function versionsOf(
  entry: ClientEntry,
  options: readonly EntryOption[],
  isOneOfSeveral: boolean,
  lookUp: LookUp,
  side: Side,
  pod: PodKeepAlive,
): readonly Version[] {
  const texts = new EntryTexts(entry, lookUp);
  const byBehaviour = new Map<string, { readonly part: Part; readonly stretches: Stretch[] }>();
  for (const stretch of possible(stretchesOf(options), texts)) {
    const { option, segment } = stretch;
    const behaviour = buildBehaviour(new EntryReader(texts, segment.version, option.assumption), side, pod);
    const key = JSON.stringify(behaviour);
    const same = byBehaviour.get(key);
    if (same === undefined) {
      byBehaviour.set(key, { part: { reference: referenceOf(option), behaviour }, stretches: [stretch] });
    } else same.stretches.push(stretch);
  }
  const isOnlyVersion = byBehaviour.size === 1;
  return [...byBehaviour.values()].map(({ part, stretches }) => {
    const others = isOneOfSeveral ? `the client is ${entry.title}` : undefined;
    const decidedBy = isOnlyVersion ? others : `${entry.title} ${describe(stretches)}`;
    const isOneVersion = stretches.every(({ option }) => option.range.shown === part.reference.version);
    return { ...part, reference: isOneVersion ? part.reference : withoutVersion(part.reference), decidedBy };
  });
}

/** A stretch of versions, and the option that leaves it possible. */
interface Stretch {
  readonly option: EntryOption;
  readonly segment: VersionSegment;
}

function stretchesOf(options: readonly EntryOption[]): readonly Stretch[] {
  return options.flatMap((option) =>
    segmentsOf(boundariesOf(option.entry), option.range).map((segment) => ({ option, segment })),
  );
}

/**
 * A setting that is given, and that only some versions know, is evidence of these; unless that leaves none.
 */
function possible(stretches: readonly Stretch[], texts: EntryTexts): readonly Stretch[] {
  if (stretches.length < 2) return stretches;
  const spans = givenSpans(texts);
  if (spans.length === 0) return stretches;
  const left = stretches.filter(({ segment }) => spans.every((span) => isWithin(segment.version, span)));
  return left.length > 0 ? left : stretches;
}

function givenSpans(texts: EntryTexts): readonly VersionSpan[] {
  return texts.entry.settings.flatMap((setting) =>
    setting.given.flatMap((form) => {
      const spans = [setting, form].filter(isLimited);
      return spans.length > 0 && texts.find(form) !== undefined ? spans : [];
    }),
  );
}

function isLimited(span: VersionSpan): boolean {
  return span.since !== undefined || span.until !== undefined;
}

function referenceOf({ entry, by, range }: EntryOption): Part['reference'] {
  const reference = { id: entry.id, recognisedBy: by };
  return range.shown === undefined ? reference : { ...reference, version: range.shown };
}

function withoutVersion({ id, recognisedBy }: Part['reference']): Part['reference'] {
  return { id, recognisedBy };
}

/** `before 6.2.1`, `from 2 to before 3`, `from 6.2.1`; `4.0.3 to 5.1.0` where the versions themselves are known. */
function describe(stretches: readonly Stretch[]): string {
  const shown = stretches.flatMap(({ option }) => option.range.shown ?? []);
  const [first] = shown;
  const last = shown.at(-1);
  if (first !== undefined && shown.length === stretches.length)
    return first === last ? first : `${first} to ${last}`;
  const since = stretches[0]?.segment.since;
  const until = stretches.at(-1)?.segment.until;
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
