import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { Place } from '../../findings/place.ts';
import type { Gap } from '../reading/gaps.ts';
import type { Given } from '../settings/given.ts';
import type { ConnectionString } from '../strings/connection-string.ts';
import type { Descriptor } from '../strings/parse-descriptor.ts';
import type { Address } from '../workload-facts.ts';

/** A connection that was found in a container, before anybody asked which client it is. */
export interface ConnectionSeed {
  readonly direction: 'Outbound' | 'Inbound';
  /** What names it: the connection string, the host, the port. Absent where only the client shows. */
  readonly given?: Given;
  readonly string?: ConnectionString;
  /** The connection string itself came from a Secret. */
  readonly secret: boolean;
  /** The connection string cannot be seen, and may hold any parameter. */
  readonly unseen?: Gap;
  readonly descriptor?: { readonly tree: Descriptor; readonly place: Place };
  /** How its scheme begins most likely, where no connection string shows it: `jdbc:`, `redis`. */
  readonly likelyScheme?: string;
  readonly addresses: readonly Address[];
  /** Entries that its scheme or its owner names, with how, in words. Empty: nobody recognises it. */
  readonly recognised: ReadonlyMap<ClientEntry, string>;
  /** Entries of which a parameter stands in the string that only they read, with how, in words. */
  readonly shown?: ReadonlyMap<ClientEntry, string>;
}
