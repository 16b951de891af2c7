import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Given } from '../settings/given.ts';
import { isGap } from '../reading/gaps.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { parseHosts } from '../strings/parse-hosts.ts';
import type { StringHost } from '../strings/connection-string.ts';
import { namesTarget, pairStem } from './connection-names.ts';
import { isHost, readAddress } from './read-address.ts';

/**
 * Hosts and ports that belong together: in two variables or keys (`DB_HOST` and `DB_PORT`), or in one whose name
 * says that it is an address (`CART_SERVICE_ADDR=cart:7070`). Connections of clients that nobody recognises. A host
 * without a port may be anything, and is left out.
 *
 * @param claimed places that are another connection's already.
 */
export function findPairs(
  settings: ContainerSettings,
  claimed: ReadonlySet<string>,
): readonly ConnectionSeed[] {
  const hosts = new Map<string, Given>();
  const ports = new Map<string, Given>();
  const whole: ConnectionSeed[] = [];
  for (const given of allNamed(settings)) {
    const pair = pairStem(given.name);
    if (pair !== undefined) {
      const of = pair.part === 'Host' ? hosts : ports;
      const scope = `${given.origin === 'File' ? given.place.pointer : ''} ${pair.stem}`;
      if (!of.has(scope)) of.set(scope, given);
    }
    const seed = whole.length < MOST_PAIRS ? wholeAddress(given, settings) : undefined;
    if (seed !== undefined && !claimed.has(placeKey(given))) whole.push(seed);
  }
  return [...whole, ...pairsOf(hosts, ports, settings, claimed)];
}

const MOST_PAIRS = 128;

function pairsOf(
  hosts: ReadonlyMap<string, Given>,
  ports: ReadonlyMap<string, Given>,
  settings: ContainerSettings,
  claimed: ReadonlySet<string>,
): readonly ConnectionSeed[] {
  const seeds: ConnectionSeed[] = [];
  for (const [scope, host] of hosts) {
    const port = ports.get(scope);
    if (port === undefined || claimed.has(placeKey(host)) || !isPlausible(host, port, settings)) continue;
    seeds.push(seedOf(host, [{ host: host.text, port: port.text }], settings, false));
    if (seeds.length === MOST_PAIRS) break;
  }
  return seeds;
}

/** `host:port`, or several with commas between, under a name that says that it is an address. */
function wholeAddress(given: Given, settings: ContainerSettings): ConnectionSeed | undefined {
  if (given.text.includes('/') || !namesTarget(given.name)) return undefined;
  const secret = settings.context.gaps.secretBehind(given.text);
  const text = secret?.reveal() ?? settings.resolved(given.text);
  const targets = text.includes(':') ? (parseHosts(text) ?? []) : [];
  const isAddress = targets.every(
    ({ host, port }) => port !== undefined && /[A-Za-z.:\uE000-\uF8FF]/.test(host),
  );
  return targets.length > 0 && isAddress ? seedOf(given, targets, settings, secret !== undefined) : undefined;
}

function seedOf(
  given: Given,
  targets: readonly StringHost[],
  settings: ContainerSettings,
  secret: boolean,
): ConnectionSeed {
  const options = { secret, defaultPort: undefined };
  return {
    direction: 'Outbound',
    given,
    secret,
    addresses: targets.map((target) => readAddress(target, given.place, settings, options)),
    recognised: new Map(),
  };
}

function* allNamed(settings: ContainerSettings): Generator<Given> {
  yield* settings.variables.values();
  yield* settings.properties.all;
  for (const given of settings.arguments.flags.values()) {
    if (!(given.name.startsWith('--') && given.name.includes('.'))) yield given;
  }
}

/** A place as a key: what is claimed by its place is not found twice. */
export function placeKey({ place }: Pick<Given, 'place'>): string {
  return `${place.object.kind}/${place.object.name} ${place.pointer} ${place.within ?? ''} ${place.lineWithin ?? ''}`;
}

function isPlausible(host: Given, port: Given, settings: ContainerSettings): boolean {
  const { gaps } = settings.context;
  const openedPort = gaps.open(settings.resolved(port.text));
  if (!isGap(openedPort) && !/^\d{1,5}$/.test(openedPort.text.trim())) return false;
  const openedHost = gaps.open(settings.resolved(host.text));
  if (isGap(openedHost)) return true;
  return isHost(openedHost.text.trim().toLowerCase()) && !/^\d+$/.test(openedHost.text);
}
