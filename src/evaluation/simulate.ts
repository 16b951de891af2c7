import type { ConnectionModel } from '../extraction/connection-model.ts';
import { worstVerdict } from '../findings/verdict.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { PathModel, WorkloadCircumstances } from './path-model.ts';
import { playPings, playReuse } from './simulate-eagerness.ts';
import type { SimulatedVerdict, Stage } from './simulate-eagerness.ts';
import { runWorld } from './simulation-run.ts';
import type { SimulatedEvent, Turn } from './simulation-run.ts';
import { buildWorld } from './simulation-world.ts';
import type { Box, World } from './simulation-world.ts';

/** One box in one state, as it went in the worst of the runs. */
export interface SimulatedHop {
  readonly hop: string;
  readonly state: ConnectionState;
  readonly verdict: SimulatedVerdict;
  /** Longest silence it sees, in seconds; `null` for unbounded. */
  readonly silenceSeconds: number | null;
  readonly silenceWithLossesSeconds: number | null;
}

/** What came out of simulating a connection on a path. */
export interface Simulation {
  /** The worst of the states that count. */
  readonly verdict: SimulatedVerdict;
  readonly hops: readonly SimulatedHop[];
  /** The states in which, with all boxes at work in one run and nothing lost, one forgets a connection still in use. */
  readonly dies: readonly ConnectionState[];
}

/**
 * Plays a connection on a path: lets it fall silent after a last packet and watches what each box does, once for
 * each choice that chance and timing leave. Every setting must be known; one that is not is taken as absent, and
 * of a hop with several timers the first holds.
 *
 * Independent of `evaluatePath`, which must come to the same verdict.
 */
export function simulatePath(
  connection: ConnectionModel,
  path: PathModel,
  use: 'Pooled' | 'Listening',
  circumstances: WorkloadCircumstances,
): Simulation {
  const stage: Stage = { connection, path, circumstances };
  const idle = simulateState(stage, use);
  const inUse = simulateState(stage, 'InUse');
  const counted = path.longestQuietOperationSeconds === undefined ? idle : [...idle, ...inUse];
  const verdicts = counted.map((hop) => hop.verdict);
  verdicts.push(playReuse(stage, use), playPings(stage));
  const worst = worstVerdict(verdicts);
  return {
    verdict: worst === 'AtRisk' || worst === 'Marginal' ? worst : 'Protected',
    hops: [...idle, ...inUse],
    dies: [use, 'InUse' as const].filter((state) => diesTogether(stage, state)),
  };
}

function simulateState(stage: Stage, state: ConnectionState): readonly SimulatedHop[] {
  const { boxes } = buildWorld(stage.connection, stage.path, state, stage.circumstances);
  return boxes.map((box, index) => {
    const silence = measure(stage, state, index, false);
    const withLosses = Math.max(silence, measure(stage, state, index, true));
    return {
      hop: box.name,
      state,
      verdict: playBox(stage, state, index),
      silenceSeconds: silence === Infinity ? null : silence / 1000,
      silenceWithLossesSeconds: withLosses === Infinity ? null : withLosses / 1000,
    };
  });
}

/** How a box ended a run, or that something else did. */
type Course = 'RanOut' | 'Spared';

/**
 * At risk: the timer runs out as it is, nothing lost, equal times going against the connection. Marginal: it runs
 * out once it is shorter by the margin, equal times going its way, or once probes are lost. Chance may lose probes
 * or not, whichever is worse: a lost probe can also let another box close in time.
 */
function playBox(stage: Stage, state: ConnectionState, index: number): SimulatedVerdict {
  const full = playCourse(stage, state, index, { margin: 0, losses: false, hasty: true });
  const box = buildWorld(stage.connection, stage.path, state, stage.circumstances).boxes[index];
  if (box === undefined || closeIsNoticed(stage, state, box)) return 'Protected';
  if (full === 'RanOut') return 'AtRisk';
  const margin = stage.path.marginPercent;
  const courses = [
    playCourse(stage, state, index, { margin, losses: false, hasty: false }),
    playCourse(stage, state, index, { margin, losses: true, hasty: false }),
    playCourse(stage, state, index, { margin: 0, losses: true, hasty: true }),
  ];
  return courses.includes('RanOut') ? 'Marginal' : 'Protected';
}

interface Choice {
  /** Percent by which the judged box is hastier than it says. */
  readonly margin: number;
  readonly losses: boolean;
  /** Whether the judged box goes first when several things are due at once. */
  readonly hasty: boolean;
}

