import type { FindingCode } from './finding-codes.ts';
import type { ObjectReference, Place } from './place.ts';
import type { Basis, ConnectionState, Verdict } from './verdict.ts';

/** A value that bore on the verdict, and where it was read or which default was taken and why. */
export interface Evidence {
  /** The setting's name as its user writes it, such as `tcpKeepAlive` or `net.ipv4.tcp_keepalive_time`. */
  readonly name: string;
  /** The value as read or assumed; never a secret. */
  readonly value: string;
  /** `Read` from the manifest, `Default` documented, `Assumed`, or `Unknown`. */
  readonly origin: 'Read' | 'Default' | 'Assumed' | 'Unknown';
  /** Why this value holds, for what was not read. */
  readonly reason?: string;
  readonly place?: Place;
  /** This piece of evidence decided the number. */
  readonly decides?: boolean;
}

/** What the application feels, in seconds. `null` where no end can be given. */
export interface Consequence {
  /** What becomes of the next packet. `DropOrReset` where a device does either. */
  readonly onExpiry: 'Drop' | 'Reset' | 'Close' | 'DropOrReset';
  /** How long the next request hangs before it fails; 0 for an error at once; `null` for no limit known. */
  readonly hangSeconds: number | null;
  /** What ends the hang. */
  readonly endedBy:
    'Reset' | 'Close' | 'SocketTimeout' | 'UserTimeout' | 'Retransmissions' | 'KeepAlive' | 'Nothing';
}

/** One change that makes the verdict Protected: exact text, and where it goes. */
export interface Fix {
  /** Who makes the change. */
  readonly side: 'Workload' | 'Path' | 'Code' | 'Peer';
  /** One sentence: what to change. */
  readonly title: string;
  /** The exact text to add or to put in the old text's place. */
  readonly text: string;
  /** Where it goes; absent for a change outside the manifests. */
  readonly place?: Place;
  /** JSON patch (RFC 6902) on the workload, where the change is one. */
  readonly patch?: readonly PatchOperation[];
  /** What the change costs, or what must be true for it. */
  readonly note?: string;
}

/** An operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/**
 * One result about a user's configuration: data, not yet a sentence. Sentences are made in `report/`.
 * Never thrown.
 */
export interface Finding {
  readonly code: FindingCode;
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** The assumption in words, when the basis is one. */
  readonly assumption?: string;
  readonly policy?: ObjectReference;
  /** The hop that decided. `peer` for the far end's own limit. */
  readonly hop?: string;
  /** The leg, counted from the workload, from 1. */
  readonly leg?: number;
  readonly state?: ConnectionState;
  readonly client?: { readonly id: string; readonly version?: string };
  readonly container?: string;
  /** `host:port` as far as known. */
  readonly target?: string;
  /** Longest silence in seconds; `null` for unbounded; absent where silence is not the matter. */
  readonly silenceSeconds?: number | null;
  readonly idleTimeoutSeconds?: number;
  readonly evidence: readonly Evidence[];
  readonly consequence?: Consequence;
  readonly fixes: readonly Fix[];
  /** The line to look at first. */
  readonly place?: Place;
  /** Whether the policy enforces this state (`InUse` only with `longestQuietOperationSeconds`). */
  readonly enforced: boolean;
  /** The waiver that covers it. */
  readonly waiver?: { readonly reason: string; readonly until: string };
  /** What the sentence of this code needs beyond the fields above. */
  readonly details?: Readonly<Record<string, string | number>>;
}
