import { assumedKeepAlive } from './keep-alive-members.ts';
import type { VerdictReason } from './path-verdict.ts';
import { statedMember } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { ANY, millisecondsOf } from './span.ts';
import type { HopModel } from './path-model.ts';
import type { PlacedHop } from './split-legs.ts';

/**
 * What a client that nobody recognises may do unseen. On a hop that hears the pod's keep-alives, those decide, on
 * an assumption; on any other hop only payload could, which cannot be seen. A server is taken to close idle
 * connections as most servers do, nobody knows when, unless its pod sets a keep-alive time that comes too late for
 * this hop: then it is taken to rely on that.
 */
export function unseenMembers(situation: Situation, placed: PlacedHop): readonly Member[] {
  if (situation.connection.recognised) return [];
  const hears = hearsWorkload(placed);
  if (situation.path.direction === 'Inbound') {
    const late = hears && podSetsLate(situation, placed.hop);
    return [late ? assumedKeepAlive(situation) : UNSEEN_IDLE_LIMIT];
  }
  return hears ? [] : [UNSEEN_HEARTBEAT];
}

/** Most servers close idle connections by themselves; of one that nobody recognises it cannot be seen when. */
export const UNSEEN_IDLE_LIMIT = unseen('IdleLimit', 'idle limit of the server', 'ServerNotRecognised');

const UNSEEN_HEARTBEAT = unseen('Heartbeat', 'heartbeat of the client', 'HeartbeatNotVisible');

function hearsWorkload(placed: PlacedHop): boolean {
  return placed.hop.refreshedBy === 'Packets' && placed.leg.near === 'Workload';
}

/** Whether the pod itself sets a keep-alive time that is at or above every timeout that the hop may have. */
function podSetsLate(situation: Situation, hop: HopModel): boolean {
  const { time } = situation.circumstances.podKeepAlive;
  if (time.state !== 'Known' || hop.timers.length === 0) return false;
  const set = millisecondsOf(time.value);
  return hop.timers.every((timer) => timer.kind === 'Seconds' && set >= millisecondsOf(timer.seconds));
}

function unseen(kind: 'Heartbeat' | 'IdleLimit', name: string, reason: VerdictReason): Member {
  return { ...statedMember({ kind, name, from: 'pod' }, ANY), hidden: { name, reason } };
}
