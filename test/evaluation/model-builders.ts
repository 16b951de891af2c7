import type { ConnectionModel, LimitKind, LimitModel } from '../../src/extraction/connection-model.ts';
import type { Seconds, Setting } from '../../src/extraction/setting.ts';
import type {
  HopModel,
  PathModel,
  PeerModel,
  WorkloadCircumstances,
} from '../../src/evaluation/path-model.ts';

const PLACE = { object: { kind: 'Deployment', name: 'orders' }, pointer: '/spec' };

/** A setting read in the workload. */
export function known<T>(value: T, name = 'setting'): Setting<T> {
  return { state: 'Known', name, value, text: String(value), place: PLACE };
}

/** A setting at its documented default. */
export function byDefault<T>(value: T, name = 'setting'): Setting<T> {
  return { state: 'Defaulted', name, value, reason: 'documented default', assumed: false };
}

/** A default that applications usually override in code. */
export function assumed<T>(value: T, name = 'setting'): Setting<T> {
  return { state: 'Defaulted', name, value, reason: 'usually set in code', assumed: true };
}

/** A setting that cannot be seen. */
export function hidden<T>(name = 'setting'): Setting<T> {
  return { state: 'Unknown', name, cause: 'Secret', reason: 'it stands in a Secret' };
}

/** A client that sends nothing and closes nothing, changed as told. */
export function connection(changes: Partial<ConnectionModel> = {}): ConnectionModel {
  return {
    recognised: true,
    clients: [{ id: 'client', recognisedBy: 'test' }],
    keepAlive: {
      enabled: known(false, 'tcpKeepAlive'),
      time: known(7200, 'tcp_keepalive_time'),
      interval: known(75, 'tcp_keepalive_intvl'),
      probes: known(9, 'tcp_keepalive_probes'),
    },
    limits: [],
    noticesClose: 'Always',
    listens: 'Never',
    userTimeout: known('Never', 'TCP_USER_TIMEOUT'),
    ...changes,
  };
}

/** A client nobody recognises. */
export function unrecognised(changes: Partial<ConnectionModel> = {}): ConnectionModel {
  return connection({ recognised: false, clients: [], noticesClose: 'Unknown', ...changes });
}

/** Keep-alive switched on. */
export function keepAlive(time: number, interval = 75, probes = 9): ConnectionModel['keepAlive'] {
  return {
    enabled: known(true, 'tcpKeepAlive'),
    time: known(time, 'tcp_keepalive_time'),
    interval: known(interval, 'tcp_keepalive_intvl'),
    probes: known(probes, 'tcp_keepalive_probes'),
  };
}

const STATES: Readonly<Record<LimitKind, LimitModel['states']>> = {
  Heartbeat: ['Pooled', 'InUse', 'Listening'],
  IdleEviction: ['Pooled'],
  MaxLifetime: ['Pooled'],
  OperationTimeout: ['InUse'],
  OperationDeadline: ['Listening', 'InUse'],
  IdleLimit: ['Pooled'],
};

/** A member of the silence set that acts by itself, in the states usual for its kind. */
export function limit(
  kind: LimitKind,
  seconds: number | Setting<Seconds>,
  changes: Partial<LimitModel> = {},
): LimitModel {
  return {
    kind,
    seconds: typeof seconds === 'number' ? known(seconds, kind) : seconds,
    extraSeconds: known(0, `${kind} sweep`),
    enforced: 'Background',
    states: STATES[kind],
    closing: 'Local',
    from: 'client',
    ...changes,
  };
}

/** A firewall that forgets after so many seconds, changed as told. */
export function hop(seconds: number, changes: Partial<HopModel> = {}): HopModel {
  return {
    name: 'firewall',
    timers: [{ kind: 'Seconds', seconds, basis: 'Declared', source: 'policy' }],
    onExpiry: 'Drop',
    refreshedBy: 'Packets',
    mode: 'Passthrough',
    ...changes,
  };
}

/** A proxy: it ends the connection and sees payload only. */
export function proxy(seconds: number, changes: Partial<HopModel> = {}): HopModel {
  return hop(seconds, { name: 'proxy', mode: 'Terminate', refreshedBy: 'Payload', ...changes });
}

/** A path of these hops with the policy's defaults, changed as told. */
export function path(
  hops: readonly HopModel[],
  changes: Partial<Omit<PathModel, 'peer'>> & { peer?: Partial<PeerModel> } = {},
): PathModel {
  return {
    direction: 'Outbound',
    hops,
    marginPercent: 10,
    lostProbes: 1,
    keepAliveProof: 'Assume',
    ...changes,
    peer: { onIdle: 'Close', ...changes.peer },
  };
}

/** A pod with the kernel's compiled-in keep-alive, changed as told. */
export function circumstances(changes: Partial<WorkloadCircumstances> = {}): WorkloadCircumstances {
  return {
    podKeepAlive: {
      time: byDefault(7200, 'net.ipv4.tcp_keepalive_time'),
      interval: byDefault(75, 'net.ipv4.tcp_keepalive_intvl'),
      probes: byDefault(9, 'net.ipv4.tcp_keepalive_probes'),
    },
    shortLived: false,
    unrecognisedSettings: [],
    ...changes,
  };
}