function playCourse(stage: Stage, state: ConnectionState, index: number, choice: Choice): Course {
  const world = worldFor(stage, state, index, choice.losses, (timeout) =>
    timeout === Infinity ? Infinity : (timeout * (100 - choice.margin)) / 100,
  );
  const judged = world.boxes[index];
  if (judged === undefined) return 'Spared';
  let course: Course = 'Spared';
  const onEvent = (event: SimulatedEvent): 'Continue' | 'Stop' => {
    if ('box' in event && event.box === judged) course = courseAt(event.at, world, choice.hasty);
    return isOver(event) ? 'Stop' : 'Continue';
  };
  run(world, (box) => turnOf(box, judged, choice.hasty), onEvent);
  return course;
}

function turnOf(box: Box, judged: Box, hasty: boolean): Turn {
  if (box !== judged) return 'InTurn';
  return hasty ? 'First' : 'Last';
}

/** All boxes as they are, and equal times going against the connection. */
function diesTogether(stage: Stage, state: ConnectionState): boolean {
  const world = buildWorld(stage.connection, stage.path, state, stage.circumstances);
  let dies = false;
  const turn = (box: Box): Turn => (box.onExpiry === 'Close' ? 'InTurn' : 'First');
  run(world, turn, (event) => {
    if (event.what === 'Forgot') dies = courseAt(event.at, world, true) === 'RanOut';
    return isOver(event) ? 'Stop' : 'Continue';
  });
  return dies;
}

/** A connection that the pool throws away when it is asked for harms nobody. */
function courseAt(at: number, world: World, hasty: boolean): Course {
  const discarded = hasty ? world.discardsAfter < at : world.discardsAfter <= at;
  return discarded ? 'Spared' : 'RanOut';
}

/** Whether the quiet time is over: the connection is closed, dead, or used again. */
function isOver(event: SimulatedEvent): boolean {
  return (
    event.what === 'Forgot' || event.what === 'Closed' || event.what === 'Ended' || event.what === 'GaveUp'
  );
}

/** How long the judged box waits for the first sound, if it never loses patience. */
function measure(stage: Stage, state: ConnectionState, index: number, losses: boolean): number {
  const world = worldFor(stage, state, index, losses, () => Infinity);
  const judged = world.boxes[index];
  if (judged === undefined) return Infinity;
  let silence = world.discardsAfter;
  run(
    world,
    () => 'InTurn',
    (event) => {
      const heard = judged.lastHeard > 0 || (isOver(event) && event.what !== 'Forgot');
      if (heard) silence = Math.min(silence, event.at);
      return heard ? 'Stop' : 'Continue';
    },
  );
  return silence;
}

/**
 * A fresh world with one box under judgement. Boxes that forget without a word are judged one at a time: the others
 * keep what they know. Losses strike the stretch of the judged box.
 */
function worldFor(
  stage: Stage,
  state: ConnectionState,
  index: number,
  losses: boolean,
  timeoutOf: (timeout: number) => number,
): World {
  const world = buildWorld(stage.connection, stage.path, state, stage.circumstances);
  const judged = world.boxes[index];
  for (const prober of world.probers) {
    if (losses && prober.stretch === judged?.stretch) prober.toLose = stage.path.lostProbes;
  }
  const boxes = world.boxes.map((box, position) => {
    if (position === index) return { ...box, timeout: timeoutOf(box.timeout) };
    return box.onExpiry === 'Close' ? box : { ...box, timeout: Infinity };
  });
  return { ...world, boxes };
}

const MAX_EVENTS = 100_000;

function run(
  world: World,
  turns: (box: Box) => Turn,
  onEvent: (event: SimulatedEvent) => 'Continue' | 'Stop',
): void {
  runWorld(world, { until: horizonOf(world), maxEvents: MAX_EVENTS, turnOf: turns, onEvent });
}

/** Twice the time by which everything that repeats has happened once and every timer has run out once. */
function horizonOf(world: World): number {
  const times = [
    ...world.boxes.map((box) => box.timeout),
    ...world.probers.map((prober) => prober.idle + prober.toLose * prober.interval),
    ...world.beaters.map((beater) => beater.period),
    ...world.endings.map((ending) => ending.at),
  ];
  return 2 * Math.max(0, ...times.filter((time) => time !== Infinity)) + 1;
}

/** Whether whoever uses the connection next learns of the close first. */
function closeIsNoticed(stage: Stage, state: ConnectionState, box: Box): boolean {
  if (box.onExpiry !== 'Close' || state === 'InUse') return false;
  if (stage.path.direction === 'Inbound') return box.isPeer || box.terminates;
  const { noticesClose } = stage.connection;
  return noticesClose === 'Always' || (noticesClose === 'OnBorrow' && state === 'Pooled');
}
