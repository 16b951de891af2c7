import type { KeepAliveModel } from '../extraction/connection-model.ts';
import type { HopModel, StatedKeepAlive } from './path-model.ts';
import type { DecidingMember } from './path-verdict.ts';
import { describeMember, restOn, statedMember } from './silence-member.ts';
import type { Member } from './silence-member.ts';
import type { Situation } from './situation.ts';
import { after, exactly, millisecondsOf, NEVER, repeated, secondsOf, spanOf } from './span.ts';
import type { Span } from './span.ts';
import type { Leg, PlacedHop } from './split-legs.ts';

/**
 * The kernels' probes that a hop hears: those of both ends of its leg, and none where only payload refreshes it
 * (RFC 1122 section 4.2.3.6: a probe is an empty segment). Probes of one leg never reach the next.
 */
export function keepAliveMembers(situation: Situation, placed: PlacedHop): readonly Member[] {
  return placed.hop.refreshedBy === 'Payload' ? [] : keepAlivesOn(situation, placed.leg);
}

/** The probes on this path that the hop does not hear: sent in vain, as far as it is concerned. */
export function unheardKeepAlives(situation: Situation, placed: PlacedHop): readonly Member[] {
  const heard = placed.hop.refreshedBy === 'Payload' ? undefined : placed.leg;
  return situation.legs
    .filter((leg) => leg !== heard)
    .flatMap((leg) => keepAlivesOn(situation, leg))
    .filter((member) => member.plain.least < Infinity);
}

function keepAlivesOn(situation: Situation, leg: Leg): readonly Member[] {
  const lost = situation.path.lostProbes;
  const near =
    leg.near === 'Workload' ? workloadKeepAlive(situation) : hopKeepAlive(leg.near, 'towardPeer', lost);
  const far =
    leg.far === 'Peer'
      ? stated(situation.path.peer.keepAlive, lost, PEER)
      : hopKeepAlive(leg.far, 'towardWorkload', lost);
  return [...near, ...far];
}

const PEER: Pick<DecidingMember, 'kind' | 'name' | 'from'> = {
  kind: 'PeerKeepAlive',
  name: 'peer.keepAlive.timeSeconds',
  from: 'peer',
};

function hopKeepAlive(hop: HopModel, side: 'towardWorkload' | 'towardPeer', lost: number): readonly Member[] {
  return stated(hop[side], lost, {
    kind: 'HopKeepAlive',
    name: `keepAlive.${side}.timeSeconds`,
    from: hop.name,
  });
}

function stated(
  keepAlive: StatedKeepAlive | undefined,
  lostProbes: number,
  whose: Pick<DecidingMember, 'kind' | 'name' | 'from'>,
): readonly Member[] {
  if (keepAlive === undefined) return [];
  const plain = exactly(millisecondsOf(keepAlive.timeSeconds));
  const interval = exactly(millisecondsOf(keepAlive.intervalSeconds));
  return [statedMember(whose, plain, withLosses(plain, interval, lostProbes))];
}

/** After a lost probe the kernel sends the next one interval later (tcp(7), tcp_keepalive_intvl). */
function withLosses(first: Span, interval: Span, lostProbes: number): Span {
  return after(first, repeated(interval, lostProbes));
}

/** A server that nobody recognises is not taken to probe: see `unseenMembers`. */
function workloadKeepAlive(situation: Situation): readonly Member[] {
  const { connection, path } = situation;
  if (connection.recognised) {
    return [modelled(connection.keepAlive, connection.clients[0]?.id ?? 'workload', path.lostProbes)];
  }
  return path.direction === 'Outbound' ? [assumedKeepAlive(situation)] : [];
}

function modelled(keepAlive: KeepAliveModel, from: string, lostProbes: number): Member {
  const { enabled, time, interval } = keepAlive;
  const off = enabled.state !== 'Unknown' && !enabled.value;
  if (off) {
    const described = describeMember({ kind: 'KeepAlive', name: enabled.name, from }, NEVER);
    return { described, plain: NEVER, lossy: NEVER, ...restOn([enabled]) };
  }
  const whenOn = spanOf(time);
  const plain = enabled.state === 'Unknown' ? { least: whenOn.least, most: Infinity } : whenOn;
  return {
    described: describeMember({ kind: 'KeepAlive', name: time.name, from }, plain),
    plain,
    lossy: withLosses(plain, spanOf(interval), lostProbes),
    ...restOn([enabled, time], lostProbes === 0 ? [] : [interval]),
  };
}

/**
 * A client that nobody recognises: the kernel's time of its pod is taken as what its connections do, although a
 * sysctl does nothing for a socket that does not ask for probes.
 */
export function assumedKeepAlive(situation: Situation): Member {
  const { podKeepAlive: pod } = situation.circumstances;
  const { lostProbes } = situation.path;
  const whose = situation.path.direction === 'Outbound' ? 'client' : 'server';
  const plain = spanOf(pod.time);
  const seconds = secondsOf(plain.most);
  const value = seconds === null ? '' : `, ${seconds} s`;
  return {
    described: describeMember({ kind: 'KeepAlive', name: pod.time.name, from: 'pod' }, plain),
    plain,
    lossy: withLosses(plain, spanOf(pod.interval), lostProbes),
    ...restOn([pod.time], lostProbes === 0 ? [] : [pod.interval]),
    assumption: `the ${whose} is not recognised: its connections are taken to send keep-alives at the pod's ${pod.time.name}${value}`,
  };
}
