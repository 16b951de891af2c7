import type { ConnectionModel, LimitKind } from '../extraction/connection-model.ts';
import type { ConnectionState } from '../findings/verdict.ts';
import type { PathModel, WorkloadCircumstances } from './path-model.ts';

/** What happens is always definite: a simulation knows no Unknown. */
export type SimulatedVerdict = 'Protected' | 'Marginal' | 'AtRisk';

/** What is being played. */
export interface Stage {
  readonly connection: ConnectionModel;
  readonly path: PathModel;
  readonly circumstances: WorkloadCircumstances;
}

/** A proxy sends a request on the idle connection at the last moment at which it still would; is the server there? */
export function playReuse(stage: Stage, use: ConnectionState): SimulatedVerdict {
  const proxy = stage.path.hops.find((hop) => hop.mode === 'Terminate');
  const lastReuse = proxy?.reuseIdleSeconds;
  if (stage.path.direction !== 'Inbound' || use !== 'Pooled' || lastReuse === undefined) return 'Protected';
  const closesAt = Math.min(...timesOf(stage, 'IdleLimit', 'Pooled'));
  const request = Math.round(lastReuse * 1000);
  if (request >= closesAt) return 'AtRisk';
  const lateRequest = (request * (100 + stage.path.marginPercent)) / 100;
  return lateRequest > closesAt ? 'Marginal' : 'Protected';
}

/** A server with a minimum counts the time between two pings. */
export function playPings(stage: Stage): SimulatedVerdict {
  const minimum = stage.path.peer.minimumPingIntervalSeconds;
  if (minimum === undefined) return 'Protected';
  const strikes = timesOf(stage, 'Heartbeat').map((interval) => {
    const pings = [interval, 2 * interval] as const;
    return pings[1] - pings[0] < Math.round(minimum * 1000);
  });
  return strikes.includes(true) ? 'AtRisk' : 'Protected';
}

/** Milliseconds at which the limits of a kind act by themselves at the earliest. */
function timesOf(stage: Stage, kind: LimitKind, state?: ConnectionState): readonly number[] {
  const times: number[] = [];
  for (const limit of stage.connection.limits) {
    const acts = limit.kind === kind && limit.enforced === 'Background' && limit.inert === undefined;
    if (!acts || (state !== undefined && !limit.states.includes(state))) continue;
    const { seconds } = limit;
    if (seconds.state !== 'Unknown' && seconds.value !== 'Never')
      times.push(Math.round(seconds.value * 1000));
  }
  return times;
}
