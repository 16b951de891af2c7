import { keepAliveMembers } from './keep-alive-members.ts';
import type { HopModel } from './path-model.ts';
import { silenceOf, statedMember } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { NEVER } from './span.ts';
import type { Span } from './span.ts';
import { expiryOf } from './split-legs.ts';
import type { PlacedHop } from './split-legs.ts';

/**
 * Closes that arrive: the far end's own limit, and hops that close. Each ends the silence that the *other* hops
 * see; its FIN travels end to end, through terminating hops too. It is no member of its own set.
 */
export function closeMembers(situation: Situation, judged: PlacedHop): readonly Member[] {
  return situation.placed
    .filter((closer) => closer.hop.onExpiry === 'Close' && closer.hop !== judged.hop)
    .map((closer) => closeMember(situation, closer, judged));
}

function closeMember(situation: Situation, closer: PlacedHop, judged: PlacedHop): Member {
  const span = closesAfter(situation, closer, judged);
  const { hop, isPeer } = closer;
  const assumption = timerAssumption(hop);
  const whose = isPeer
    ? ({ kind: 'PeerIdleLimit', name: 'peer.idleTimeoutSeconds', from: 'peer' } as const)
    : ({ kind: 'HopClose', name: 'idleTimeoutSeconds', from: hop.name } as const);
  return {
    ...statedMember(whose, span),
    ...(assumption === undefined ? {} : { assumption }),
    ...(span.least === span.most ? {} : { hidden: { name: hop.name, reason: 'TimerUnknown' } }),
  };
}

/** What is taken for granted about a hop's timer. */
export function timerAssumption(hop: HopModel): string | undefined {
  for (const timer of hop.timers) {
    if (timer.kind === 'Seconds' && timer.assumption !== undefined) return timer.assumption;
  }
  return undefined;
}

/**
 * When the closer closes, counted from the last that the judged hop heard. Probes that refresh the closer and that
 * the judged hop does not hear (of another leg, or because only payload refreshes it) keep the closer waiting for
 * ever. They are taken without losses: a probe that arrives is the worse case here. Where probe and timer are due
 * at the same moment the probe may come first.
 */
function closesAfter(situation: Situation, closer: PlacedHop, judged: PlacedHop): Span {
  const expiry = expiryOf(closer.hop);
  const hears = judged.hop.refreshedBy === 'Packets' && judged.leg === closer.leg;
  if (hears) return expiry;
  const noise = silenceOf(keepAliveMembers(situation, closer)).plain;
  if (noise.most <= expiry.least) return NEVER;
  return noise.least > expiry.most ? expiry : { least: expiry.least, most: Infinity };
}
