import type { DeclaredConnection } from '../declared-connection.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { Address } from '../workload-facts.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { isLoopback, knownAddress } from './read-address.ts';

/** A connection of a container with the declaration that speaks of it, if one does. */
export interface DeclaredSeed {
  readonly seed: ConnectionSeed;
  readonly declared: DeclaredConnection | undefined;
}

/**
 * Joins what a container shows with what is declared for it. A declaration speaks of the connections to its host
 * (and port); without a host, of those that its client may be behind; and where there are none, of one more.
 */
export function applyDeclarations(
  seeds: readonly ConnectionSeed[],
  declarations: readonly DeclaredConnection[],
  settings: ContainerSettings,
  isFirst: boolean,
): readonly DeclaredSeed[] {
  const here = declarations.filter(({ container }) =>
    container === undefined ? isFirst : container === settings.container.name,
  );
  const spoken = new Map<ConnectionSeed, DeclaredConnection>();
  const added: DeclaredSeed[] = [];
  for (const declared of here) {
    const meant = seeds.filter((seed) => speaksOf(declared, seed));
    for (const seed of meant) spoken.set(seed, declared);
    if (meant.length === 0) added.push({ seed: newSeed(declared), declared });
  }
  return [...seeds.map((seed) => ({ seed, declared: spoken.get(seed) })), ...added];
}

function speaksOf(declared: DeclaredConnection, seed: ConnectionSeed): boolean {
  const host = declared.host?.toLowerCase();
  if (host === undefined) {
    const id = declared.client?.id;
    return id !== undefined && [...seed.recognised.keys()].some((entry) => entry.id === id);
  }
  return seed.addresses.some((address) => isSame(address, host, declared.port));
}

function isSame(address: Address, host: string, port: number | undefined): boolean {
  if (address.state !== 'Known' || address.host !== host) return false;
  return port === undefined || address.port === undefined || address.port === port;
}

function newSeed(declared: DeclaredConnection): ConnectionSeed {
  const { host, port, place } = declared;
  return {
    direction: 'Outbound',
    secret: false,
    addresses: [declaredAddress(host?.toLowerCase(), port, declared)],
    recognised: new Map(),
    given: { name: 'pathkeeper.dev/connections', text: '', place, origin: 'Environment' },
  };
}

function declaredAddress(
  host: string | undefined,
  port: number | undefined,
  { place }: DeclaredConnection,
): Address {
  if (host === undefined) {
    return { state: 'Unknown', cause: 'InCode', reason: 'The declaration names no host.', place };
  }
  return isLoopback(host)
    ? { state: 'Local', what: 'Loopback', place }
    : knownAddress(host, port, place, false);
}
