import type { ConnectionState } from '../findings/verdict.ts';
import type { Seconds, Setting } from './setting.ts';

/**
 * The kernel's keep-alive of one end (tcp(7): tcp_keepalive_time, _intvl, _probes).
 * The three times count only where `enabled` is true: a sysctl does nothing for a socket without SO_KEEPALIVE.
 */
export interface KeepAliveModel {
  readonly enabled: Setting<boolean>;
  /** Seconds of silence before the first probe. */
  readonly time: Setting<number>;
  /** Seconds between probes that are not answered. */
  readonly interval: Setting<number>;
  /** Probes before the kernel gives up. */
  readonly probes: Setting<number>;
  /** States in which the socket has it; absent: all (some clients ask only while a connection lies idle). */
  readonly states?: readonly ConnectionState[];
}

/** Which kind of member of the silence set a limit is. */
export type LimitKind =
  | 'Heartbeat' // sends payload on a quiet connection
  | 'IdleEviction' // the pool closes a connection that is idle for that long
  | 'MaxLifetime' // the pool closes a connection of that age
  | 'OperationTimeout' // socket or statement timeout of an operation in progress
  | 'OperationDeadline' // nothing outlives it: a Job's deadline, a watch's own limit
  | 'IdleLimit'; // the serving end's own limit: it closes an idle connection

/** A member of the silence set, at its nominal value and with what its enforcement adds at worst. */
export interface LimitModel {
  readonly kind: LimitKind;
  readonly seconds: Setting<Seconds>;
  /** Seconds that a sweep, a check interval or jitter adds at worst. */
  readonly extraSeconds: Setting<number>;
  /** `Background`: acts by itself. `OnBorrow`: only when the connection is taken for use (lazy). `None`: nothing enforces it. */
  readonly enforced: 'Background' | 'OnBorrow' | 'None';
  /** States of the connection in which it acts. */
  readonly states: readonly ConnectionState[];
  /** `RoundTrip`: closing waits for an answer of the peer, and hangs where the path is dead. */
  readonly closing: 'Local' | 'RoundTrip';
  /** Set where the member is configured and yet bounds nothing (a minimum that eviction spares, an evictor that never runs). */
  readonly inert?: { readonly reason: string; readonly setting?: Setting<unknown> };
  /** Id of the catalogue entry that contributes it. */
  readonly from: string;
}

/** Whether a client that lies idle learns of a close that arrives (FIN) before it sends the next request. */
export type NoticesClose = 'Always' | 'OnBorrow' | 'Never' | 'Fatal' | 'Unknown';

/** A client (driver, pool, server) of the catalogue that takes part in a connection. */
export interface ClientReference {
  readonly id: string;
  readonly version?: string;
  /** How it was recognised, in words, such as `URL scheme jdbc:postgresql`. */
  readonly recognisedBy: string;
}

/**
 * One end's behaviour on one connection: all that the model needs. Knows nothing of Kubernetes, files or HTTP.
 */
export interface ConnectionModel {
  /**
   * Recognised: its behaviour comes from the catalogue or a declaration. Not recognised: only the kernel's
   * keep-alive time is known, and `keepAlive.enabled` is Defaulted and assumed; where its connection string cannot
   * be seen, a heartbeat of unknown time stands for what that may say.
   */
  readonly recognised: boolean;
  /** Entries that act on it, the pool before the driver; empty for an unrecognised client. */
  readonly clients: readonly ClientReference[];
  readonly keepAlive: KeepAliveModel;
  /** The keep-alive that this client's settings make the far end use on its own side of the connection. */
  readonly asksPeer?: KeepAliveModel;
  readonly limits: readonly LimitModel[];
  readonly noticesClose: NoticesClose;
  /** Whether its connections wait for messages (LISTEN, subscribe, watch). */
  readonly listens: 'Never' | 'Always' | 'Sometimes';
  /** TCP_USER_TIMEOUT in seconds (tcp(7)), which ends a hang before retransmissions give up. */
  readonly userTimeout: Setting<Seconds>;
}
