import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { PathModel, WorkloadCircumstances } from './path-model.ts';
import { runWorld } from './simulation-run.ts';
import type { SimulatedEvent } from './simulation-run.ts';
import { buildWorld } from './simulation-world.ts';
import type { World } from './simulation-world.ts';
import type { Timeline, TimelineEvent, TimelineParty } from './timeline-event.ts';
import { summariseEvents } from './timeline-lines.ts';
import type { StretchNames } from './timeline-lines.ts';
import { useAgain } from './timeline-use.ts';

/** What a timeline may be told. */
export interface TimelineOptions {
  /** When the connection is used again; by default a round time after everything of interest has happened. */
  readonly useAfterSeconds?: number;
}

const MAX_EVENTS = 20_000;

/** Draws what happens on a path after the last packet. A setting that is unknown is taken as absent. */
export function drawTimeline(
  connection: ConnectionModel,
  path: PathModel,
  state: ConnectionState,
  circumstances: WorkloadCircumstances,
  options: TimelineOptions = {},
): Timeline {
  const world = buildWorld(connection, path, state, circumstances);
  const horizon = horizonOf(world);
  const use = options.useAfterSeconds === undefined ? roundUp(horizon) : options.useAfterSeconds * 1000;
  const stretches = nameStretches(path);
  const quiet = record(world, use, endsQuiet);
  const truncated = quiet.length >= MAX_EVENTS;
  const used = truncated ? [] : useAgain({ connection, path, state, world }, quiet.at(-1), use);
  const lost = used.some((event) => event.kind === 'Sends' && event.fate.kind !== 'Arrived');
  const waits = state !== 'Pooled' && path.direction === 'Outbound' && !quiet.some(tellsWorkload);
  const waiting = lost && waits ? waitOn(world, Math.max(horizon, use), stretches) : [];
  return {
    state,
    parties: partiesOf(path),
    events: [
      { kind: 'LastPacket', atSeconds: 0, from: 'workload', to: 'peer' },
      ...summariseEvents(quiet, stretches),
      ...[...used, ...waiting].sort((left, right) => left.atSeconds - right.atSeconds),
    ],
    truncated,
  };
}

function record(
  world: World,
  until: number,
  ends: (event: SimulatedEvent) => boolean,
): readonly SimulatedEvent[] {
  const recorded: SimulatedEvent[] = [];
  runWorld(world, {
    until,
    maxEvents: MAX_EVENTS,
    turnOf: (box) => (box.onExpiry === 'Close' ? 'InTurn' : 'First'),
    onEvent: (event) => {
      recorded.push(event);
      return ends(event) ? 'Stop' : 'Continue';
    },
  });
  return recorded;
}

/** The connection is closed, its quiet time over, or data is on its way that nobody answers. */
function endsQuiet(event: SimulatedEvent): boolean {
  if (event.what === 'Heartbeat') return event.fate.kind !== 'Arrived';
  return event.what === 'Closed' || event.what === 'Ended';
}

/** What the workload that waits for a lost answer goes through, until it learns of it or nothing more will happen. */
function waitOn(world: World, horizon: number, stretches: StretchNames): readonly TimelineEvent[] {
  const after = record(world, horizon, tellsWorkload);
  const lines = summariseEvents(after, stretches);
  const last = after.at(-1);
  if (last !== undefined && tellsWorkload(last)) return lines;
  return [...lines, { kind: 'WaitsOn', atSeconds: horizon / 1000, who: 'workload' }];
}

function tellsWorkload(event: SimulatedEvent): boolean {
  if (event.what === 'GaveUp') return event.prober.direction === 'Outward';
  if (event.what === 'Probe') return event.fate.kind === 'Reset' && event.direction === 'Outward';
  if (event.what === 'Ended') return event.ending.what !== 'Answered';
  return endsQuiet(event);
}

function partiesOf(path: PathModel): readonly TimelineParty[] {
  return [
    { name: 'workload', kind: 'Workload' },
    ...path.hops.map((hop): TimelineParty => ({ name: hop.name, kind: 'Hop' })),
    { name: 'peer', kind: 'Peer' },
  ];
}

function nameStretches(path: PathModel): StretchNames {
  const ends = path.hops.filter((hop) => hop.mode === 'Terminate').map((hop) => hop.name);
  return [...ends, 'peer'].map((far, index) => ({ near: ends[index - 1] ?? 'workload', far }));
}

/** By then every timer has run out once, what repeats has happened, and every kernel that will give up has. */
function horizonOf(world: World): number {
  const times = [
    ...world.boxes.map((box) => box.timeout),
    ...world.probers.map((prober) => prober.idle + prober.probes * prober.interval),
    ...world.beaters.map((beater) => beater.period),
    ...world.endings.map((ending) => ending.at),
    world.discardsAfter,
  ];
  return Math.max(0, ...times.filter((time) => time !== Infinity));
}

/** The next full hour, ten minutes, minute or ten seconds, whichever is the longest unit that has passed. */
function roundUp(time: number): number {
  const step = ROUND_TIMES.find((candidate) => time > candidate) ?? 1000;
  return (Math.floor(time / step) + 1) * step;
}

const ROUND_TIMES: readonly number[] = [3_600_000, 600_000, 60_000, 10_000];
