import type { ConnectionState } from '../findings/verdict.ts';
import type { Fate } from './simulation-run.ts';

/** Somebody on the path, as a picture lines them up: the workload, the hops, the far end. */
export interface TimelineParty {
  readonly name: string;
  readonly kind: 'Workload' | 'Hop' | 'Peer';
}

/** What became of something that was sent. */
export type TimelineFate = Fate;

/** What is sent when the quiet time ends. */
export type SentPacket = 'Request' | 'Answer' | 'Message';

/** Why a connection is not used any more. */
export type QuietEnd = 'Evicted' | 'OperationTimedOut' | 'WorkloadEnds' | 'Discarded';

/** One line of the story. Seconds since the last packet. */
export type TimelineEvent =
  | { readonly kind: 'LastPacket'; readonly atSeconds: 0; readonly from: string; readonly to: string }
  | {
      readonly kind: 'Forgets' | 'Closes';
      readonly atSeconds: number;
      readonly who: string;
      /** The timer that ran out. */
      readonly afterSeconds: number;
    }
  | {
      readonly kind: 'Probe' | 'Heartbeat';
      readonly atSeconds: number;
      readonly from: string;
      readonly to: string;
      readonly fate: TimelineFate;
      /** How many like it this line stands for, the last at `untilSeconds`. */
      readonly times: number;
      readonly untilSeconds: number;
      /** Seconds from each to the next; 0 for one alone. */
      readonly everySeconds: number;
      /** It follows others of its kind with the same fate. */
      readonly further: boolean;
    }
  | {
      readonly kind: 'GivesUp';
      readonly atSeconds: number;
      readonly who: string;
      readonly probes: number;
    }
  | {
      readonly kind: 'Ends';
      readonly atSeconds: number;
      readonly who: string;
      readonly how: QuietEnd;
      /** The setting that ends it. */
      readonly setting: string;
    }
  | {
      readonly kind: 'Sends';
      readonly atSeconds: number;
      readonly what: SentPacket;
      readonly from: string;
      readonly to: string;
      readonly fate: TimelineFate;
    }
  | {
      readonly kind: 'Fails';
      readonly atSeconds: number;
      readonly who: string;
      readonly afterSeconds: number;
      readonly because: 'Reset' | 'SocketTimeout' | 'UserTimeout' | 'Retransmissions';
    }
  /** Whoever waits is told by nobody, and goes on waiting. */
  | { readonly kind: 'WaitsOn'; readonly atSeconds: number; readonly who: string };

/** What happens to a connection that falls silent, as data. */
export interface Timeline {
  readonly state: ConnectionState;
  readonly parties: readonly TimelineParty[];
  readonly events: readonly TimelineEvent[];
  /** Cut short, because something repeats too often to be told to the end. */
  readonly truncated: boolean;
}
