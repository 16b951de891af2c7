import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { VersionRange } from './version-range.ts';

/** An entry that may take part in a connection, in the versions that are possible. */
export interface EntryOption {
  readonly entry: ClientEntry;
  /** How it was recognised, in words. */
  readonly by: string;
  readonly range: VersionRange;
  /** Why it is only taken to be there, in words. */
  readonly assumption?: string;
}
