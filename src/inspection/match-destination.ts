import type { Address } from '../extraction/workload-facts.ts';
import { cidrContains, parseCidr, parseIpAddress } from '../api/ip-address.ts';
import type { ClusterLookup } from './ports.ts';

/** A destination as a policy writes it: exactly one of host, cidr, service. */
export interface Destination {
  readonly host?: string | undefined;
  readonly cidr?: string | undefined;
  readonly service?: { readonly name: string; readonly namespace?: string | undefined } | undefined;
  readonly ports?: readonly number[] | undefined;
}

/** Whether a connection goes to a destination. `Unknown` where its address or port cannot be read. */
export type Membership = 'On' | 'Off' | 'Unknown';

/** Where host names are read: the workload's namespace decides what a short Service name means. */
export interface NameScope {
  readonly workloadNamespace: string;
  readonly policyNamespace: string;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly lookup: ClusterLookup;
}

/**
 * Holds a connection's address against a policy's destinations. A host name is never resolved:
 * it is compared as text, so that the answer does not depend on DNS at the time of asking.
 * No destinations: every connection is on the path.
 */
export function matchDestinations(
  address: Address,
  destinations: readonly Destination[] | undefined,
  scope: NameScope,
): Membership {
  if (destinations === undefined || destinations.length === 0) return 'On';
  if (address.state === 'Local') return 'Off';
  if (address.state === 'Unknown') return 'Unknown';
  let best: Membership = 'Off';
  for (const destination of destinations) {
    if (!matchesHost(address.host, destination, scope)) continue;
    const port = matchesPort(address.port, destination.ports);
    if (port === 'On') return 'On';
    if (port === 'Unknown') best = 'Unknown';
  }
  return best;
}

function matchesPort(port: number | undefined, ports: readonly number[] | undefined): Membership {
  if (ports === undefined || ports.length === 0) return 'On';
  if (port === undefined) return 'Unknown';
  return ports.includes(port) ? 'On' : 'Off';
}

function matchesHost(rawHost: string, destination: Destination, scope: NameScope): boolean {
  const host = normaliseHost(rawHost);
  if (destination.host !== undefined) return matchesName(host, normaliseHost(destination.host));
  if (destination.cidr !== undefined) {
    return matchesNetwork(host, destination.cidr);
  }
  return destination.service !== undefined && matchesService(host, destination.service, scope);
}

function matchesNetwork(host: string, cidr: string): boolean {
  const address = parseIpAddress(withoutBrackets(host));
  const network = parseCidr(cidr);
  return address !== undefined && network !== undefined && cidrContains(network, address);
}

/** An IPv6 address in a URL stands in brackets (RFC 3986 section 3.2.2). */
function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

/** DNS names compare without case (RFC 4343); a final dot only says that the name is complete (RFC 1034). */
function normaliseHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

function matchesName(host: string, pattern: string): boolean {
  if (!pattern.startsWith('*.')) return host === pattern;
  const suffix = pattern.slice(1);
  return host.length > suffix.length && host.endsWith(suffix);
}

/**
 * Every form in which a Service is addressed from a pod (DNS for Services and Pods): `db` within its namespace,
 * `db.data`, `db.data.svc`, `db.data.svc.cluster.local`, a pod's name before any of the qualified ones
 * (headless Services), and its cluster IPs.
 */
function matchesService(
  host: string,
  service: { readonly name: string; readonly namespace?: string | undefined },
  scope: NameScope,
): boolean {
  const namespace = service.namespace ?? scope.policyNamespace;
  if (host === service.name) return namespace === scope.workloadNamespace;
  const qualified = `${service.name}.${namespace}`;
  for (const form of [qualified, `${qualified}.svc`, `${qualified}.svc.${scope.clusterDomain}`]) {
    if (host === form || host.endsWith(`.${form}`)) return true;
  }
  const clusterIPs = scope.lookup.service(namespace, service.name)?.clusterIPs ?? [];
  return clusterIPs.some((ip) => matchesNetwork(host, ip.includes(':') ? `${ip}/128` : `${ip}/32`));
}
