import type { Catalogue } from '../../catalogue/catalogue.ts';
import { chooseEntries } from '../clients/choose-entries.ts';
import { composeCandidates } from '../clients/compose-candidates.ts';
import { unrecognisedModel } from '../clients/join-behaviours.ts';
import { type ContainerSigns, recogniseContainer } from '../clients/recognise-container.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Setting } from '../setting.ts';
import type { Address, Candidate, Connection, PodKeepAlive } from '../workload-facts.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { findAddressed } from './find-addressed.ts';
import { findPairs, placeKey } from './find-pairs.ts';
import { findServers } from './find-servers.ts';
import { findStrings } from './find-strings.ts';

/** The most connections of one container. */
const MOST_CONNECTIONS = 64;

/** A connection before it has an id. */
export type FoundConnection = Omit<Connection, 'id'>;

/** Every connection that a container shows, with the clients that may be behind it. */
export function buildConnections(
  settings: ContainerSettings,
  catalogue: Catalogue,
  pod: PodKeepAlive,
): { readonly connections: readonly FoundConnection[]; readonly signs: ContainerSigns } {
  const signs = recogniseContainer(settings, catalogue);
  const opened = findSeeds(settings, signs, catalogue).flatMap((seed) => {
    const choice = { seed, settings, signs, catalogue };
    const chosen = chooseEntries(choice);
    const lookUp = { settings, seed };
    const composed = composeCandidates(chosen, lookUp, 'Opened', pod);
    const candidates = composed.length > 0 ? composed : [unrecognised(seed, pod)];
    return outbound(seed, settings, candidates);
  });
  const accepted = findServers({ settings, signs, catalogue, pod });
  return { connections: [...opened.slice(0, MOST_CONNECTIONS), ...accepted], signs };
}

function findSeeds(
  settings: ContainerSettings,
  signs: ContainerSigns,
  catalogue: Catalogue,
): readonly ConnectionSeed[] {
  const strings = withoutRepetition(findStrings(settings, catalogue));
  const claimed = new Set(strings.flatMap(({ given }) => (given === undefined ? [] : [placeKey(given)])));
  const addressed = findAddressed(settings, signs.signs).filter(
    ({ given }) => given === undefined || !claimed.has(placeKey(given)),
  );
  for (const { given } of addressed) if (given !== undefined) claimed.add(placeKey(given));
  return [...strings, ...addressed, ...findPairs(settings, claimed)];
}

/**
 * A string that is given under two names (`DB_URL`, and a property that refers to it) is one connection; the
 * property says more of its scope.
 */
function withoutRepetition(seeds: readonly ConnectionSeed[]): readonly ConnectionSeed[] {
  const byMeaning = new Map<string, ConnectionSeed>();
  for (const seed of seeds) {
    const key =
      seed.string === undefined
        ? placeKey(seed.given ?? { place: { object: { kind: '', name: '' }, pointer: '' } })
        : JSON.stringify(seed.string);
    const known = byMeaning.get(key);
    if (known === undefined || (isProperty(seed) && !isProperty(known))) byMeaning.set(key, seed);
  }
  return [...byMeaning.values()];
}

function isProperty({ given }: ConnectionSeed): boolean {
  return given?.name.includes('.') === true;
}

function unrecognised(seed: ConnectionSeed, pod: PodKeepAlive): Candidate {
  if (seed.unseen === undefined) return { model: unrecognisedModel(pod) };
  const { cause, reason } = seed.unseen;
  const enabled: Setting<boolean> = {
    state: 'Unknown',
    name: seed.given?.name ?? 'SO_KEEPALIVE',
    cause,
    reason,
  };
  return { model: unrecognisedModel(pod, enabled) };
}

function outbound(
  seed: ConnectionSeed,
  settings: ContainerSettings,
  candidates: readonly Candidate[],
): readonly FoundConnection[] {
  const place = seed.given?.place;
  const addresses: readonly Address[] = seed.addresses.length > 0 ? seed.addresses : [defaultAddress(seed)];
  const listens = candidates.every(({ model }) => model.listens === 'Always');
  return addresses.map((address) => ({
    direction: 'Outbound',
    container: settings.container.name,
    address,
    use: listens ? 'Listening' : 'Pooled',
    candidates,
    origin: 'Visible',
    ...(place === undefined ? {} : { place }),
  }));
}

/** Without a host the client goes where it goes by default. */
function defaultAddress(seed: ConnectionSeed): Address {
  const place = seed.given?.place;
  const at = place === undefined ? {} : { place };
  const isLocal = [...seed.recognised.keys()].some(({ address }) => address?.defaultHost === 'localhost');
  if (isLocal) return { state: 'Local', what: 'Loopback', ...at };
  return { state: 'Unknown', cause: 'Unresolvable', reason: 'Nothing shows its host.', ...at };
}
