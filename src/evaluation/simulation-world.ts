import type { ConnectionModel, KeepAliveModel, LimitModel } from '../extraction/connection-model.ts';
import type { Seconds, Setting } from '../extraction/setting.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { HopModel, OnExpiry, PathModel, StatedKeepAlive, WorkloadCircumstances } from './path-model.ts';

/*
 * The parts of a simulated path. Written apart from the formula, with which it shares the input types and nothing
 * else, so that each can show the other's mistakes. Times are whole milliseconds since the last packet.
 */

/** A box that remembers the connection for a while: a hop, or the far end's own idle limit. */
export interface Box {
  readonly name: string;
  /** Stretch between two ends that speak TCP with each other, from 0. */
  readonly stretch: number;
  readonly timeout: number;
  readonly hears: 'Packets' | 'Payload';
  readonly onExpiry: OnExpiry;
  readonly terminates: boolean;
  readonly isPeer: boolean;
  lastHeard: number;
  forgot: boolean;
}

/** A kernel that probes a silent connection. */
export interface Prober {
  readonly name: string;
  readonly stretch: number;
  /** `Outward` from the workload's side of the stretch. */
  readonly direction: 'Outward' | 'Inward';
  readonly idle: number;
  readonly interval: number;
  readonly probes: number;
  /** Last that this end received: answers to its probes and payload, not the other end's probes. */
  lastReceived: number;
  lastSent: number;
  unanswered: number;
  /** Probes in a row that the network swallows. */
  toLose: number;
  gaveUp: boolean;
}

/** Somebody who sends payload by the clock. */
export interface Beater {
  readonly name: string;
  readonly direction: 'Outward' | 'Inward';
  readonly period: number;
  next: number;
}

/** Something that happens once and ends the quiet time. */
export interface Ending {
  readonly at: number;
  readonly what: 'Evicted' | 'Answered' | 'OperationTimedOut' | 'WorkloadEnds';
  readonly name: string;
  over: boolean;
}

/** Both ends and everything between, at the moment of the last packet. */
export interface World {
  readonly boxes: readonly Box[];
  readonly probers: readonly Prober[];
  readonly beaters: readonly Beater[];
  readonly endings: readonly Ending[];
  /** The pool throws a connection away when it is taken after that long. */
  readonly discardsAfter: number;
}

/** What stands on the wire in one state of the connection. A setting that is unknown is taken as absent. */
export function buildWorld(
  connection: ConnectionModel,
  path: PathModel,
  state: ConnectionState,
  circumstances: WorkloadCircumstances,
): World {
  const acting = connection.limits.filter(
    (limit) => limit.inert === undefined && limit.states.includes(state) && limit.enforced !== 'None',
  );
  return {
    boxes: buildBoxes(path, state),
    probers: buildProbers(connection, path, circumstances),
    beaters: buildBeaters(acting, path),
    endings: buildEndings(acting, path, state, circumstances),
    discardsAfter: state === 'Pooled' ? discardTime(acting) : Infinity,
  };
}

const ms = (seconds: number): number => Math.round(seconds * 1000);

/** Whoever repeats something waits at least a millisecond: time must pass. */
const pause = (milliseconds: number): number => Math.max(1, milliseconds);

function buildBoxes(path: PathModel, state: ConnectionState): readonly Box[] {
  let stretch = 0;
  const boxes: Box[] = path.hops.map((hop) => {
    const box = boxOf(hop, stretch);
    if (box.terminates) stretch += 1;
    return box;
  });
  const { idleTimeoutSeconds, onIdle } = path.peer;
  // A far end that is working on an answer does not count the connection as idle.
  const counts = onIdle === 'Drop' || state !== 'InUse';
  if (idleTimeoutSeconds !== undefined && counts) {
    boxes.push({
      name: 'peer',
      stretch,
      timeout: ms(idleTimeoutSeconds),
      hears: 'Payload',
      onExpiry: onIdle,
      terminates: false,
      isPeer: true,
      lastHeard: 0,
      forgot: false,
    });
  }
  return boxes;
}

function boxOf(hop: HopModel, stretch: number): Box {
  const timer = hop.timers[0];
  return {
    name: hop.name,
    stretch,
    timeout: timer?.kind === 'Seconds' ? ms(timer.seconds) : Infinity,
    hears: hop.refreshedBy,
    onExpiry: hop.onExpiry,
    terminates: hop.mode === 'Terminate',
    isPeer: false,
    lastHeard: 0,
    forgot: false,
  };
}

