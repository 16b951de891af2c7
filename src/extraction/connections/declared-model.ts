import type { ConnectionModel, LimitKind, LimitModel } from '../connection-model.ts';
import type { DeclaredConnection } from '../declared-connection.ts';
import type { Setting } from '../setting.ts';

/** The model of a client outside the catalogue: exactly what the declaration says, and nothing else. */
export function declaredModel(declared: DeclaredConnection): ConnectionModel {
  const { keepAlive } = declared;
  const says = <T>(name: string, value: T): Setting<T> => ({
    state: 'Known',
    name,
    value,
    text: String(value),
    place: { ...declared.place, within: name },
  });
  const limits = [
    limit('Heartbeat', 'heartbeatSeconds', declared.heartbeatSeconds),
    limit('IdleEviction', 'idleEvictionSeconds', declared.idleEvictionSeconds),
    limit('MaxLifetime', 'maxLifetimeSeconds', declared.maxLifetimeSeconds),
  ];
  return {
    recognised: true,
    clients: [],
    keepAlive: {
      enabled: says('keepAlive', keepAlive !== undefined),
      time: says('keepAlive.timeSeconds', keepAlive?.timeSeconds ?? 7200),
      interval: says('keepAlive.intervalSeconds', keepAlive?.intervalSeconds ?? 75),
      probes: says('keepAlive.probes', keepAlive?.probes ?? 9),
    },
    limits: limits.flatMap((build) => build(says)),
    noticesClose: 'Unknown',
    listens: declared.use === 'Listening' ? 'Always' : 'Never',
    userTimeout: {
      state: 'Defaulted',
      name: 'TCP_USER_TIMEOUT',
      value: 'Never',
      reason: 'not declared',
      assumed: false,
    },
  };
}

type Says = <T>(name: string, value: T) => Setting<T>;

function limit(
  kind: LimitKind,
  name: string,
  seconds: number | undefined,
): (says: Says) => readonly LimitModel[] {
  return (says) =>
    seconds === undefined
      ? []
      : [
          {
            kind,
            seconds: says(name, seconds),
            extraSeconds: { state: 'Defaulted', name, value: 0, reason: 'as declared', assumed: false },
            enforced: 'Background',
            states: kind === 'Heartbeat' ? ['Pooled', 'InUse', 'Listening'] : ['Pooled'],
            closing: 'Local',
            from: 'declaration',
          },
        ];
}
