import type { Beater, Box, Ending, Prober, World } from './simulation-world.ts';

/** What happened to something that was sent: it arrived, the network lost it, or a box no longer knew it. */
export type Fate =
  | { readonly kind: 'Arrived' }
  | { readonly kind: 'Lost' }
  | { readonly kind: 'Dropped' | 'Reset'; readonly by: string };

/** One thing that happens, in milliseconds since the last packet. */
export type SimulatedEvent =
  | { readonly at: number; readonly what: 'Forgot' | 'Closed'; readonly box: Box }
  | {
      readonly at: number;
      readonly what: 'Probe' | 'Heartbeat';
      readonly from: string;
      readonly direction: 'Outward' | 'Inward';
      readonly stretch: number;
      readonly fate: Fate;
    }
  | { readonly at: number; readonly what: 'GaveUp'; readonly prober: Prober; readonly fate: Fate }
  | { readonly at: number; readonly what: 'Ended'; readonly ending: Ending };

/** What a run is told. */
export interface RunOptions {
  /** Milliseconds. */
  readonly until: number;
  /** Bound on what is worked through, for settings that repeat something every millisecond for years. */
  readonly maxEvents: number;
  /** Says whether to go on. */
  readonly onEvent: (event: SimulatedEvent) => 'Continue' | 'Stop';
  /** When a box goes if several things are due at the same moment. */
  readonly turnOf: (box: Box) => Turn;
}

/** `First` before what is sent, `InTurn` after it, `Last` after all other boxes. */
export type Turn = 'First' | 'InTurn' | 'Last';

interface Due {
  readonly at: number;
  /** Among what is due at the same moment the lower goes first. */
  readonly turn: number;
  readonly act: () => readonly SimulatedEvent[];
}

/** Lets the world run from the last packet on, event by event, until told to stop or nothing is due before `until`. */
export function runWorld(world: World, options: RunOptions): void {
  for (let events = 0; events < options.maxEvents; events += 1) {
    const due = nextDue(world, options);
    if (due === undefined || due.at > options.until) return;
    for (const event of due.act()) {
      if (options.onEvent(event) === 'Stop') return;
    }
  }
}

const TURN = { First: 0, packet: 1, InTurn: 2, Last: 3 } as const;

function nextDue(world: World, options: RunOptions): Due | undefined {
  let next: Due | undefined;
  const offer = (at: number, turn: number, act: Due['act']): void => {
    if (at === Infinity) return;
    if (next === undefined || at < next.at || (at === next.at && turn < next.turn)) next = { at, turn, act };
  };
  for (const box of world.boxes) {
    if (!box.forgot) offer(box.lastHeard + box.timeout, TURN[options.turnOf(box)], () => expire(box));
  }
  for (const prober of world.probers) {
    if (!prober.gaveUp) offer(probeTime(prober), TURN.packet, () => probe(world, prober));
  }
  for (const beater of world.beaters) offer(beater.next, TURN.packet, () => beat(world, beater));
  for (const ending of world.endings) {
    if (!ending.over) offer(ending.at, TURN.packet, () => end(ending));
  }
  return next;
}

function end(ending: Ending): readonly SimulatedEvent[] {
  ending.over = true;
  return [{ at: ending.at, what: 'Ended', ending }];
}

function expire(box: Box): readonly SimulatedEvent[] {
  const at = box.lastHeard + box.timeout;
  box.forgot = true;
  return [{ at, what: box.onExpiry === 'Close' ? 'Closed' : 'Forgot', box }];
}

/**
 * Linux sends the first probe `idle` after the last that it received, further ones each `interval` after the last
 * unanswered one (net/ipv4/tcp_timer.c, tcp_keepalive_timer). A probe of the other end is an old segment: it is
 * answered, and does not count as received.
 */
function probeTime(prober: Prober): number {
  return prober.unanswered === 0 ? prober.lastReceived + prober.idle : prober.lastSent + prober.interval;
}

function probe(world: World, prober: Prober): readonly SimulatedEvent[] {
  const at = probeTime(prober);
  if (prober.unanswered >= prober.probes) {
    prober.gaveUp = true;
    return [{ at, what: 'GaveUp', prober, fate: sendProbe(world, prober, at) }];
  }
  prober.lastSent = at;
  const fate: Fate = prober.unanswered < prober.toLose ? { kind: 'Lost' } : sendProbe(world, prober, at);
  if (fate.kind === 'Arrived') {
    prober.lastReceived = at;
    prober.unanswered = 0;
  } else {
    prober.unanswered += 1;
    // A reset ends the connection for the end that receives it.
    prober.gaveUp = fate.kind === 'Reset';
  }
  const { name: from, direction, stretch } = prober;
  return [{ at, what: 'Probe', from, direction, stretch, fate }];
}

/** An empty segment crosses one stretch, and its answer comes back the same way. */
function sendProbe(world: World, prober: Prober, at: number): Fate {
  const boxes = world.boxes.filter((box) => box.stretch === prober.stretch && !box.isPeer);
  return cross(boxes, prober.direction, at, false);
}

/** Payload crosses the whole path; every kernel on the way has received something. */
function beat(world: World, beater: Beater): readonly SimulatedEvent[] {
  const at = beater.next;
  beater.next = at + beater.period;
  const fate = sendPayload(world, beater.direction, at);
  const { name: from, direction } = beater;
  return [{ at, what: 'Heartbeat', from, direction, stretch: 0, fate }];
}

/** Sends payload from one end of the path to the other. */
export function sendPayload(world: World, direction: 'Outward' | 'Inward', at: number): Fate {
  const fate = cross(world.boxes, direction, at, true);
  if (fate.kind === 'Arrived') {
    for (const prober of world.probers) {
      prober.lastReceived = at;
      prober.unanswered = 0;
    }
  }
  return fate;
}

function cross(boxes: readonly Box[], direction: 'Outward' | 'Inward', at: number, payload: boolean): Fate {
  const inOrder = direction === 'Outward' ? boxes : boxes.toReversed();
  for (const box of inOrder) {
    if (box.forgot) return { kind: box.onExpiry === 'Reset' ? 'Reset' : 'Dropped', by: box.name };
    if (payload || box.hears === 'Packets') box.lastHeard = at;
  }
  return { kind: 'Arrived' };
}