function buildProbers(
  connection: ConnectionModel,
  path: PathModel,
  circumstances: WorkloadCircumstances,
): readonly Prober[] {
  const probers: Prober[] = [];
  const add = (
    name: string,
    stretch: number,
    direction: Prober['direction'],
    stated: StatedKeepAlive | undefined,
  ): void => {
    if (stated !== undefined) probers.push(proberOf(name, stretch, direction, stated));
  };
  add('workload', 0, 'Outward', workloadProbes(connection, circumstances));
  let stretch = 0;
  for (const hop of path.hops) {
    if (hop.mode !== 'Terminate') continue;
    add(hop.name, stretch, 'Inward', hop.towardWorkload);
    stretch += 1;
    add(hop.name, stretch, 'Outward', hop.towardPeer);
  }
  add('peer', stretch, 'Inward', path.peer.keepAlive);
  return probers;
}

function proberOf(
  name: string,
  stretch: number,
  direction: Prober['direction'],
  stated: StatedKeepAlive,
): Prober {
  return {
    name,
    stretch,
    direction,
    idle: pause(ms(stated.timeSeconds)),
    interval: pause(ms(stated.intervalSeconds)),
    probes: stated.probes,
    lastReceived: 0,
    lastSent: 0,
    unanswered: 0,
    toLose: 0,
    gaveUp: false,
  };
}

/** A client that nobody recognises is taken to probe by its pod's settings. */
function workloadProbes(
  connection: ConnectionModel,
  circumstances: WorkloadCircumstances,
): StatedKeepAlive | undefined {
  const source: Omit<KeepAliveModel, 'enabled'> = connection.recognised
    ? connection.keepAlive
    : circumstances.podKeepAlive;
  const on = connection.recognised ? valueOf(connection.keepAlive.enabled) : true;
  const timeSeconds = valueOf(source.time);
  if (on !== true || timeSeconds === undefined) return undefined;
  return {
    timeSeconds,
    intervalSeconds: valueOf(source.interval) ?? 75,
    probes: valueOf(source.probes) ?? 9,
  };
}

function valueOf<T>(setting: Setting<T>): T | undefined {
  return setting.state === 'Unknown' ? undefined : setting.value;
}

/** Seconds at which a limit acts at the latest, in milliseconds. */
function latest(limit: LimitModel): number {
  return asMs(limit.seconds) + asMs(limit.extraSeconds);
}

function asMs(setting: Setting<Seconds>): number {
  const value = valueOf(setting);
  return value === undefined || value === 'Never' ? Infinity : ms(value);
}

function buildBeaters(acting: readonly LimitModel[], path: PathModel): readonly Beater[] {
  const beaters: Beater[] = [];
  for (const limit of acting) {
    const period = pause(latest(limit));
    if (limit.kind !== 'Heartbeat' || limit.enforced !== 'Background' || period === Infinity) continue;
    beaters.push({ name: 'workload', direction: 'Outward', period, next: period });
  }
  const { heartbeatSeconds } = path.peer;
  if (heartbeatSeconds !== undefined) {
    const period = pause(ms(heartbeatSeconds));
    beaters.push({ name: 'peer', direction: 'Inward', period, next: period });
  }
  return beaters;
}

const ENDS_BY: Readonly<Partial<Record<LimitModel['kind'], Ending['what']>>> = {
  IdleEviction: 'Evicted',
  MaxLifetime: 'Evicted',
  IdleLimit: 'Evicted',
  OperationTimeout: 'OperationTimedOut',
  OperationDeadline: 'Answered',
};

function buildEndings(
  acting: readonly LimitModel[],
  path: PathModel,
  state: ConnectionState,
  circumstances: WorkloadCircumstances,
): readonly Ending[] {
  const endings: Ending[] = [];
  for (const limit of acting) {
    const what = ENDS_BY[limit.kind];
    if (what === undefined || limit.enforced !== 'Background' || latest(limit) === Infinity) continue;
    if (limit.kind === 'OperationTimeout' && state === 'Pooled') continue;
    endings.push({ at: latest(limit), what, name: limit.seconds.name, over: false });
  }
  const operation = path.longestQuietOperationSeconds;
  if (operation !== undefined && state !== 'Pooled') {
    endings.push({ at: ms(operation), what: 'Answered', name: 'longestQuietOperationSeconds', over: false });
  }
  if (circumstances.deadlineSeconds !== undefined) {
    const at = ms(circumstances.deadlineSeconds);
    endings.push({ at, what: 'WorkloadEnds', name: 'activeDeadlineSeconds', over: false });
  }
  return endings;
}

/** A lazy limit throws away what it finds too old, unless it has to say goodbye to somebody who no longer hears. */
function discardTime(acting: readonly LimitModel[]): number {
  const lazy = acting.filter(
    (limit) =>
      limit.enforced === 'OnBorrow' &&
      limit.closing === 'Local' &&
      limit.kind !== 'Heartbeat' &&
      limit.kind !== 'OperationTimeout',
  );
  return Math.min(...lazy.map(latest));
}
