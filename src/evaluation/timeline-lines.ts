import type { SimulatedEvent } from './simulation-run.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** Names of the two ends of each stretch. */
export type StretchNames = readonly { readonly near: string; readonly far: string }[];

/** Turns what happened into lines, and many of the same kind into two: the first, and the rest. */
export function summariseEvents(
  recorded: readonly SimulatedEvent[],
  names: StretchNames,
): readonly TimelineEvent[] {
  const lines: TimelineEvent[] = [];
  const told = new Set<string>();
  let open = new Map<string, number>();
  for (const event of recorded) {
    if (!isByClock(event)) {
      open = new Map();
      lines.push(...landmark(event));
      continue;
    }
    const key = `${event.what} ${event.from} ${event.direction} ${event.stretch} ${event.fate.kind}`;
    const index = open.get(key);
    const joined = index === undefined ? undefined : join(lines[index], event.at);
    if (index !== undefined && joined !== undefined) {
      lines[index] = joined;
      continue;
    }
    open.set(key, lines.length);
    lines.push(sentByClock(event, names, told.has(key)));
    told.add(key);
  }
  return lines;
}

type ClockEvent = Extract<SimulatedEvent, { what: 'Probe' | 'Heartbeat' }>;

function sentByClock(event: ClockEvent, names: StretchNames, further: boolean): TimelineEvent {
  const ends =
    event.what === 'Heartbeat'
      ? { near: 'workload', far: 'peer' }
      : (names[event.stretch] ?? { near: '', far: '' });
  const outward = event.direction === 'Outward';
  return {
    kind: event.what,
    atSeconds: event.at / 1000,
    from: outward ? ends.near : ends.far,
    to: outward ? ends.far : ends.near,
    fate: event.fate,
    times: 1,
    untilSeconds: event.at / 1000,
    everySeconds: 0,
    further,
  };
}

/** The first of a kind keeps its own line; from the third on they join the second's. */
function join(line: TimelineEvent | undefined, at: number): TimelineEvent | undefined {
  if (line === undefined || (line.kind !== 'Probe' && line.kind !== 'Heartbeat') || !line.further)
    return undefined;
  const every = at / 1000 - line.untilSeconds;
  if (line.times > 1 && Math.abs(every - line.everySeconds) > 0.0005) return undefined;
  return { ...line, times: line.times + 1, untilSeconds: at / 1000, everySeconds: every };
}

function isByClock(event: SimulatedEvent): event is ClockEvent {
  return event.what === 'Probe' || event.what === 'Heartbeat';
}

function landmark(event: Exclude<SimulatedEvent, ClockEvent>): readonly TimelineEvent[] {
  const atSeconds = event.at / 1000;
  if (event.what === 'GaveUp') {
    return [{ kind: 'GivesUp', atSeconds, who: event.prober.name, probes: event.prober.probes }];
  }
  if (event.what === 'Ended') {
    const { what: how, name: setting } = event.ending;
    return how === 'Answered' ? [] : [{ kind: 'Ends', atSeconds, who: 'workload', how, setting }];
  }
  const kind = event.what === 'Forgot' ? 'Forgets' : 'Closes';
  return [{ kind, atSeconds, who: event.box.name, afterSeconds: event.box.timeout / 1000 }];
}
