import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Given } from '../settings/given.ts';
import { isGap } from '../reading/gaps.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { pairStem } from './connection-names.ts';
import { isHost, readAddress } from './read-address.ts';

/**
 * Hosts and ports in variables or keys that belong together (`DB_HOST` and `DB_PORT`): connections of clients that
 * nobody recognises. A host without a port beside it may be anything, and is left out.
 *
 * @param claimed places that are another connection's already.
 */
export function findPairs(
  settings: ContainerSettings,
  claimed: ReadonlySet<string>,
): readonly ConnectionSeed[] {
  const hosts = new Map<string, Given>();
  const ports = new Map<string, Given>();
  for (const given of allNamed(settings)) {
    const pair = pairStem(given.name);
    if (pair === undefined) continue;
    const scope = `${given.place.pointer.startsWith('/data/') ? given.place.pointer : ''} ${pair.stem}`;
    const of = pair.part === 'Host' ? hosts : ports;
    if (!of.has(scope)) of.set(scope, given);
  }
  const seeds: ConnectionSeed[] = [];
  for (const [scope, host] of hosts) {
    const port = ports.get(scope);
    if (port === undefined || claimed.has(placeKey(host)) || !isPlausible(host, port, settings)) continue;
    const target = { host: host.text, port: port.text };
    const address = readAddress(target, host.place, settings, { secret: false, defaultPort: undefined });
    seeds.push({
      direction: 'Outbound',
      given: host,
      secret: false,
      addresses: [address],
      recognised: new Map(),
    });
  }
  return seeds;
}

function* allNamed(settings: ContainerSettings): Generator<Given> {
  yield* settings.variables.values();
  yield* settings.properties.all;
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
