import { ANY, earliest, exactly, millisecondsOf, NEVER } from './span.ts';
import type { Span } from './span.ts';
import type { HopModel, IdleTimer, PathModel, PeerModel } from './path-model.ts';
import type { LegVerdict } from './path-verdict.ts';

/** A hop in its place, or the far end's own idle limit, which is judged as a hop. */
export interface PlacedHop {
  readonly hop: HopModel;
  readonly leg: Leg;
  readonly isPeer: boolean;
}

/**
 * A stretch of the path between two ends that speak TCP with each other. A terminating hop ends a leg and starts
 * the next; with its own timer it belongs to the leg on the workload's side.
 */
export interface Leg {
  /** From 1, counted from the workload. */
  readonly number: number;
  readonly near: 'Workload' | HopModel;
  readonly far: 'Peer' | HopModel;
  readonly hops: readonly HopModel[];
}

/** The path's legs, near to far. There is always at least one. */
export function splitLegs(path: PathModel): readonly Leg[] {
  const legs: Leg[] = [];
  let near: Leg['near'] = 'Workload';
  let hops: HopModel[] = [];
  for (const hop of path.hops) {
    hops.push(hop);
    if (hop.mode !== 'Terminate') continue;
    legs.push({ number: legs.length + 1, near, far: hop, hops });
    near = hop;
    hops = [];
  }
  legs.push({ number: legs.length + 1, near, far: 'Peer', hops });
  return legs;
}

/** Everything on the path that may end a silent connection, near to far. */
export function placeHops(path: PathModel, legs: readonly Leg[]): readonly PlacedHop[] {
  const placed = legs.flatMap((leg) => leg.hops.map((hop): PlacedHop => ({ hop, leg, isPeer: false })));
  const peer = peerAsHop(path.peer);
  const last = legs.at(-1);
  if (peer !== undefined && last !== undefined) placed.push({ hop: peer, leg: last, isPeer: true });
  return placed;
}

/** The far end's own idle limit: it sees payload only, and it tells (`Close`) or it does not (`Drop`). */
function peerAsHop(peer: PeerModel): HopModel | undefined {
  if (peer.idleTimeoutSeconds === undefined) return undefined;
  const timer: IdleTimer = {
    kind: 'Seconds',
    seconds: peer.idleTimeoutSeconds,
    basis: 'Declared',
    source: 'peer.idleTimeoutSeconds',
  };
  return {
    name: 'peer',
    timers: [timer],
    onExpiry: peer.onIdle,
    refreshedBy: 'Payload',
    mode: 'Passthrough',
  };
}

/** When a hop's timer runs out, over all timers that it may have. */
export function expiryOf(hop: HopModel): Span {
  const spans = hop.timers.map(expiryOfTimer);
  if (spans.length === 0) return ANY;
  return { least: earliest(spans).least, most: Math.max(...spans.map((span) => span.most)) };
}

function expiryOfTimer(timer: IdleTimer): Span {
  if (timer.kind === 'None') return NEVER;
  return timer.kind === 'Seconds'
    ? exactly(millisecondsOf(timer.seconds))
    : { least: millisecondsOf(timer.atLeastSeconds ?? 0), most: Infinity };
}

/** What a policy's status says of each leg: its limiting hop is the one with the least timeout, the nearer on a tie. */
export function summariseLegs(legs: readonly Leg[], placed: readonly PlacedHop[]): readonly LegVerdict[] {
  return legs.map((leg) => {
    const ends = {
      from: leg.near === 'Workload' ? 'workload' : leg.near.name,
      to: leg.far === 'Peer' ? 'peer' : leg.far.name,
    };
    const limiting = limitingHop(placed.filter((one) => one.leg === leg && !closesItself(one)));
    return limiting === undefined ? ends : { ...ends, ...limiting };
  });
}

function closesItself(placed: PlacedHop): boolean {
  return placed.isPeer && placed.hop.onExpiry === 'Close';
}

function limitingHop(candidates: readonly PlacedHop[]): Omit<LegVerdict, 'from' | 'to'> | undefined {
  let limiting: { hop: HopModel; seconds: number } | undefined;
  for (const { hop } of candidates) {
    const seconds = leastKnownSeconds(hop);
    if (seconds < (limiting?.seconds ?? Infinity)) limiting = { hop, seconds };
  }
  if (limiting === undefined) return undefined;
  return {
    limitingHop: limiting.hop.name,
    idleTimeoutSeconds: limiting.seconds,
    onExpiry: limiting.hop.onExpiry,
    refreshedBy: limiting.hop.refreshedBy,
  };
}

function leastKnownSeconds(hop: HopModel): number {
  return Math.min(...hop.timers.map((timer) => (timer.kind === 'Seconds' ? timer.seconds : Infinity)));
}
