import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { DeclaredConnection } from '../declared-connection.ts';
import type { ConnectionSeed } from '../connections/connection-seed.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { EntryOption } from './entry-option.ts';
import { findBrought } from './find-brought.ts';
import { findVersion } from './find-version.ts';
import type { ContainerSigns, Sign } from './recognise-container.ts';
import { rangeOf } from './version-range.ts';

/** The entries that may act on one connection, by the part they take. */
export interface ChosenEntries {
  /** Who opens the socket; each a candidate. */
  readonly drivers: readonly EntryOption[];
  /** The pool in front; each a candidate, with none where the list is empty. */
  readonly pools: readonly EntryOption[];
  /** Frameworks and applications around them, all at once. */
  readonly around: readonly EntryOption[];
  /** What gives every socket of the container its keep-alive from beneath (a preloaded library). */
  readonly beneath: readonly EntryOption[];
}

/** Everything that choosing among entries looks at. */
export interface Choice {
  readonly seed: ConnectionSeed;
  readonly settings: ContainerSettings;
  readonly signs: ContainerSigns;
  readonly catalogue: Catalogue;
  readonly declared: DeclaredConnection | undefined;
}

/** Chooses drivers, pools and frameworks of a connection that the workload opens. */
export function chooseEntries(choice: Choice): ChosenEntries {
  const declared = declaredOption(choice);
  if (declared !== undefined && opensSockets(declared)) {
    return { ...NOBODY, drivers: [declared], pools: choosePools([], [], [declared], choice) };
  }
  const own = [...choice.seed.recognised].map(([entry, by]) => option(entry, by, choice));
  const frameworks = frameworksOf(choice);
  const brought = frameworks.flatMap((framework) =>
    findBrought(framework, schemeMatcher(choice.seed), choice.settings, choice.catalogue),
  );
  const drivers = chooseDrivers(own.filter(opensSockets), brought.filter(opensSockets), choice);
  const pools = declared === undefined ? choosePools(own, brought, drivers, choice) : [declared];
  const beneath = runtimesOf(choice).filter(({ entry }) => entry.ecosystem === 'Any');
  if (drivers.length === 0 && pools.length === 0) return { ...NOBODY, drivers: runtimesOf(choice) };
  return { drivers, pools, around: frameworks.filter(actsItself), beneath };
}

const NOBODY: ChosenEntries = { drivers: [], pools: [], around: [], beneath: [] };

/** Whether a framework does something to a connection, beside bringing others. */
function actsItself({ entry }: EntryOption): boolean {
  return entry.keepAlive === undefined && (entry.limits.length > 0 || entry.noticesClose.length > 0);
}

/** What the container's runtime does for a socket of which nobody knows the library. */
function runtimesOf(choice: Choice): readonly EntryOption[] {
  return [...choice.signs.signs]
    .filter(([entry]) => entry.kind === 'Runtime' && entry.keepAlive !== undefined)
    .map(([entry, signs]) => option(entry, signs[0]?.says ?? '', choice));
}

function declaredOption(choice: Choice): EntryOption | undefined {
  const { declared, catalogue } = choice;
  const entry = declared?.client === undefined ? undefined : catalogue.client(declared.client.id);
  if (declared?.client === undefined || entry === undefined) return undefined;
  const { version } = declared.client;
  const by = 'annotation pathkeeper.dev/connections';
  return version === undefined ? option(entry, by, choice) : { entry, by, range: rangeOf(version) };
}

function option(entry: ClientEntry, by: string, choice: Choice): EntryOption {
  const { seed, settings, signs, catalogue } = choice;
  return { entry, by, range: findVersion(entry, signs.signs, { settings, seed }, catalogue) };
}

/** Whether it opens sockets of its own, toward a server. */
function opensSockets({ entry }: EntryOption): boolean {
  return entry.keepAlive !== undefined && entry.kind !== 'Server' && entry.kind !== 'Runtime';
}

function frameworksOf(choice: Choice): readonly EntryOption[] {
  return [...choice.signs.signs]
    .filter(([entry]) => entry.kind === 'Framework' || entry.kind === 'Application')
    .map(([entry, signs]) => option(entry, signs[0]?.says ?? '', choice));
}

/** A brought driver is the one meant; else those of the scheme, as far as signs and language leave them. */
function chooseDrivers(
  own: readonly EntryOption[],
  brought: readonly EntryOption[],
  choice: Choice,
): readonly EntryOption[] {
  const meant = brought.filter(({ entry }) => own.length === 0 || own.some((known) => known.entry === entry));
  if (meant.length > 0) return meant;
  const shown = own.filter(({ entry }) => showsItself(entry, choice));
  return narrowByPort(narrowByLanguage(shown.length > 0 ? shown : own, choice), choice);
}

