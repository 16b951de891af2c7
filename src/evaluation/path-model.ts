import type { Setting } from '../extraction/setting.ts';

/** What becomes of the next packet once a hop has forgotten the connection. */
export type OnExpiry = 'Drop' | 'Reset' | 'Close' | 'DropOrReset';

/** A hop's idle timer. */
export type IdleTimer =
  | {
      readonly kind: 'Seconds';
      readonly seconds: number;
      readonly basis: 'Declared' | 'ReadFrom' | 'DeviceDefault';
      readonly source: string;
      /**
       * Set where the value is taken for granted, in words: the object that should declare the timeout does not
       * say it, so the device's default stands in. A verdict that rests on it is an assumption.
       */
      readonly assumption?: string;
    }
  | { readonly kind: 'None' }
  /** Nobody knows it; `atLeastSeconds` is what it is known to survive. */
  | { readonly kind: 'Unknown'; readonly atLeastSeconds?: number; readonly reason: string };

/** Keep-alive settings that a policy states for an end: all known. */
export interface StatedKeepAlive {
  readonly timeSeconds: number;
  readonly intervalSeconds: number;
  readonly probes: number;
}

/** One stateful device, with everything that the catalogue and the policy say of it. */
export interface HopModel {
  readonly name: string;
  readonly device?: string;
  /**
   * Its idle timer. More than one where a device's timers differ by protocol and the protocol is not known:
   * each is judged; if they disagree the verdict is Unknown.
   */
  readonly timers: readonly IdleTimer[];
  readonly onExpiry: OnExpiry;
  readonly refreshedBy: 'Packets' | 'Payload';
  readonly mode: 'Passthrough' | 'Terminate';
  /** Terminating hops: keep-alive of its own sockets; absent means off (its kernel sends nothing). */
  readonly towardWorkload?: StatedKeepAlive;
  readonly towardPeer?: StatedKeepAlive;
  /** Terminating hops: how long it keeps an idle connection to the workload for reuse (the Inbound race). */
  readonly reuseIdleSeconds?: number;
  readonly capacity?: {
    readonly newConnectionsPerSecond?: number;
    readonly maxEntries?: number;
    readonly bytesPerEntry?: number;
  };
}

/** The far end, as far as a policy states it. */
export interface PeerModel {
  readonly keepAlive?: StatedKeepAlive;
  readonly heartbeatSeconds?: number;
  readonly idleTimeoutSeconds?: number;
  readonly onIdle: 'Close' | 'Drop';
  readonly minimumPingIntervalSeconds?: number;
}

/** A policy's path with devices and references resolved: what the model judges against. */
export interface PathModel {
  readonly direction: 'Outbound' | 'Inbound';
  /** From the workload outward. */
  readonly hops: readonly HopModel[];
  readonly peer: PeerModel;
  /** Percent of the timeout, 0 to 90. */
  readonly marginPercent: number;
  /** Keep-alive probes whose loss must be survived, 0 to 10. */
  readonly lostProbes: number;
  /** Longest wait for an answer to expect; absent: in use is reported, not enforced. */
  readonly longestQuietOperationSeconds?: number;
  readonly keepAliveProof: 'Assume' | 'Require';
}

/** What of the workload as a whole bears on a connection. */
export interface WorkloadCircumstances {
  /** The kernel's keep-alive of the pod: decides for clients nobody recognises. */
  readonly podKeepAlive: {
    readonly time: Setting<number>;
    readonly interval: Setting<number>;
    readonly probes: Setting<number>;
  };
  readonly shortLived: boolean;
  readonly deadlineSeconds?: number;
  /** Names of settings nobody recognises that speak of the matter. */
  readonly unrecognisedSettings: readonly string[];
}
