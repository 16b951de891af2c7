import type { ClientEntry } from './client-entry.ts';
import type { EntryComplaint } from './entry-problem.ts';
import { inheritEntry } from './inherit-entry.ts';
import { didYouMean } from './nearest-name.ts';

/** An entry made complete, or why it cannot be. */
export interface ResolvedEntry {
  readonly entry: ClientEntry;
  readonly complaints: readonly EntryComplaint[];
}

/**
 * Makes an entry complete with what it leaves to another (`like`), and that one to a further one. An entry that
 * stands on itself, or on one that is not there, stays as it is, with a complaint.
 */
export function resolveLike(entry: ClientEntry, known: ReadonlyMap<string, ClientEntry>): ResolvedEntry {
  const chain = [entry];
  for (let last: ClientEntry = entry; last.like !== undefined;) {
    const base = known.get(last.like);
    if (base === undefined)
      return refused(entry, `there is no client '${last.like}'${didYouMean(last.like, known.keys())}`);
    if (chain.some(({ id }) => id === base.id))
      return refused(entry, `stands on itself: ${[...chain, base].map(({ id }) => id).join(' is like ')}`);
    chain.push(base);
    last = base;
  }
  const complete = chain.reduceRight((base, derived) => inheritEntry(derived, base));
  return { entry: complete, complaints: [] };
}

function refused(entry: ClientEntry, message: string): ResolvedEntry {
  return { entry, complaints: [{ path: ['like'], message }] };
}
