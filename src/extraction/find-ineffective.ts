import type { Finding } from '../findings/finding.ts';
import type { FindingCode } from '../findings/finding-codes.ts';
import type { Place } from '../findings/place.ts';
import type { ConnectionModel } from './connection-model.ts';
import type { ContainerConnections } from './connections/build-connections.ts';
import type { GivenSysctl, PodSysctls } from './reading/read-sysctls.ts';
import type { Setting } from './setting.ts';
import { findForm } from './settings/find-form.ts';
import type { Connection } from './workload-facts.ts';

/** What the configuration says and what has no effect, or contradicts the rest: findings 4xxx. */
export function findIneffective(
  sysctls: PodSysctls,
  hostNetwork: boolean,
  kubernetesVersion: { readonly major: number; readonly minor: number } | undefined,
  connections: readonly Connection[],
  containers: readonly ContainerConnections[],
): readonly Finding[] {
  const found = [
    ...ofSysctls(sysctls, hostNetwork, kubernetesVersion),
    ...unusedSysctl(sysctls, hostNetwork, connections),
    ...connections.flatMap((connection) =>
      connection.candidates.flatMap(({ model }) => ofModel(model, connection.container)),
    ),
    ...containers.flatMap(ofIneffectiveForms),
  ];
  return withoutRepetition(found);
}

/** The keep-alive sysctls became safe in Kubernetes 1.29 (kubelet, pkg/kubelet/sysctl/safe_sysctls.go). */
const SAFE_FROM_MINOR = 29;

function ofSysctls(
  sysctls: PodSysctls,
  hostNetwork: boolean,
  version: { readonly major: number; readonly minor: number } | undefined,
): readonly Finding[] {
  const ofPod = sysctls.given.filter(({ by }) => by === 'SecurityContext');
  if (hostNetwork) return ofPod.map((sysctl) => sysctlFinding('NPP4003', sysctl, {}));
  const isOld = version !== undefined && version.major === 1 && version.minor < SAFE_FROM_MINOR;
  const unsafe = isOld ? ofPod : [];
  const malformed = [
    sysctls.keepAlive.time,
    sysctls.keepAlive.interval,
    sysctls.keepAlive.probes,
    sysctls.retries,
  ];
  return [
    ...unsafe.map((sysctl) =>
      sysctlFinding('NPP4004', sysctl, { version: `${version?.major}.${version?.minor}` }),
    ),
    ...malformed.flatMap((setting) =>
      setting.state === 'Unknown' && setting.cause === 'Malformed' && setting.place !== undefined
        ? [finding('NPP4005', setting.place, { setting: setting.name, why: setting.reason })]
        : [],
    ),
  ];
}

/** A keep-alive sysctl that no socket uses: every client is recognised, and none asks with the kernel's time. */
function unusedSysctl(
  sysctls: PodSysctls,
  hostNetwork: boolean,
  connections: readonly Connection[],
): readonly Finding[] {
  const time = sysctls.given.find(({ name }) => name === sysctls.keepAlive.time.name);
  const visible = connections.filter(({ origin }) => origin !== 'Unnamed');
  if (time === undefined || hostNetwork || visible.length === 0) return [];
  const models = visible.flatMap(({ candidates }) => candidates.map(({ model }) => model));
  const used = models.some((model) => mayUse(model, time.name));
  return used ? [] : [sysctlFinding('NPP4001', time, {})];
}

function mayUse(model: ConnectionModel, sysctl: string): boolean {
  const { enabled, time } = model.keepAlive;
  if (!model.recognised || enabled.state === 'Unknown' || time.state === 'Unknown') return true;
  // A default that applications usually set in code proves nothing.
  if (enabled.state === 'Defaulted' && enabled.assumed) return true;
  return enabled.value && time.name === sysctl;
}

function ofModel(model: ConnectionModel, container: string): readonly Finding[] {
  const { enabled, time, interval, probes } = model.keepAlive;
  const settings = [
    enabled,
    time,
    interval,
    probes,
    model.userTimeout,
    ...model.limits.map(({ seconds }) => seconds),
  ];
  const ignored = settings.flatMap((setting) =>
    setting.state === 'Known' && setting.ignored !== undefined
      ? [finding('NPP4005', setting.place, { setting: written(setting), why: setting.ignored }, container)]
      : [],
  );
  const inert = model.limits.flatMap(({ kind, seconds, inert: why, enforced }) => {
    if (seconds.state !== 'Known' || seconds.value === 'Never') return [];
    const details = { setting: written(seconds) };
    if (why !== undefined)
      return [finding('NPP4002', seconds.place, { ...details, why: why.reason }, container)];
    const isLazy = enforced === 'OnBorrow' && (kind === 'IdleEviction' || kind === 'MaxLifetime');
    return isLazy ? [finding('NPP4006', seconds.place, details, container)] : [];
  });
  return [...ignored, ...inert];
}

function written(setting: Extract<Setting<unknown>, { state: 'Known' }>): string {
  return `${setting.name}=${setting.text}`;
}

/** What looks like a setting of a chosen client and is known to do nothing. */
function ofIneffectiveForms({ chosen, settings }: ContainerConnections): readonly Finding[] {
  return chosen.flatMap(({ entries, lookUp }) =>
    [...entries.drivers, ...entries.pools].flatMap(({ entry }) =>
      entry.ineffective.flatMap(({ form, why }) => {
        const found = findForm(form, lookUp);
        if (found === undefined) return [];
        const name = form.urlParameter ?? form.env ?? form.property ?? form.fileKey ?? form.flag ?? entry.id;
        return [finding('NPP4005', found.place, { setting: name, why }, settings.container.name)];
      }),
    ),
  );
}

function sysctlFinding(
  code: FindingCode,
  sysctl: GivenSysctl,
  details: Readonly<Record<string, string>>,
): Finding {
  return finding(code, sysctl.place, { sysctl: sysctl.name, ...details });
}

/** Such a finding is no verdict on a connection: it neither worsens nor improves one. */
function finding(
  code: FindingCode,
  place: Place,
  details: Readonly<Record<string, string>>,
  container?: string,
): Finding {
  return {
    code,
    verdict: 'NotApplicable',
    basis: 'Evidence',
    evidence: [],
    fixes: [],
    enforced: false,
    place,
    details,
    ...(container === undefined ? {} : { container }),
  };
}

function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>();
  for (const found of findings) {
    const { code, place, details } = found;
    seen.set(
      JSON.stringify([code, place?.object, place?.pointer, place?.within, details?.['setting']]),
      found,
    );
  }
  return [...seen.values()];
}
