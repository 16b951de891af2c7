import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { VersionSpan } from '../../catalogue/compare-versions.ts';
import { sortVersions } from './version-range.ts';

const known = new WeakMap<ClientEntry, readonly string[]>();

/** The versions at which an entry's behaviour, its settings or what it brings may change, sorted. */
export function boundariesOf(entry: ClientEntry): readonly string[] {
  const found = known.get(entry);
  if (found !== undefined) return found;
  const boundaries = sortVersions(
    spansOf(entry).flatMap((span) => [span.since ?? [], span.until ?? []].flat()),
  );
  known.set(entry, boundaries);
  return boundaries;
}

function spansOf(entry: ClientEntry): readonly VersionSpan[] {
  const keepAlives = [entry.keepAlive, entry.asksPeer, entry.serves?.keepAlive];
  return [
    ...entry.settings.flatMap((setting) => [
      setting,
      ...setting.given,
      ...setting.defaults,
      ...setting.minimums,
    ]),
    ...entry.limits,
    ...entry.brings,
    ...keepAlives.map((keepAlive) => ({ since: keepAlive?.since })),
  ];
}
