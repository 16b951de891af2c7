import type { ConnectionModel } from '../extraction/connection-model.ts';
import { worstVerdict } from '../findings/verdict.ts';
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
  const hops = [
    ...idle.placed.map((placed) => judgeHop(idle, placed)),
    ...[judgeReuse(idle), judgePings(idle)].filter((verdict) => verdict !== undefined),
    ...inUse.placed.map((placed) => judgeHop(inUse, placed)),
  ];
  if (hops.length === 0) hops.push(nothingToJudge(use));
  const deciding = decide(hops.filter((verdict) => verdict.enforced));
  return {
    verdict: deciding?.verdict ?? 'NotApplicable',
    basis: deciding?.basis ?? 'Evidence',
    ...(deciding === undefined ? {} : { deciding }),
    hops,
    legs: summariseLegs(legs, all),
  };
}

/** The worst decides; among equals the one that is surest of a risk or least sure of a protection, then the tightest. */
function decide(verdicts: readonly HopVerdict[]): HopVerdict | undefined {
  const worst = worstVerdict(verdicts.map((verdict) => verdict.verdict));
  const preferred = worst === 'Protected' ? 'Assumption' : 'Evidence';
  let deciding: HopVerdict | undefined;
  for (const candidate of verdicts) {
    if (candidate.verdict !== worst) continue;
    if (deciding === undefined || precedes(candidate, deciding, preferred)) deciding = candidate;
  }
  return deciding;
}

function precedes(left: HopVerdict, right: HopVerdict, preferred: HopVerdict['basis']): boolean {
  if (left.basis !== right.basis) return left.basis === preferred;
  if ((left.state === 'InUse') !== (right.state === 'InUse')) return right.state === 'InUse';
  return (left.idleTimeoutSeconds ?? Infinity) < (right.idleTimeoutSeconds ?? Infinity);
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
