import type { Place } from '../findings/place.ts';

/**
 * A connection that an annotation declares because no manifest shows it, or because only code sets what it says.
 * It was checked by whoever read the annotation.
 */
export interface DeclaredConnection {
  /** Name of the container; none: the first. */
  readonly container?: string;
  /** A client of the catalogue, with a version if known. */
  readonly client?: { readonly id: string; readonly version?: string };
  readonly host?: string;
  readonly port?: number;
  /** Settings of that client by their names in the catalogue, as a user writes their values. */
  readonly settings: Readonly<Record<string, string>>;
  readonly use: 'Pooled' | 'Listening';
  /** For a client outside the catalogue. */
  readonly keepAlive?: {
    readonly timeSeconds: number;
    readonly intervalSeconds: number;
    readonly probes: number;
  };
  readonly heartbeatSeconds?: number;
  readonly idleEvictionSeconds?: number;
  readonly maxLifetimeSeconds?: number;
  /** The annotation. */
  readonly place: Place;
}
