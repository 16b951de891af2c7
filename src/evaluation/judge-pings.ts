import type { Judgement } from './judge-silence.ts';
import { actsByItself, nominalMember } from './limit-members.ts';
import type { HopVerdict } from './path-verdict.ts';
import { assumptionsOf, describeDecider, firstHidden, firstToAct, silenceOf } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { millisecondsOf, secondsOf } from './span.ts';
import { weigh } from './weigh-basis.ts';

/**
 * Too eager is wrong too: some servers punish pings that come more often than they allow (gRPC answers with
 * ENHANCE_YOUR_CALM, `too_many_pings`). Judged with and without hops.
 */
export function judgePings(situation: Situation): HopVerdict | undefined {
  const { path, connection, state } = situation;
  const minimum = path.peer.minimumPingIntervalSeconds;
  if (minimum === undefined) return undefined;
  const pings = connection.limits.filter((limit) => actsByItself(limit, 'Heartbeat')).map(nominalMember);
  const quickest = firstToAct(pings);
  const interval = secondsOf(silenceOf(pings).plain.most);
  const unseen = connection.recognised ? [] : ['the client is not recognised: it is taken to send no pings'];
  return {
    hop: 'peer',
    leg: path.hops.filter((hop) => hop.mode === 'Terminate').length + 1,
    state,
    ...weigh(situation, judgeInterval(pings, millisecondsOf(minimum)), {
      assumptions: [...assumptionsOf(pings), ...unseen],
      given: quickest?.given === true,
    }),
    silenceSeconds: interval,
    silenceWithLossesSeconds: interval,
    onExpiry: 'Close',
    refreshedBy: 'Payload',
    decidedBy: describeDecider(quickest),
    members: pings.map((ping) => ping.described),
    unheard: [],
    enforced: true,
    hangSeconds: 0,
    hangEndedBy: 'Close',
  };
}

function judgeInterval(pings: readonly Member[], minimum: number): Judgement {
  const interval = silenceOf(pings).plain;
  if (interval.most < minimum) return { verdict: 'AtRisk', reason: 'PingTooEager' };
  if (interval.least >= minimum) return { verdict: 'Protected', reason: 'Fits' };
  const { reason, name: missing } = firstHidden(pings);
  return { verdict: 'Unknown', reason, missing };
}
