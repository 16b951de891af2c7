import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import { type Gap, hasGap, isGap } from '../reading/gaps.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Given } from '../settings/given.ts';
import { type ConnectionString, keyword } from '../strings/connection-string.ts';
import { parseConnectionString } from '../strings/parse-connection-string.ts';
import { isOwnTarget, likelyScheme, namesConnection } from './connection-names.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { readAddress } from './read-address.ts';
import { resolveAlias } from './resolve-alias.ts';

const WEB_PORTS = new Map([
  ['http', 80],
  ['ws', 80],
  ['https', 443],
  ['wss', 443],
]);

/** The most connection strings of one container: far above what a program connects to. */
const MOST_STRINGS = 256;

/** The connection strings among everything that a container was given, parsed; and those that cannot be read. */
export function findStrings(settings: ContainerSettings, catalogue: Catalogue): readonly ConnectionSeed[] {
  const seeds: ConnectionSeed[] = [];
  for (const given of everythingGiven(settings)) {
    if (!mayBeString(given)) continue;
    for (const seed of seedsOf(given, settings, catalogue)) seeds.push(seed);
    if (seeds.length >= MOST_STRINGS) break;
  }
  return seeds;
}

/** Every connection string has one of these; a single character may be a gap. */
function mayBeString({ text }: Given): boolean {
  return text.length === 1 || text.includes(':') || text.includes('=') || text.includes('(') || hasGap(text);
}

function* everythingGiven(settings: ContainerSettings): Generator<Given> {
  yield* settings.variables.values();
  yield* settings.properties.all;
  for (const given of settings.arguments.flags.values()) {
    if (!(given.name.startsWith('--') && given.name.includes('.'))) yield given;
  }
  for (const { words } of settings.commands) {
    for (const { text, place } of words.slice(1, 500)) {
      if (!text.startsWith('-')) yield { name: '', text, place, origin: 'Argument' };
    }
  }
}

function seedsOf(given: Given, settings: ContainerSettings, catalogue: Catalogue): readonly ConnectionSeed[] {
  const { gaps } = settings.context;
  const secret = gaps.secretBehind(given.text);
  const text = secret === undefined ? settings.resolved(given.text) : secret.reveal();
  if (secret === undefined && text.length === 1) {
    const gap = gaps.open(text);
    return isGap(gap) && namesConnection(given.name) ? [unseenSeed(given, gap, catalogue)] : [];
  }
  const strings = splitStrings(text).flatMap((piece) => parseConnectionString(piece) ?? []);
  const own = strings.filter((string) => !WEB_PORTS.has(string.scheme) || isOwnTarget(given.name));
  if (given.doubt !== undefined && own.length > 0) {
    return [unseenSeed(given, { cause: 'Unresolvable', reason: given.doubt }, catalogue)];
  }
  return own.map((string) => seedOf(string, given, secret !== undefined, settings, catalogue));
}

/** `amqp://a,amqp://b` is two strings; `mongodb://a,b` is one. */
function splitStrings(text: string): readonly string[] {
  const first = text.indexOf('://');
  if (first === -1 || !text.includes(',') || text.indexOf('://', first + 3) === -1) return [text];
  const pieces = text.split(',', 32);
  return pieces.every((piece) => piece.includes('://')) ? pieces : [text];
}

/** A connection whose string cannot be seen, of the clients that are known to read it under this name. */
function unseenSeed(given: Given, gap: Gap, catalogue: Catalogue): ConnectionSeed {
  const readers = catalogue
    .byEnv(given.name)
    .filter(({ keepAlive, kind }) => keepAlive !== undefined && kind !== 'Server' && kind !== 'Runtime');
  const likely = likelyScheme(given.name);
  const { cause, reason } = gap;
  return {
    direction: 'Outbound',
    given,
    secret: false,
    unseen: gap,
    ...(likely === undefined ? {} : { likelyScheme: likely }),
    addresses: [{ state: 'Unknown', cause, reason, place: given.place }],
    recognised: new Map(readers.map((entry) => [entry, `variable ${given.name}`])),
  };
}

function seedOf(
  string: ConnectionString,
  given: Given,
  secret: boolean,
  settings: ContainerSettings,
  catalogue: Catalogue,
): ConnectionSeed {
  const recognised = new Map([...byScheme(string, catalogue), ...byKeywords(string, catalogue)]);
  const shown = byParameters(string, catalogue);
  const base = { direction: 'Outbound' as const, given, string, secret, recognised, shown };
  if (string.socket !== undefined) {
    return { ...base, addresses: [{ state: 'Local', what: 'UnixSocket', place: given.place }] };
  }
  const alias = string.alias === undefined ? undefined : resolveAlias(string, settings);
  const place = alias?.place ?? given.place;
  const tree = alias?.tree ?? string.descriptor;
  const options = { secret, defaultPort: defaultPortOf(string, recognised.keys()) };
  const addresses = (alias?.hosts ?? string.hosts).map((host) => readAddress(host, place, settings, options));
  return { ...base, addresses, ...(tree === undefined ? {} : { descriptor: { tree, place } }) };
}

function defaultPortOf(string: ConnectionString, entries: Iterable<ClientEntry>): number | undefined {
  const web = WEB_PORTS.get(string.scheme);
  if (web !== undefined) return web;
  for (const entry of entries) {
    if (entry.address?.defaultPort !== undefined) return entry.address.defaultPort;
  }
  return undefined;
}

/** Entries of the scheme; of the part before `+` where nobody who opens sockets knows the whole. */
function byScheme({ scheme }: ConnectionString, catalogue: Catalogue): ReadonlyMap<ClientEntry, string> {
  if (scheme === '') return new Map();
  const base = scheme.split('+', 1)[0] ?? '';
  const whole = catalogue.byScheme(scheme);
  const opens = whole.some((entry) => entry.keepAlive !== undefined);
  const entries = opens || base === scheme ? whole : [...whole, ...catalogue.byScheme(base)];
  return new Map(entries.map((entry) => [entry, `URL scheme ${scheme}`]));
}

/** Entries of parameters that only they read. */
function byParameters(string: ConnectionString, catalogue: Catalogue): ReadonlyMap<ClientEntry, string> {
  return new Map(
    string.parameters.flatMap(({ name }) =>
      catalogue.byUrlParameter(name).map((entry) => [entry, `parameter ${name} of the connection string`]),
    ),
  );
}

function byKeywords(string: ConnectionString, catalogue: Catalogue): ReadonlyMap<ClientEntry, string> {
  const { syntax } = string;
  if (syntax === 'Url' || syntax === 'Jdbc') return new Map();
  const entries = catalogue
    .byStringSyntax(syntax)
    .filter((entry) =>
      entry.recognise.strings.some((known) => known.syntax === syntax && hasKeywords(string, known)),
    );
  return new Map(entries.map((entry) => [entry, `connection string with the keywords of ${entry.title}`]));
}

function hasKeywords(string: ConnectionString, known: ClientEntry['recognise']['strings'][number]): boolean {
  const names = new Set(string.parameters.map((parameter) => keyword(parameter.name)));
  const has = (either: string): boolean => either.split('|').some((name) => names.has(keyword(name)));
  if (!known.keywords.every(has) || known.without.some(has)) return false;
  if (known.contains.length === 0) return true;
  const values = string.parameters.map((parameter) => parameter.value);
  return known.contains.some((text) => values.some((value) => value.includes(text)));
}
