import type { Place } from '../../findings/place.ts';
import { isGap } from '../reading/gaps.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { StringHost } from '../strings/connection-string.ts';
import type { Address } from '../workload-facts.ts';

/** A host and port as text, opened: what cannot be seen becomes an Unknown address, loopback a local one. */
export function readAddress(
  target: StringHost,
  place: Place,
  settings: ContainerSettings,
  options: { readonly secret: boolean; readonly defaultPort: number | undefined },
): Address {
  const { gaps } = settings.context;
  const host = gaps.open(settings.resolved(target.host));
  if (isGap(host) && host.ownPod === true) return { state: 'Local', what: 'OwnPod', place };
  if (isGap(host)) return { state: 'Unknown', cause: host.cause, reason: host.reason, place };
  const name = host.text.trim().replace(/\.$/, '').toLowerCase();
  if (isLoopback(name)) return { state: 'Local', what: 'Loopback', place };
  if (name.startsWith('/')) return { state: 'Local', what: 'UnixSocket', place };
  if (!isHost(name)) {
    return { state: 'Unknown', cause: 'Malformed', reason: 'Its host is no host name.', place };
  }
  const port = readPort(target.port, settings) ?? options.defaultPort;
  return knownAddress(name, port, place, host.secret || options.secret);
}

/** A known address; one from a Secret keeps its host out of JSON and of every enumeration. */
export function knownAddress(
  host: string,
  port: number | undefined,
  place: Place | undefined,
  secret: boolean,
): Address {
  const rest = {
    state: 'Known' as const,
    ...(port === undefined ? {} : { port }),
    ...(place === undefined ? {} : { place }),
  };
  if (!secret) return { ...rest, host };
  return Object.defineProperty({ ...rest, host: '', secret: true as const }, 'host', {
    value: host,
    enumerable: false,
  });
}

function readPort(text: string | undefined, settings: ContainerSettings): number | undefined {
  if (text === undefined) return undefined;
  const opened = settings.context.gaps.open(settings.resolved(text));
  if (isGap(opened) || !/^\s*\d{1,5}\s*$/.test(opened.text)) return undefined;
  const port = Number(opened.text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Whether a name means the pod's own loopback. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    host === '::' ||
    host === '0.0.0.0' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

/** Whether a text can be a host name or an address. */
export function isHost(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  return (
    /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/.test(text) ||
    /^[0-9a-f:.]*:[0-9a-f:.%a-z]*$/.test(text)
  );
}
