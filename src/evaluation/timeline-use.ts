import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { Setting } from '../extraction/setting.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { PathModel } from './path-model.ts';
import { sendPayload } from './simulation-run.ts';
import type { Fate, SimulatedEvent } from './simulation-run.ts';
import type { World } from './simulation-world.ts';
import type { SentPacket, TimelineEvent } from './timeline-event.ts';

/** The world at the end of the quiet time. */
export interface Scene {
  readonly connection: ConnectionModel;
  readonly path: PathModel;
  readonly state: ConnectionState;
  readonly world: World;
}

/**
 * What happens when the connection is used again, or why it is not. An end whose kernel gave up knows that it is
 * closed; so does the workload whose proxy gave up, because the proxy passes it on.
 */
export function useAgain(
  scene: Scene,
  last: SimulatedEvent | undefined,
  useAt: number,
): readonly TimelineEvent[] {
  const at = timeOfUse(last, useAt);
  const direction = directionOf(scene);
  if (at === undefined || scene.world.probers.some((end) => end.gaveUp && end.direction === direction))
    return [];
  if (last?.what === 'Heartbeat' && last.fate.kind !== 'Arrived') {
    return [failure(scene, at, last.from, last.fate)];
  }
  return scene.world.discardsAfter < at ? [discarded(scene, at)] : send(scene, direction, at);
}

/** An answer comes when it comes; what is closed is not used. */
function timeOfUse(last: SimulatedEvent | undefined, useAt: number): number | undefined {
  if (last?.what === 'Closed') return undefined;
  if (last?.what === 'Ended') return last.ending.what === 'Answered' ? last.at : undefined;
  return last?.what === 'Heartbeat' && last.fate.kind !== 'Arrived' ? last.at : useAt;
}

function send(scene: Scene, direction: 'Outward' | 'Inward', at: number): readonly TimelineEvent[] {
  const fate = sendPayload(scene.world, direction, at);
  const [from, to] = direction === 'Inward' ? ['peer', 'workload'] : ['workload', 'peer'];
  const what = PACKETS[scene.state];
  const sent: TimelineEvent = { kind: 'Sends', atSeconds: at / 1000, what, from, to, fate };
  return fate.kind === 'Arrived' ? [sent] : [sent, failure(scene, at, from, fate)];
}

const PACKETS: Readonly<Record<ConnectionState, SentPacket>> = {
  Pooled: 'Request',
  InUse: 'Answer',
  Listening: 'Message',
};

/** A request goes from client to server; answers and messages the other way. */
function directionOf(scene: Scene): 'Outward' | 'Inward' {
  return (scene.path.direction === 'Inbound') === (scene.state === 'Pooled') ? 'Inward' : 'Outward';
}

function discarded(scene: Scene, at: number): TimelineEvent {
  const lazy = scene.connection.limits.find((limit) => limit.enforced === 'OnBorrow');
  const setting = lazy?.seconds.name ?? '';
  return { kind: 'Ends', atSeconds: at / 1000, who: 'workload', how: 'Discarded', setting };
}

/** Sixteen waits of 200 ms, doubled up to 120 s: tcp_retries2 = 15 (Documentation/networking/ip-sysctl.rst). */
const BY_RETRANSMISSIONS: HangEnd = { because: 'Retransmissions', after: 924_600 };

function failure(scene: Scene, at: number, sender: string, fate: Fate): TimelineEvent {
  const { because, after } = hangOf(scene, sender, fate);
  return { kind: 'Fails', atSeconds: (at + after) / 1000, who: sender, afterSeconds: after / 1000, because };
}

interface HangEnd {
  readonly because: Extract<TimelineEvent, { kind: 'Fails' }>['because'];
  readonly after: number;
}

function hangOf(scene: Scene, sender: string, fate: Fate): HangEnd {
  if (fate.kind === 'Reset') return { because: 'Reset', after: 0 };
  const ends = [...workloadTimeouts(scene, sender, fate), BY_RETRANSMISSIONS];
  return ends.reduce((first, other) => (other.after < first.after ? other : first));
}

/** The workload's own timeouts end the wait when it is the workload that waits. */
function workloadTimeouts(scene: Scene, sender: string, fate: Fate): readonly HangEnd[] {
  if (sender !== 'workload') return [];
  const { limits, userTimeout } = scene.connection;
  const operations = limits.filter(
    (limit) => limit.kind === 'OperationTimeout' && limit.enforced !== 'None' && limit.inert === undefined,
  );
  const ends: HangEnd[] =
    scene.path.direction === 'Inbound'
      ? []
      : operations.map(({ seconds }) => ({ because: 'SocketTimeout', after: milliseconds(seconds) }));
  if (stretchOf(scene, fate) === 0) ends.push({ because: 'UserTimeout', after: milliseconds(userTimeout) });
  return ends;
}

function stretchOf(scene: Scene, fate: Fate): number | undefined {
  return 'by' in fate ? scene.world.boxes.find((box) => box.name === fate.by)?.stretch : undefined;
}

function milliseconds(setting: Setting<number | 'Never'>): number {
  if (setting.state === 'Unknown' || setting.value === 'Never') return Infinity;
  return Math.round(setting.value * 1000);
}
