import type { LimitKind, LimitModel } from '../extraction/connection-model.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { DecidingMember } from './path-verdict.ts';
import { restOn, statedMember } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { after, exactly, millisecondsOf, secondsOf, spanOf } from './span.ts';

/** The limits of client, driver and pool that bound a silence in this state. */
export function limitMembers(situation: Situation): readonly Member[] {
  return situation.connection.limits
    .filter((limit) => bounds(limit, situation.state))
    .map((limit) => limitMember(limit));
}

/** Whether a limit bounds a silence at all: what nothing enforces does not, and what is spared does not. */
function bounds(limit: LimitModel, state: ConnectionState): boolean {
  if (limit.inert !== undefined || !limit.states.includes(state)) return false;
  if (limit.kind === 'OperationTimeout' && state === 'Pooled') return false;
  return actsInTime(limit, state);
}

/**
 * A lazy limit acts when the connection is taken for use: it bounds the silence before that use, unless its close
 * waits for an answer that never comes. A heartbeat that is sent only then is a validation, and breaks no silence.
 */
function actsInTime(limit: LimitModel, state: ConnectionState): boolean {
  if (limit.enforced !== 'OnBorrow') return limit.enforced === 'Background';
  return state === 'Pooled' && limit.closing === 'Local' && limit.kind !== 'Heartbeat';
}

function limitMember(limit: LimitModel): Member {
  const extra = spanOf(limit.extraSeconds);
  const span = after(spanOf(limit.seconds), extra);
  return {
    described: describe(limit, secondsOf(extra.most) ?? 0),
    plain: span,
    lossy: span,
    ...restOn([limit.seconds], [limit.extraSeconds]),
  };
}

/** A limit at its nominal value, for where the earliest that it acts is the matter. */
export function nominalMember(limit: LimitModel): Member {
  const span = spanOf(limit.seconds);
  return { described: describe(limit, 0), plain: span, lossy: span, ...restOn([limit.seconds]) };
}

function describe(limit: LimitModel, extraSeconds: number): DecidingMember {
  return {
    kind: limit.kind satisfies LimitKind & DecidingMember['kind'],
    name: limit.seconds.name,
    nominalSeconds: secondsOf(spanOf(limit.seconds).most),
    extraSeconds,
    lazy: limit.enforced === 'OnBorrow',
    from: limit.from,
  };
}

/** Whether a limit of that kind acts by itself at all, in whichever state. */
export function actsByItself(limit: LimitModel, kind: LimitKind): boolean {
  return limit.kind === kind && limit.inert === undefined && limit.enforced === 'Background';
}

/** What the policy states of the far end and of operations, and a Job's deadline, which nothing outlives. */
export function statedMembers(situation: Situation): readonly Member[] {
  const { path, circumstances, state } = situation;
  const { heartbeatSeconds } = path.peer;
  const { deadlineSeconds } = circumstances;
  const operation = state === 'Pooled' ? undefined : path.longestQuietOperationSeconds;
  return [
    ...ifStated({ kind: 'PeerHeartbeat', name: 'peer.heartbeatSeconds', from: 'peer' }, heartbeatSeconds),
    ...ifStated(
      { kind: 'OperationDeadline', name: 'activeDeadlineSeconds', from: 'workload' },
      deadlineSeconds,
    ),
    ...ifStated(
      { kind: 'LongestQuietOperation', name: 'longestQuietOperationSeconds', from: 'policy' },
      operation,
    ),
  ];
}

function ifStated(
  whose: Pick<DecidingMember, 'kind' | 'name' | 'from'>,
  seconds: number | undefined,
): readonly Member[] {
  return seconds === undefined ? [] : [statedMember(whose, exactly(millisecondsOf(seconds)))];
}
