import type { ClientEntry } from './client-entry.ts';
import type { DeviceEntry } from './device-entry.ts';
import type { EntryComplaint } from './entry-problem.ts';
import { didYouMean } from './nearest-name.ts';

/** What one entry can get wrong only together with others: ids of clients that it names. */
export function checkClientReferences(
  client: ClientEntry,
  clientIds: ReadonlySet<string>,
): readonly EntryComplaint[] {
  const mentions = [
    ...client.brings.map(({ client: id }, i) => ({ path: ['brings', i, 'client'], id })),
    ...(client.inFront?.clients ?? []).map((id, i) => ({ path: ['inFront', 'clients', i], id })),
  ];
  return mentions.flatMap(({ path, id }) => {
    if (clientIds.has(id)) return [];
    return [{ path, message: `there is no client '${id}'${didYouMean(id, clientIds)}` }];
  });
}

/** Names of one device by which another is known: the first to have a name keeps it. */
export function checkDeviceAliases(
  device: DeviceEntry,
  ownerOfName: ReadonlyMap<string, string>,
): readonly EntryComplaint[] {
  return device.aliases.flatMap((alias, i) => {
    const owner = ownerOfName.get(aliasKey(alias));
    return owner === undefined || owner === device.id
      ? []
      : [{ path: ['aliases', i], message: `'${alias}' is a name of '${owner}' already` }];
  });
}

/** Ids and aliases with the device that has them; ids before aliases, so that an id is never taken by an alias. */
export function ownersOfNames(devices: readonly DeviceEntry[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const device of devices) owners.set(aliasKey(device.id), device.id);
  for (const device of devices) {
    for (const alias of device.aliases) {
      if (!owners.has(aliasKey(alias))) owners.set(aliasKey(alias), device.id);
    }
  }
  return owners;
}

/** Names that people take for the same: case, spaces and punctuation do not count. */
export function aliasKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}
