import type { Hop, KeepAliveSpec, PathPolicySpec, Peer } from '../api/path-policy.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { DeviceEntry } from '../catalogue/device-entry.ts';
import type { HopModel, IdleTimer, PathModel, PeerModel, StatedKeepAlive } from '../evaluation/path-model.ts';
import type { DeclaredTimeout } from './read-declared-timeout.ts';

/** Something about a hop that only the operator can know, for the policy's author. */
export interface HopProblem {
  readonly hop: string;
  readonly kind: 'DeviceNotKnown' | 'DeviceIsAnEnd' | 'IdleTimeoutNotDeclared';
  /** What to look at: the device id, or why the object did not say. */
  readonly about: string;
}

/** A policy's path with devices and references resolved. */
export interface ResolvedPath {
  readonly path: PathModel;
  readonly problems: readonly HopProblem[];
}

/** Finds the idle timeout that a Kubernetes object declares for a hop. */
export type DeclaredTimeoutLookup = (hop: Hop, device: DeviceEntry | undefined) => DeclaredTimeout;

/**
 * Turns what a policy says into what the model judges: each hop's own fields first, then the object that declares its
 * timeout, then its device's defaults. A device that nobody knows makes its timer Unknown, never absent.
 */
export function resolvePath(
  spec: PathPolicySpec,
  catalogue: Catalogue,
  declared: DeclaredTimeoutLookup,
): ResolvedPath {
  const problems: HopProblem[] = [];
  const hops = spec.path.hops.map((hop) => resolveHop(hop, catalogue, declared, problems));
  const path: PathModel = {
    direction: spec.direction,
    hops,
    peer: peerOf(spec.peer),
    marginPercent: spec.tolerance.marginPercent,
    lostProbes: spec.tolerance.lostProbes,
    keepAliveProof: spec.keepAliveProof,
    ...(spec.longestQuietOperationSeconds === undefined
      ? {}
      : { longestQuietOperationSeconds: spec.longestQuietOperationSeconds }),
  };
  return { path, problems };
}

/** A hop as its device describes it, with nothing said by a policy: a sidecar that the pod has. */
export function hopOfDevice(device: DeviceEntry, name: string): HopModel {
  return {
    name,
    device: device.id,
    timers: timersOfDevice(device),
    onExpiry: device.onExpiry,
    refreshedBy: device.refreshedBy,
    mode: device.mode,
    ...optional('towardWorkload', device.towardWorkload),
    ...optional('towardPeer', device.towardPeer),
    ...optional('reuseIdleSeconds', device.reuseIdleSeconds),
  };
}

function resolveHop(
  hop: Hop,
  catalogue: Catalogue,
  declared: DeclaredTimeoutLookup,
  problems: HopProblem[],
): HopModel {
  const device = deviceOf(hop, catalogue, problems);
  const base: Partial<HopModel> = device === undefined ? {} : hopOfDevice(device, hop.name);
  const mode = hop.mode ?? base.mode ?? 'Passthrough';
  return {
    name: hop.name,
    timers: timersOfHop(hop, device, declared, problems),
    onExpiry: hop.onExpiry ?? base.onExpiry ?? 'Drop',
    refreshedBy: hop.refreshedBy ?? base.refreshedBy ?? 'Packets',
    mode,
    ...optional('device', hop.device),
    ...(mode === 'Terminate' ? socketsOf(hop, base) : {}),
    ...optional('capacity', hop.capacity),
  };
}

function socketsOf(hop: Hop, base: Partial<HopModel>): Partial<HopModel> {
  return {
    ...optional('towardWorkload', stated(hop.keepAlive?.towardWorkload) ?? base.towardWorkload),
    ...optional('towardPeer', stated(hop.keepAlive?.towardPeer) ?? base.towardPeer),
    ...optional('reuseIdleSeconds', hop.reuseIdleSeconds ?? base.reuseIdleSeconds),
  };
}

function deviceOf(hop: Hop, catalogue: Catalogue, problems: HopProblem[]): DeviceEntry | undefined {
  if (hop.device === undefined) return undefined;
  const device = catalogue.device(hop.device);
  if (device === undefined) {
    problems.push({ hop: hop.name, kind: 'DeviceNotKnown', about: hop.device });
  } else if (device.kind === 'Server') {
    problems.push({ hop: hop.name, kind: 'DeviceIsAnEnd', about: hop.device });
  }
  return device;
}

function timersOfHop(
  hop: Hop,
  device: DeviceEntry | undefined,
  declared: DeclaredTimeoutLookup,
  problems: HopProblem[],
): readonly IdleTimer[] {
  if (hop.idleTimer === 'None') return [{ kind: 'None' }];
  if (hop.idleTimer === 'Unknown') return [unknownTimer('nobody knows it', hop.atLeastSeconds)];
  if (hop.idleTimeoutSeconds !== undefined) {
    return [{ kind: 'Seconds', seconds: hop.idleTimeoutSeconds, basis: 'Declared', source: 'the policy' }];
  }
  if (hop.idleTimeoutFrom !== undefined) {
    const found = declared(hop, device);
    if (found.state === 'Found') return [found.timer];
    problems.push({ hop: hop.name, kind: 'IdleTimeoutNotDeclared', about: found.reason });
  }
  if (device !== undefined) return timersOfDevice(device);
  return [
    unknownTimer(hop.device === undefined ? 'no object declares it' : `device ${hop.device} is not known`),
  ];
}

function timersOfDevice(device: DeviceEntry): readonly IdleTimer[] {
  if (device.variants.length > 0) {
    return device.variants.map((variant) => timerOf(variant, `${device.id} (${variant.name})`));
  }
  return [timerOf(device, device.id)];
}

function timerOf(
  from: {
    readonly idleTimer: string;
    readonly idleTimeoutSeconds?: number | undefined;
    readonly atLeastSeconds?: number | undefined;
  },
  source: string,
): IdleTimer {
  if (from.idleTimer === 'None') return { kind: 'None' };
  if (from.idleTimer === 'Unknown' || from.idleTimeoutSeconds === undefined) {
    return unknownTimer(`${source} has no documented value`, from.atLeastSeconds);
  }
  return { kind: 'Seconds', seconds: from.idleTimeoutSeconds, basis: 'DeviceDefault', source };
}

function unknownTimer(reason: string, atLeastSeconds?: number): IdleTimer {
  return { kind: 'Unknown', reason, ...optional('atLeastSeconds', atLeastSeconds) };
}

function peerOf(peer: Peer | undefined): PeerModel {
  if (peer === undefined) return { onIdle: 'Close' };
  return {
    onIdle: peer.onIdle ?? 'Close',
    ...optional('keepAlive', stated(peer.keepAlive)),
    ...optional('heartbeatSeconds', peer.heartbeatSeconds),
    ...optional('idleTimeoutSeconds', peer.idleTimeoutSeconds),
    ...optional('minimumPingIntervalSeconds', peer.minimumPingIntervalSeconds),
  };
}

function stated(keepAlive: KeepAliveSpec | undefined): StatedKeepAlive | undefined {
  return keepAlive === undefined
    ? undefined
    : {
        timeSeconds: keepAlive.timeSeconds,
        intervalSeconds: keepAlive.intervalSeconds,
        probes: keepAlive.probes,
      };
}

/** With exactOptionalPropertyTypes an absent member is left out, not set to undefined. */
function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
