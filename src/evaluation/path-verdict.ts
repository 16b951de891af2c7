import type { Basis, ConnectionState, Verdict } from '../findings/verdict.ts';
import type { OnExpiry } from './path-model.ts';

/** Which member of the silence set decided. */
export interface DecidingMember {
  readonly kind:
    | 'KeepAlive'
    | 'PeerKeepAlive'
    | 'HopKeepAlive'
    | 'Heartbeat'
    | 'PeerHeartbeat'
    | 'IdleEviction'
    | 'MaxLifetime'
    | 'OperationTimeout'
    | 'OperationDeadline'
    | 'LongestQuietOperation'
    | 'IdleLimit'
    | 'PeerIdleLimit'
    | 'HopClose'
    | 'Nothing';
  /** Setting or field name as its user writes it. */
  readonly name: string;
  /** Nominal seconds, without sweep or losses; `null` for nothing. */
  readonly nominalSeconds: number | null;
  /** Sweep or jitter included in the silence. */
  readonly extraSeconds: number;
  readonly lazy: boolean;
  /** Catalogue id, hop name, `peer`, `pod` (the kernel's keep-alive of an unrecognised client), `policy` or `workload`. */
  readonly from: string;
}

/** Why a verdict is what it is: one closed list, on which finding codes hang. */
export type VerdictReason =
  | 'Fits'
  | 'TooLate'
  | 'Unbounded'
  | 'WithinMargin'
  | 'LossesNotTolerated'
  | 'SettingUnknown'
  | 'TimerUnknown'
  | 'TimersDisagree'
  | 'HeartbeatNotVisible'
  | 'CloseNotNoticed'
  | 'CloseNoticeUnknown'
  | 'CloseNoticed'
  | 'OperationLost'
  | 'NoTimer'
  | 'ShortLived'
  | 'ServerNotRecognised'
  | 'ProofRequired'
  | 'UnrecognisedSetting'
  | 'ClosesBeforeProxy'
  | 'PingTooEager'
  | 'NothingToJudge';

/** What ends a hang. `KeepAlive`: the kernel gives up because its probes stay unanswered. */
export type HangEndedBy =
  'Reset' | 'Close' | 'SocketTimeout' | 'UserTimeout' | 'Retransmissions' | 'KeepAlive' | 'Nothing';

/** The verdict of one state of a connection at one hop. */
export interface HopVerdict {
  /** Hop name, or `peer` for the far end's own limit. */
  readonly hop: string;
  /** From 1, counted from the workload. */
  readonly leg: number;
  readonly state: ConnectionState;
  readonly verdict: Verdict;
  readonly basis: Basis;
  readonly assumption?: string;
  readonly reason: VerdictReason;
  /**
   * Longest silence that this hop sees, in seconds, losses not included; `null` for unbounded. Where a setting
   * is unknown: the longest it can be.
   */
  readonly silenceSeconds: number | null;
  /** The same with tolerated probe losses. */
  readonly silenceWithLossesSeconds: number | null;
  /** Timeout compared against; absent where there is none. */
  readonly idleTimeoutSeconds?: number;
  readonly onExpiry: OnExpiry;
  readonly refreshedBy: 'Packets' | 'Payload';
  readonly decidedBy: DecidingMember;
  /** Everything that could have spoken, also what is off or unknown (`nominalSeconds` null): for `why`. */
  readonly members: readonly DecidingMember[];
  /** Keep-alives that are on, or may be, and that this hop does not hear: of another leg, or because only payload refreshes it. */
  readonly unheard: readonly DecidingMember[];
  /** Whether the policy enforces this state. */
  readonly enforced: boolean;
  /**
   * Seconds the next request hangs; `null` for no known limit. In use and listening, where it is the far end that
   * speaks next: seconds of silence after which whoever waits learns that the connection is dead.
   */
  readonly hangSeconds: number | null;
  readonly hangEndedBy: HangEndedBy;
  /** The setting whose absence or invisibility made it Unknown or an assumption. */
  readonly missing?: string;
}

/** One leg of the path. */
export interface LegVerdict {
  readonly from: string;
  readonly to: string;
  readonly limitingHop?: string;
  readonly idleTimeoutSeconds?: number;
  readonly onExpiry?: OnExpiry;
  readonly refreshedBy?: 'Packets' | 'Payload';
}

/** The model's answer for one connection model on one path. */
export interface PathVerdict {
  /** Worst of the states that count: pooled (or listening), and in use where enforced. */
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** The hop verdict that decided. */
  readonly deciding?: HopVerdict;
  /** Every hop in every state, pooled first, near hops first. */
  readonly hops: readonly HopVerdict[];
  readonly legs: readonly LegVerdict[];
}