/** Of clients that read the same keywords, a string without a scheme is of the one whose port it names. */
function narrowByPort(options: readonly EntryOption[], { seed }: Choice): readonly EntryOption[] {
  if (options.length < 2 || seed.string?.scheme !== '') return options;
  const ports = new Set(
    seed.addresses.map((address) => (address.state === 'Known' ? address.port : undefined)),
  );
  const own = options.filter(({ entry }) => {
    const port = entry.address?.defaultPort;
    return port !== undefined && ports.has(port);
  });
  return own.length > 0 ? own : options;
}

/** Whether a sign of its own, or a parameter that only it reads, shows an entry. */
function showsItself(entry: ClientEntry, { seed, signs }: Choice): boolean {
  return seed.shown?.has(entry) === true || (signs.signs.get(entry) ?? []).some(isOwnSign);
}

/** A sign that only this client gives; a variable or a scheme may be shared by several. */
function isOwnSign(sign: Sign): boolean {
  return sign.by !== 'Environment';
}

/** Keeps those of a language that the container shows; else those of no language; else all. */
function narrowByLanguage(options: readonly EntryOption[], { signs }: Choice): readonly EntryOption[] {
  if (signs.languages.size === 0 || options.length < 2) return options;
  const spoken = options.filter(({ entry }) => signs.languages.has(entry.ecosystem));
  if (spoken.length > 0) return spoken;
  const neutral = options.filter(({ entry }) => entry.ecosystem === 'Native' || entry.ecosystem === 'Any');
  return neutral.length > 0 ? neutral : options;
}

/**
 * The pools in front: those that the container shows by a sign of their own, else those that a framework brings,
 * else those that the connection string itself names.
 */
function choosePools(
  own: readonly EntryOption[],
  brought: readonly EntryOption[],
  drivers: readonly EntryOption[],
  choice: Choice,
): readonly EntryOption[] {
  const shown = shownPools(drivers, choice);
  const ofFramework = brought.filter(({ entry }) => isPool(entry));
  if (shown.length > 0) return withVersions(shown, ofFramework);
  if (ofFramework.length > 0) return ofFramework;
  return narrowByLanguage(
    own.filter(({ entry }) => isPool(entry)),
    choice,
  );
}

/** Pools that the container shows, or a parameter of the connection string in a program of their language. */
function shownPools(drivers: readonly EntryOption[], choice: Choice): readonly EntryOption[] {
  const shown = new Map<ClientEntry, string>();
  for (const [entry, says] of choice.seed.shown ?? []) {
    if (drivers.some((driver) => driver.entry.ecosystem === entry.ecosystem)) shown.set(entry, says);
  }
  for (const [entry, signs] of choice.signs.signs) shown.set(entry, signs[0]?.says ?? '');
  return [...shown]
    .filter(([entry]) => isPool(entry) && fronts(entry, drivers, choice.seed))
    .map(([entry, says]) => option(entry, says, choice));
}

/** A pool that shows itself, in the versions that the framework brings, where it brings that one. */
function withVersions(
  shown: readonly EntryOption[],
  brought: readonly EntryOption[],
): readonly EntryOption[] {
  return shown.flatMap((pool) => {
    const same = brought.filter(({ entry }) => entry === pool.entry);
    const open = pool.range.since === undefined && pool.range.until === undefined;
    return same.length > 0 && open ? same.map(({ range }) => ({ ...pool, range })) : [pool];
  });
}

function isPool(entry: ClientEntry): boolean {
  return entry.kind === 'Pool' && entry.keepAlive === undefined;
}

/** Whether a pool sits in front of this connection. One whose scheme is not known it fronts wherever it shows. */
function fronts(entry: ClientEntry, drivers: readonly EntryOption[], seed: ConnectionSeed): boolean {
  if (entry.inFront === undefined) return false;
  if (seed.recognised.has(entry)) return true;
  const { schemes, clients } = entry.inFront;
  if (schemeMatcher(seed)(schemes) && schemes.length > 0) return true;
  return drivers.some((driver) => clients.includes(driver.entry.id));
}

/** Whether a list of schemes (`*` at the end for a prefix; empty for all) holds the connection's. */
function schemeMatcher(seed: ConnectionSeed): (schemes: readonly string[]) => boolean {
  const own = seed.string?.scheme ?? '';
  const likely = seed.likelyScheme;
  return (schemes) => {
    if (schemes.length === 0) return true;
    if (own !== '') return schemes.some((scheme) => matchesScheme(scheme.toLowerCase(), own));
    return likely !== undefined && schemes.some((scheme) => scheme.startsWith(likely));
  };
}

/** `jdbc:mysql` holds `jdbc:mysql:replication`, `jdbc:*` every JDBC scheme. */
function matchesScheme(pattern: string, scheme: string): boolean {
  if (pattern.endsWith('*')) return scheme.startsWith(pattern.slice(0, -1));
  return scheme === pattern || scheme.startsWith(`${pattern}:`);
}
