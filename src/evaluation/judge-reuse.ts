import type { HopModel } from './path-model.ts';
import type { Judgement } from './judge-silence.ts';
import { actsByItself, nominalMember } from './limit-members.ts';
import type { HopVerdict, VerdictReason } from './path-verdict.ts';
import { assumptionsOf, describeDecider, firstHidden, firstToAct, silenceOf } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { millisecondsOf, secondsOf } from './span.ts';
import { UNSEEN_IDLE_LIMIT } from './unseen-members.ts';
import { weigh } from './weigh-basis.ts';

/**
 * The inequality turned round: a proxy that reuses its idle connections must give them up before the server closes
 * them, or it sends a request into a connection that is just closing (502). The proxy next to the workload counts:
 * those behind it reuse connections of their own legs. The server's earliest close counts, so without its sweep.
 */
export function judgeReuse(situation: Situation): HopVerdict | undefined {
  const { path, state } = situation;
  if (path.direction !== 'Inbound' || state !== 'Pooled') return undefined;
  const proxy = path.hops.find((hop) => hop.mode === 'Terminate');
  return proxy?.reuseIdleSeconds === undefined
    ? undefined
    : judgeProxy(situation, proxy, proxy.reuseIdleSeconds);
}

function judgeProxy(situation: Situation, proxy: HopModel, reuseIdleSeconds: number): HopVerdict {
  const members = idleLimits(situation);
  const decider = firstToAct(members);
  const judgement = judgeRace(members, millisecondsOf(reuseIdleSeconds), situation.path.marginPercent);
  const closes = secondsOf(silenceOf(members).plain.most);
  return {
    hop: proxy.name,
    leg: 1,
    state: 'Pooled',
    ...weigh(situation, judgement, {
      assumptions: assumptionsOf(members),
      given: decider?.given === true,
    }),
    silenceSeconds: closes,
    silenceWithLossesSeconds: closes,
    idleTimeoutSeconds: reuseIdleSeconds,
    onExpiry: 'Close',
    refreshedBy: 'Payload',
    decidedBy: describeDecider(decider),
    members: members.map((member) => member.described),
    unheard: [],
    enforced: true,
    hangSeconds: 0,
    hangEndedBy: 'Reset',
  };
}

function idleLimits(situation: Situation): readonly Member[] {
  const { limits, recognised } = situation.connection;
  const members = limits
    .filter((limit) => actsByItself(limit, 'IdleLimit') && limit.states.includes('Pooled'))
    .map(nominalMember);
  return recognised ? members : [...members, UNSEEN_IDLE_LIMIT];
}

function judgeRace(members: readonly Member[], reuse: number, marginPercent: number): Judgement {
  const closes = silenceOf(members).plain;
  const earliest = raceAt(closes.least, reuse, marginPercent);
  if (raceAt(closes.most, reuse, marginPercent).verdict === earliest.verdict) {
    return { ...earliest, timeout: reuse };
  }
  const { reason, name: missing } = firstHidden(members);
  return { verdict: 'Unknown', reason, timeout: reuse, missing };
}

/** Here the margin lies above the proxy's time. */
function raceAt(
  closes: number,
  reuse: number,
  marginPercent: number,
): { verdict: Judgement['verdict']; reason: VerdictReason } {
  if (closes <= reuse) return { verdict: 'AtRisk', reason: 'ClosesBeforeProxy' };
  return closes * 100 < reuse * (100 + marginPercent)
    ? { verdict: 'Marginal', reason: 'WithinMargin' }
    : { verdict: 'Protected', reason: 'Fits' };
}
