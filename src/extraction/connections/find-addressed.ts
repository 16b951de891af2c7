import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { SettingForm } from '../../catalogue/client-setting.ts';
import type { Sign } from '../clients/recognise-container.ts';
import { isGap } from '../reading/gaps.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import { findForm, type FoundText } from '../settings/find-form.ts';
import { parseConnectionString } from '../strings/parse-connection-string.ts';
import { parseHosts } from '../strings/parse-hosts.ts';
import type { Address } from '../workload-facts.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { readAddress } from './read-address.ts';

/**
 * Connections of entries that the container shows and that read their address from settings of their own
 * (`PGHOST`, `spring.data.redis.host`, `bootstrap.servers`). Entries that read the same one are candidates together.
 */
export function findAddressed(
  settings: ContainerSettings,
  signs: ReadonlyMap<ClientEntry, readonly Sign[]>,
): readonly ConnectionSeed[] {
  const byHost = new Map<string, SharedSeed>();
  for (const [entry, shown] of signs) {
    const found = entry.kind === 'Server' ? undefined : addressOf(entry, settings);
    if (found === undefined) continue;
    const says = shown[0]?.says ?? '';
    const { pointer, within = '' } = found.text.place;
    const same = byHost.get(`${pointer} ${within}`);
    if (same === undefined) byHost.set(`${pointer} ${within}`, newSeed(entry, says, found));
    else same.recognised.set(entry, says);
  }
  return [...byHost.values()].map(({ seed }) => seed);
}

interface SharedSeed {
  readonly seed: ConnectionSeed;
  readonly recognised: Map<ClientEntry, string>;
}

interface FoundAddress {
  readonly text: FoundText;
  readonly name: string;
  readonly addresses: readonly Address[];
}

function newSeed(entry: ClientEntry, says: string, found: FoundAddress): SharedSeed {
  const recognised = new Map([[entry, says]]);
  const { text, place } = found.text;
  const given = { name: found.name, text, place, origin: 'Environment' as const };
  const { addresses } = found;
  return { seed: { direction: 'Outbound', given, secret: false, addresses, recognised }, recognised };
}

/** Its host, or its list of hosts; a value that is itself a connection string is found as one. */
function addressOf({ address }: ClientEntry, settings: ContainerSettings): FoundAddress | undefined {
  if (address === undefined) return undefined;
  const host = firstFound(address.host, settings);
  if (host === undefined) {
    const list = firstFound(address.list, settings);
    return list && { ...list, addresses: listAddresses(list.text, settings, address.defaultPort) };
  }
  const port = firstFound(address.port, settings)?.text.text;
  const listed = parseHosts(host.text.text) ?? [];
  const targets = listed.length > 0 ? listed : [{ host: host.text.text }];
  const options = { secret: false, defaultPort: address.defaultPort };
  return {
    ...host,
    addresses: targets.map((target) =>
      readAddress(port === undefined ? target : { port, ...target }, host.text.place, settings, options),
    ),
  };
}

function firstFound(
  forms: readonly SettingForm[],
  settings: ContainerSettings,
): { text: FoundText; name: string } | undefined {
  for (const form of forms) {
    const text = findForm(form, { settings, seed: undefined });
    if (text !== undefined && text.text !== '') {
      return { text, name: form.property ?? form.env ?? form.fileKey ?? form.flag ?? '' };
    }
  }
  return undefined;
}

function listAddresses(
  found: FoundText,
  settings: ContainerSettings,
  defaultPort: number | undefined,
): readonly Address[] {
  const opened = settings.context.gaps.open(settings.resolved(found.text));
  const { place } = found;
  if (isGap(opened)) return [{ state: 'Unknown', cause: opened.cause, reason: opened.reason, place }];
  const hosts = opened.text.split(',', 32).flatMap((piece) => {
    const trimmed = piece.trim();
    return (trimmed.includes('://') ? parseConnectionString(trimmed)?.hosts : parseHosts(trimmed)) ?? [];
  });
  return hosts.map((host) => readAddress(host, place, settings, { secret: opened.secret, defaultPort }));
}
