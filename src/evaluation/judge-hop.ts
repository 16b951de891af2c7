import { closeMembers, timerAssumption } from './close-members.ts';
import { closeAssumption, outcomeOf } from './judge-close.ts';
import { fits, judgeTimer } from './judge-silence.ts';
import type { Judgement, Measure, Outcome } from './judge-silence.ts';
import { keepAliveMembers, unheardKeepAlives } from './keep-alive-members.ts';
import { limitMembers, statedMembers } from './limit-members.ts';
import type { HopModel } from './path-model.ts';
import type { HopVerdict } from './path-verdict.ts';
import { describeDecider, firstHidden, firstToAct, silenceOf } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { secondsOf } from './span.ts';
import type { PlacedHop } from './split-legs.ts';
import { tellConsequence } from './tell-consequence.ts';
import { unseenMembers } from './unseen-members.ts';
import { weigh } from './weigh-basis.ts';
import type { Grounds } from './weigh-basis.ts';

/** Judges one hop, or the far end's own limit, by the silence that it sees in one state of the connection. */
export function judgeHop(situation: Situation, placed: PlacedHop): HopVerdict {
  const members = [
    ...keepAliveMembers(situation, placed),
    ...limitMembers(situation),
    ...statedMembers(situation),
    ...closeMembers(situation, placed),
    ...unseenMembers(situation, placed),
  ];
  const silence = silenceOf(members);
  const outcome = outcomeOf(situation, placed);
  const { marginPercent } = situation.path;
  const judgement = judgeTimers(placed.hop, {
    silence,
    outcome,
    marginPercent,
    hidden: firstHidden(members),
  });
  const weighed = weigh(situation, judgement, groundsOf(situation, placed, members, judgement, outcome));
  const timeout = judgement.timeout === undefined ? null : secondsOf(judgement.timeout);
  return {
    hop: placed.hop.name,
    leg: placed.leg.number,
    state: situation.state,
    ...weighed,
    silenceSeconds: secondsOf(silence.plain.most),
    silenceWithLossesSeconds: secondsOf(silence.lossy.most),
    ...(timeout === null ? {} : { idleTimeoutSeconds: timeout }),
    onExpiry: placed.hop.onExpiry,
    refreshedBy: placed.hop.refreshedBy,
    decidedBy: describeDecider(firstToAct(members)),
    members: members.map((member) => member.described),
    unheard: unheardKeepAlives(situation, placed).map((member) => member.described),
    enforced: situation.state !== 'InUse' || situation.path.longestQuietOperationSeconds !== undefined,
    ...tellConsequence(situation, placed),
  };
}

/** A hop whose timer depends on a protocol that is not known is judged for each; where they disagree, nobody knows. */
function judgeTimers(hop: HopModel, measure: Measure): Judgement {
  const unknown = { kind: 'Unknown', reason: 'the hop states no timer' } as const;
  let strictest = judgeTimer(hop.timers[0] ?? unknown, measure);
  for (const timer of hop.timers.slice(1)) {
    const other = judgeTimer(timer, measure);
    if (other.verdict !== strictest.verdict) return { verdict: 'Unknown', reason: 'TimersDisagree' };
    if (timeoutOf(other) < timeoutOf(strictest)) strictest = other;
  }
  return strictest;
}

function timeoutOf(judgement: Judgement): number {
  return judgement.timeout ?? Infinity;
}

function groundsOf(
  situation: Situation,
  placed: PlacedHop,
  members: readonly Member[],
  judgement: Judgement,
  outcome: Outcome,
): Grounds {
  const given = restsOnGiven(situation, members);
  const assumptions =
    judgement.verdict === 'Protected'
      ? protectedOn(situation, members, judgement)
      : couldBeBetter(situation, members, outcome);
  const pathAssumption = timerAssumption(placed.hop);
  return { assumptions, given, ...(pathAssumption === undefined ? {} : { pathAssumption }) };
}

/** For a client that nobody recognises the pod's own value counts; for others the member that decided. */
function restsOnGiven(situation: Situation, members: readonly Member[]): boolean {
  if (!situation.connection.recognised) return situation.circumstances.podKeepAlive.time.state === 'Known';
  return firstToAct(members)?.given === true;
}

/** What a protection takes for granted: nothing, if it stands without every member that is only assumed. */
function protectedOn(
  situation: Situation,
  members: readonly Member[],
  judgement: Judgement,
): readonly string[] {
  if (judgement.reason !== 'Fits' || judgement.timeout === undefined) return [];
  const certain = silenceOf(members.filter((member) => member.assumption === undefined));
  if (fits(certain.lossy.most, judgement.timeout, situation.path.marginPercent)) return [];
  const assumed = firstToAct(members.filter((member) => member.assumption !== undefined));
  return assumed?.assumption === undefined ? [] : [assumed.assumption];
}

/** What a risk takes for granted: that members which applications usually set in code are as their defaults. */
function couldBeBetter(
  situation: Situation,
  members: readonly Member[],
  outcome: Outcome,
): readonly string[] {
  const assumptions = members.flatMap((member) =>
    member.assumption === undefined || isOwnValue(situation, member) ? [] : [member.assumption],
  );
  const close = closeAssumption(situation, outcome);
  return close === undefined ? assumptions : [...assumptions, close];
}

/** The pod set the keep-alive time itself: what comes too late by it is late on evidence, unless it is a server. */
function isOwnValue(situation: Situation, member: Member): boolean {
  return !situation.connection.recognised && member.given && situation.path.direction === 'Outbound';
}
