import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { ContainerSigns, Sign } from '../clients/recognise-container.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Address } from '../workload-facts.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { findAddressed } from './find-addressed.ts';
import { findPairs, placeKey } from './find-pairs.ts';
import { findStrings } from './find-strings.ts';
import { isLoopback, knownAddress } from './read-address.ts';

/**
 * The connections that a container opens: those of connection strings, of clients that read their address
 * elsewhere, of hosts and ports that belong together, and of clients and pools that show themselves without any.
 */
export function findSeeds(
  settings: ContainerSettings,
  signs: ContainerSigns,
  catalogue: Catalogue,
): readonly ConnectionSeed[] {
  const claimed = new Set<string>();
  const ofEntries = findAddressed(settings, signs.signs);
  const owned = new Set(ofEntries.flatMap(({ given }) => (given === undefined ? [] : placeKey(given))));
  // A URL that nobody knows by its scheme (https) belongs to the client that reads its address from there.
  const known = findStrings(settings, catalogue).filter(
    (seed) => seed.recognised.size > 0 || !isClaimed(seed, owned),
  );
  const strings = withoutRepetition(known, claimed);
  const addressed = ofEntries.filter((seed) => !isClaimed(seed, claimed));
  claim(addressed, claimed);
  const addressable = [...strings, ...addressed];
  return [...addressable, ...findPairs(settings, claimed), ...findUnaddressed(signs.signs, addressable)];
}

function isClaimed({ given }: ConnectionSeed, claimed: ReadonlySet<string>): boolean {
  return given !== undefined && claimed.has(placeKey(given));
}

function claim(seeds: readonly ConnectionSeed[], claimed: Set<string>): void {
  for (const { given } of seeds) if (given !== undefined) claimed.add(placeKey(given));
}

/**
 * A string that is given under two names (`DB_URL`, and a property that refers to it) is one connection; the
 * property says more of its scope.
 */
function withoutRepetition(
  seeds: readonly ConnectionSeed[],
  claimed: Set<string>,
): readonly ConnectionSeed[] {
  claim(seeds, claimed);
  const byMeaning = new Map<string, ConnectionSeed>();
  for (const seed of seeds) {
    const key = seed.string === undefined ? seed.given && placeKey(seed.given) : JSON.stringify(seed.string);
    const known = byMeaning.get(key ?? '');
    if (known === undefined || (isProperty(seed) && !isProperty(known))) byMeaning.set(key ?? '', seed);
  }
  return [...byMeaning.values()];
}

function isProperty({ given }: ConnectionSeed): boolean {
  return given?.name.includes('.') === true;
}

/** Clients and pools that show themselves by a sign of their own, and whose address nothing shows. */
function findUnaddressed(
  signs: ReadonlyMap<ClientEntry, readonly Sign[]>,
  seeds: readonly ConnectionSeed[],
): readonly ConnectionSeed[] {
  return [...signs].flatMap(([entry, shown]) => {
    const sign = shown.find(
      ({ by }) => by === 'Property' || by === 'Command' || by === 'File' || by === 'Environment',
    );
    if (sign === undefined) return [];
    if (entry.kind === 'Pool' && entry.inFront !== undefined) return poolWithoutString(entry, sign, seeds);
    const isShown = sign.by !== 'Environment' && opensByItself(entry);
    if (!isShown || seeds.some((seed) => seed.recognised.has(entry))) return [];
    return [seedOf(entry, sign, { addresses: [defaultAddress(entry)] })];
  });
}

const OPENING = new Set<ClientEntry['kind']>(['Driver', 'MessagingClient', 'Application']);

function opensByItself(entry: ClientEntry): boolean {
  return OPENING.has(entry.kind) && entry.keepAlive !== undefined && entry.address !== undefined;
}

/** A pool that is configured although no connection string shows: the string is in the image, or in code. */
function poolWithoutString(
  entry: ClientEntry,
  sign: Sign,
  seeds: readonly ConnectionSeed[],
): readonly ConnectionSeed[] {
  const schemes = (entry.inFront?.schemes ?? []).map((scheme) => scheme.replace(/\*$/, ''));
  const isFronting = seeds.some((seed) => {
    const scheme = seed.string?.scheme ?? seed.likelyScheme ?? '';
    const isClient = [...seed.recognised.keys()].some(
      ({ id }) => entry.inFront?.clients.includes(id) === true,
    );
    return (
      isClient ||
      seed.recognised.has(entry) ||
      schemes.some((start) => scheme !== '' && scheme.startsWith(start))
    );
  });
  if (isFronting) return [];
  const reason = 'Nothing shows the connection string behind the pool.';
  const [likelyScheme] = schemes;
  return [
    seedOf(entry, sign, {
      unseen: { cause: 'Unresolvable', reason },
      addresses: [{ state: 'Unknown', cause: 'Unresolvable', reason }],
      ...(likelyScheme === undefined ? {} : { likelyScheme }),
    }),
  ];
}

function seedOf(
  entry: ClientEntry,
  sign: Sign,
  rest: Pick<ConnectionSeed, 'addresses' | 'unseen' | 'likelyScheme'>,
): ConnectionSeed {
  return { direction: 'Outbound', secret: false, recognised: new Map([[entry, sign.says]]), ...rest };
}

/** Where a client goes when nobody says where. */
export function defaultAddress({ address }: ClientEntry): Address {
  const host = address?.defaultHost;
  if (host === undefined) return { state: 'Unknown', cause: 'InCode', reason: 'Nothing shows its host.' };
  if (isLoopback(host)) return { state: 'Local', what: 'Loopback' };
  return knownAddress(host, address?.defaultPort, undefined, false);
}
