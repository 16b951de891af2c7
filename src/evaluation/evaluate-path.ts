import type { ConnectionModel } from '../extraction/connection-model.ts';
import { compareVerdicts } from '../findings/verdict.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import { judgeHop } from './judge-hop.ts';
import { judgePings } from './judge-pings.ts';
import { judgeReuse } from './judge-reuse.ts';
import type { PathModel, WorkloadCircumstances } from './path-model.ts';
import type { HopVerdict, PathVerdict } from './path-verdict.ts';
import { describeDecider } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { placeHops, splitLegs, summariseLegs } from './split-legs.ts';

/**
 * Judges one connection on one path: the longest silence that each hop sees against its idle timeout, in the state
 * in which the connection is used and in use. Pure: the same input gives the same answer.
 *
 * @param use `Listening` for connections that wait for messages, `Pooled` for all others
 */
export function evaluatePath(
  connection: ConnectionModel,
  path: PathModel,
  use: 'Pooled' | 'Listening',
  circumstances: WorkloadCircumstances,
): PathVerdict {
  const legs = splitLegs(path);
  const all = placeHops(path, legs);
  const situationIn = (state: ConnectionState): Situation => ({
    connection,
    path,
    circumstances,
    state,
    legs,
    placed: all.filter((placed) => !(state === 'InUse' && placed.isPeer && placed.hop.onExpiry === 'Close')),
  });
  const idle = situationIn(use);
  const inUse = situationIn('InUse');
  const judged = [
    ...idle.placed.map((placed) => judgeHop(idle, placed)),
    ...[judgeReuse(idle), judgePings(idle)].filter((verdict) => verdict !== undefined),
    ...inUse.placed.map((placed) => judgeHop(inUse, placed)),
  ];
  const hops = judged.length === 0 ? [nothingToJudge(use)] : judged;
  // What is judged in use is judged in the state of use as well, which is always enforced: there is one to decide.
  const deciding = hops.filter((verdict) => verdict.enforced).reduce(theOneThatDecides);
  return {
    verdict: deciding.verdict,
    basis: deciding.basis,
    deciding,
    hops,
    legs: summariseLegs(legs, all),
  };
}

/** The worst decides; among equals the one that is surest of a risk or least sure of a protection, then the tightest. */
function theOneThatDecides(first: HopVerdict, next: HopVerdict): HopVerdict {
  const order = compareVerdicts(next.verdict, first.verdict);
  if (order < 0) return next;
  return order === 0 && precedes(next, first) ? next : first;
}

function precedes(next: HopVerdict, first: HopVerdict): boolean {
  if (next.basis !== first.basis) {
    return next.basis === (next.verdict === 'Protected' ? 'Assumption' : 'Evidence');
  }
  return next.state === first.state && timeoutOf(next) < timeoutOf(first);
}

function timeoutOf(verdict: HopVerdict): number {
  return verdict.idleTimeoutSeconds ?? Infinity;
}

/** Nothing on the path ends a silent connection. */
function nothingToJudge(state: ConnectionState): HopVerdict {
  return {
    hop: 'peer',
    leg: 1,
    state,
    verdict: 'Protected',
    basis: 'Evidence',
    reason: 'NothingToJudge',
    silenceSeconds: null,
    silenceWithLossesSeconds: null,
    onExpiry: 'Drop',
    refreshedBy: 'Packets',
    decidedBy: describeDecider(undefined),
    members: [],
    unheard: [],
    enforced: true,
    hangSeconds: null,
    hangEndedBy: 'Nothing',
  };
}
