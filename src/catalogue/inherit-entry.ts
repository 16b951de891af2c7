import type { ClientEntry } from './client-entry.ts';

/** The items of `own`, then those of `base` that `own` does not name. */
function unite<T>(own: readonly T[], base: readonly T[], nameOf: (item: T) => string): T[] {
  const names = new Set(own.map(nameOf));
  return [...own, ...base.filter((item) => !names.has(nameOf(item)))];
}

/**
 * A client that stands on another (`like`): psycopg2 on libpq, confluent-kafka on librdkafka.
 *
 * Settings and ineffective forms are its own and, by name, the other's. Every other member of behaviour that it
 * leaves empty (or at the default `Local`, `Never`) is the other's. Identity, recognition, what it serves, brings
 * and sits in front of, versions and sources stay its own. The result has no `like` any more, so that entries
 * resolved once are complete; the caller resolves the base first and refuses circles.
 */
export function inheritEntry(entry: ClientEntry, base: ClientEntry): ClientEntry {
  const { like: _, ...own } = entry;
  return {
    ...own,
    address: own.address ?? base.address,
    settings: unite(own.settings, base.settings, (setting) => setting.name),
    ineffective: unite(own.ineffective, base.ineffective, (item) => JSON.stringify(item.form)),
    keepAlive: own.keepAlive ?? base.keepAlive,
    asksPeer: own.asksPeer ?? base.asksPeer,
    limits: own.limits.length > 0 ? own.limits : base.limits,
    closing: own.closing === 'Local' ? base.closing : own.closing,
    userTimeout: own.userTimeout ?? base.userTimeout,
    noticesClose: own.noticesClose.length > 0 ? own.noticesClose : base.noticesClose,
    listens: own.listens === 'Never' ? base.listens : own.listens,
    remedies: own.remedies.length > 0 ? own.remedies : base.remedies,
    caveats: unite(own.caveats, base.caveats, (caveat) => caveat),
  };
}
