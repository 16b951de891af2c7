import { actsByItself } from './limit-members.ts';
import type { HangEndedBy } from './path-verdict.ts';
import type { Situation } from './situation.ts';
import { after, exactly, millisecondsOf, secondsOf, spanOf } from './span.ts';
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

/** What the application feels once this hop no longer knows the connection. */
export function tellConsequence(situation: Situation, placed: PlacedHop): Hang {
  const { onExpiry } = placed.hop;
  if (onExpiry === 'Close') return { hangSeconds: 0, hangEndedBy: 'Close' };
  const answered = onExpiry === 'Reset';
  const ending =
    situation.state === 'Listening'
      ? whenListenerNotices(situation, placed, answered)
      : whenRequestFails(situation, placed, answered);
  return { hangSeconds: secondsOf(ending.after), hangEndedBy: ending.by };
}

function firstOf(endings: readonly Ending[]): Ending {
  let first = NEVER_ENDS;
  for (const ending of endings) {
    if (ending.after < first.after) first = ending;
  }
  return first;
}

/** Inbound it is the far end that asks, whose timeouts nobody knows. */
function whenRequestFails(situation: Situation, placed: PlacedHop, answered: boolean): Ending {
  if (answered) return { by: 'Reset', after: 0 };
  if (situation.path.direction === 'Inbound') return RETRANSMISSIONS;
  return firstOf([...socketTimeouts(situation), ...userTimeout(situation, placed), RETRANSMISSIONS]);
}

function socketTimeouts(situation: Situation): readonly Ending[] {
  return situation.connection.limits
    .filter(
      (limit) => limit.kind === 'OperationTimeout' && limit.inert === undefined && limit.enforced !== 'None',
    )
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

/**
 * Who only listens sends nothing and so learns nothing, unless the kernel's probes stay unanswered (or are answered
 * with a reset), or its own heartbeat does.
 */
function whenListenerNotices(situation: Situation, placed: PlacedHop, answered: boolean): Ending {
  const probes = listenerProbes(situation, placed);
  const probing =
    probes === undefined
      ? NEVER_ENDS
      : answered
        ? { by: 'Reset' as const, after: probes.first }
        : probes.givenUp;
  return firstOf([probing, ...unansweredHeartbeats(situation, placed, answered)]);
}

function unansweredHeartbeats(situation: Situation, placed: PlacedHop, answered: boolean): readonly Ending[] {
  const failing = whenRequestFails(situation, placed, answered);
  return situation.connection.limits
    .filter((limit) => actsByItself(limit, 'Heartbeat') && limit.states.includes('Listening'))
    .map((limit) => ({ by: failing.by, after: spanOf(limit.seconds).most + failing.after }));
}

interface Probes {
  readonly first: number;
  readonly givenUp: Ending;
}

/** The probes of the near end of the hop's leg: after the last unanswered one the kernel gives up. */
function listenerProbes(situation: Situation, placed: PlacedHop): Probes | undefined {
  const { near } = placed.leg;
  if (near === 'Workload') return workloadProbes(situation);
  const stated = near.towardPeer;
  if (stated === undefined) return undefined;
  const first = millisecondsOf(stated.timeSeconds);
  const rest = millisecondsOf(stated.intervalSeconds) * stated.probes;
  return { first, givenUp: { by: 'KeepAlive', after: first + rest } };
}

function workloadProbes(situation: Situation): Probes | undefined {
  const { keepAlive, recognised, userTimeout: limit } = situation.connection;
  const { enabled, time, interval, probes } = keepAlive;
  if (!recognised || enabled.state === 'Unknown' || !enabled.value || probes.state === 'Unknown')
    return undefined;
  const first = spanOf(time).most;
  const step = spanOf(interval).most;
  const limited = spanOf(limit).most;
  if (limited === Infinity)
    return { first, givenUp: { by: 'KeepAlive', after: first + step * probes.value } };
  // With TCP_USER_TIMEOUT the kernel no longer counts probes: it gives up at the first due one after that time.
  const waits = Math.max(1, Math.ceil((limited - first) / step));
  return { first, givenUp: { by: 'UserTimeout', after: after(exactly(first), exactly(step * waits)).most } };
}
