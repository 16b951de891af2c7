import { actsByItself } from './limit-members.ts';
import type { StatedKeepAlive } from './path-model.ts';
import type { HangEndedBy } from './path-verdict.ts';
import type { Situation } from './situation.ts';
import { after, millisecondsOf, secondsOf, spanOf } from './span.ts';
import type { PlacedHop } from './split-legs.ts';

/** How long the next request hangs, in seconds, and what ends it. */
export interface Hang {
  readonly hangSeconds: number | null;
  readonly hangEndedBy: HangEndedBy;
}

interface Ending {
  readonly by: HangEndedBy;
  /** Milliseconds; `Infinity` for never. */
  readonly after: number;
}

/**
 * Until retransmissions give up at tcp_retries2 = 15, the default: 200 ms doubled up to 120 s, sixteen waits
 * (Documentation/networking/ip-sysctl.rst, tcp_retries2: 924.6 s).
 */
const RETRANSMISSIONS: Ending = { by: 'Retransmissions', after: 924_600 };

const NEVER_ENDS: Ending = { by: 'Nothing', after: Infinity };

/**
 * What the application feels once this hop no longer knows the connection. A pooled connection carries the next
 * request. On one that is in use or listening it is the far end that speaks next: whoever waits has nothing in
 * flight that could fail, and learns it from a timeout of its own or from its kernel's probes, or never.
 */
export function tellConsequence(situation: Situation, placed: PlacedHop): Hang {
  const ending = endingOf(situation, placed);
  return { hangSeconds: secondsOf(ending.after), hangEndedBy: ending.by };
}

function endingOf(situation: Situation, placed: PlacedHop): Ending {
  const { onExpiry } = placed.hop;
  if (onExpiry === 'Close') return { by: 'Close', after: 0 };
  const answered = onExpiry === 'Reset';
  return situation.state === 'Pooled'
    ? whenSendingFails(situation, placed, answered)
    : whenWaitingEnds(situation, placed, answered);
}

function firstOf(endings: readonly Ending[]): Ending {
  let first = NEVER_ENDS;
  for (const ending of endings) {
    if (ending.after < first.after) first = ending;
  }
  return first;
}

/** Inbound it is the far end that asks, whose timeouts nobody knows. */
function whenSendingFails(situation: Situation, placed: PlacedHop, answered: boolean): Ending {
  if (answered) return { by: 'Reset', after: 0 };
  if (situation.path.direction === 'Inbound') return RETRANSMISSIONS;
  return firstOf([...socketTimeouts(situation), ...userTimeout(situation, placed), RETRANSMISSIONS]);
}

/** A request on a pooled connection is an operation: the timeouts of those in use bound it. */
function socketTimeouts(situation: Situation): readonly Ending[] {
  const state = situation.state === 'Pooled' ? 'InUse' : situation.state;
  return situation.connection.limits
    .filter((limit) => limit.kind === 'OperationTimeout' && limit.states.includes(state))
    .filter((limit) => limit.inert === undefined && limit.enforced !== 'None')
    .map((limit) => ({
      by: 'SocketTimeout',
      after: after(spanOf(limit.seconds), spanOf(limit.extraSeconds)).most,
    }));
}

/** TCP_USER_TIMEOUT (tcp(7)) bounds the wait for an acknowledgement; a proxy acknowledges, so it ends with its leg. */
function userTimeout(situation: Situation, placed: PlacedHop): readonly Ending[] {
  if (placed.leg.near !== 'Workload') return [];
  return [{ by: 'UserTimeout', after: spanOf(situation.connection.userTimeout).most }];
}

/** Counted from the last packet, like the probes. Inbound it is the far end that waits. */
function whenWaitingEnds(situation: Situation, placed: PlacedHop, answered: boolean): Ending {
  if (situation.path.direction === 'Inbound') return NEVER_ENDS;
  return firstOf([
    ...socketTimeouts(situation),
    ...unansweredProbes(situation, placed, answered),
    ...unansweredHeartbeats(situation, placed, answered),
  ]);
}

function unansweredHeartbeats(situation: Situation, placed: PlacedHop, answered: boolean): readonly Ending[] {
  const failing = whenSendingFails(situation, placed, answered);
  return situation.connection.limits
    .filter((limit) => actsByItself(limit, 'Heartbeat') && limit.states.includes(situation.state))
    .map((limit) => ({ by: failing.by, after: spanOf(limit.seconds).most + failing.after }));
}

/** The probes of the near end of the hop's leg: a reset answers the first; after the last unanswered the kernel gives up. */
function unansweredProbes(situation: Situation, placed: PlacedHop, answered: boolean): readonly Ending[] {
  const { near } = placed.leg;
  const probes = near === 'Workload' ? workloadProbes(situation) : statedProbes(near.towardPeer);
  if (probes === undefined) return [];
  return [answered ? { by: 'Reset', after: probes.first } : probes.givenUp];
}

interface Probes {
  readonly first: number;
  readonly givenUp: Ending;
}

function statedProbes(stated: StatedKeepAlive | undefined): Probes | undefined {
  if (stated === undefined) return undefined;
  const first = millisecondsOf(stated.timeSeconds);
  const waits = millisecondsOf(stated.intervalSeconds) * stated.probes;
  return { first, givenUp: { by: 'KeepAlive', after: first + waits } };
}

function workloadProbes(situation: Situation): Probes | undefined {
  const { keepAlive, recognised, userTimeout: bound } = situation.connection;
  const { enabled, time, interval, probes } = keepAlive;
  const on = recognised && enabled.state !== 'Unknown' && enabled.value;
  if (!on || probes.state === 'Unknown') return undefined;
  const first = spanOf(time).most;
  const step = spanOf(interval).most;
  const bounded = spanOf(bound).most;
  if (bounded === Infinity) {
    return { first, givenUp: { by: 'KeepAlive', after: first + step * probes.value } };
  }
  // With TCP_USER_TIMEOUT the kernel counts no probes: it gives up when one is due after that time (tcp_timer.c).
  return { first, givenUp: { by: 'UserTimeout', after: firstDueAfter(first, step, bounded) } };
}

function firstDueAfter(first: number, step: number, bound: number): number {
  if (step === 0) return Math.max(first, bound);
  const further = Math.max(0, Math.ceil((bound - first) / step) - 1);
  return first + step + further * step;
}
