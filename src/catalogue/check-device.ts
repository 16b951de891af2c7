import type { DeviceEntry } from './device-entry.ts';
import type { EntryComplaint, EntryPath } from './entry-problem.ts';
import { annotationPattern, isQualifiedName } from './kubernetes-annotation.ts';
import { repeatedAt } from './repeated.ts';

/** One thing that a well-formed entry can still get wrong. */
export type DeviceCheck = (device: DeviceEntry) => readonly EntryComplaint[];

type Timer = Pick<DeviceEntry, 'idleTimer' | 'idleTimeoutSeconds' | 'atLeastSeconds'>;

function checkTimer(timer: Timer, path: EntryPath): readonly EntryComplaint[] {
  const complaints: EntryComplaint[] = [];
  const known = timer.idleTimer === 'Known';
  if (known !== (timer.idleTimeoutSeconds !== undefined)) {
    complaints.push({
      path: [...path, 'idleTimer'],
      message: known
        ? 'idleTimer Known needs idleTimeoutSeconds'
        : `idleTimeoutSeconds must not be given with idleTimer ${timer.idleTimer}`,
    });
  }
  if (timer.atLeastSeconds !== undefined && timer.idleTimer !== 'Unknown') {
    complaints.push({ path: [...path, 'atLeastSeconds'], message: 'atLeastSeconds needs idleTimer Unknown' });
  }
  return complaints;
}

const timers: DeviceCheck = (device) => [
  ...checkTimer(device, []),
  ...device.variants.flatMap((variant, i) => checkTimer(variant, ['variants', i])),
];

const rangeInOrder: DeviceCheck = ({ minSeconds, maxSeconds }) =>
  minSeconds !== undefined && maxSeconds !== undefined && minSeconds > maxSeconds
    ? [
        {
          path: ['minSeconds'],
          message: `minSeconds (${minSeconds}) must be less than or equal to maxSeconds (${maxSeconds})`,
        },
      ]
    : [];

const defaultInRange: DeviceCheck = ({ idleTimeoutSeconds, minSeconds, maxSeconds }) => {
  if (idleTimeoutSeconds === undefined) return [];
  const path = ['idleTimeoutSeconds'];
  if (minSeconds !== undefined && idleTimeoutSeconds < minSeconds) {
    return [{ path, message: `the default (${idleTimeoutSeconds}) is below minSeconds (${minSeconds})` }];
  }
  if (maxSeconds !== undefined && idleTimeoutSeconds > maxSeconds) {
    return [{ path, message: `the default (${idleTimeoutSeconds}) is above maxSeconds (${maxSeconds})` }];
  }
  return [];
};

const fixedHasNoRange: DeviceCheck = (device) => {
  if (device.timeout === 'Configurable') return [];
  const named = (['minSeconds', 'maxSeconds', 'configuredBy'] as const).filter(
    (name) => device[name] !== undefined,
  );
  const complaints: EntryComplaint[] = named.map((name) => ({
    path: [name],
    message: `${name} must not be given with timeout Fixed`,
  }));
  if (device.zeroMeansNone)
    complaints.push({ path: ['zeroMeansNone'], message: 'zeroMeansNone needs timeout Configurable' });
  return complaints;
};

const configurableSaysHow: DeviceCheck = (device) =>
  device.timeout === 'Configurable' && device.configuredBy === undefined && device.kubernetes.length === 0
    ? [{ path: ['timeout'], message: 'timeout Configurable needs configuredBy or a kubernetes field' }]
    : [];

const ownSocketsOnlyWhereItTerminates: DeviceCheck = (device) =>
  device.mode === 'Terminate'
    ? []
    : (['towardWorkload', 'towardPeer', 'reuseIdleSeconds'] as const)
        .filter((name) => device[name] !== undefined)
        .map((name) => ({ path: [name], message: `${name} needs mode Terminate` }));

const proxiesTerminate: DeviceCheck = (device) =>
  device.mode === 'Passthrough' && ['Proxy', 'Pooler', 'Server'].includes(device.kind)
    ? [{ path: ['mode'], message: `a ${device.kind} ends the connection: mode must be Terminate` }]
    : [];

/** Who passes packets on without ending the connection sees packets: it cannot tell a probe from a payload. */
const passthroughSeesPackets: DeviceCheck = (device) =>
  device.mode === 'Passthrough' && device.refreshedBy === 'Payload'
    ? [{ path: ['refreshedBy'], message: 'refreshedBy Payload needs mode Terminate' }]
    : [];

const variantNamesOnce: DeviceCheck = (device) =>
  repeatedAt(device.variants.map((variant) => variant.name)).map((i) => ({
    path: ['variants', i, 'name'],
    message: `there is already a variant named '${device.variants[i]?.name ?? ''}'`,
  }));

const oneVariantIsNone: DeviceCheck = (device) =>
  device.variants.length === 1
    ? [{ path: ['variants'], message: 'a single variant says nothing: give its values to the entry itself' }]
    : [];

const kubernetesFieldsComplete: DeviceCheck = (device) =>
  device.kubernetes.flatMap((field, i): EntryComplaint[] => {
    const path = ['kubernetes', i];
    if ((field.kind === 'Other') !== (field.other !== undefined)) {
      return [{ path, message: '`other` must be given with kind Other, and only then' }];
    }
    if ((field.annotation === undefined) === (field.field === undefined) && field.kind !== 'ConfigMap') {
      return [{ path, message: 'exactly one of annotation and field must be given' }];
    }
    if (field.kind === 'ConfigMap' && field.key === undefined) {
      return [{ path, message: 'kind ConfigMap needs key' }];
    }
    return field.annotation !== undefined && annotationPattern(field.annotation) === undefined
      ? [{ path: [...path, 'annotation'], message: 'must be an annotation key, with at most one <port>' }]
      : [];
  });

const ISO_DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;

const historyInOrder: DeviceCheck = (device) => {
  const dates = device.history
    .map((step, i) => ({ from: step.from, i }))
    .filter(({ from }) => ISO_DATE.test(from));
  return dates.flatMap(({ from, i }, position) => {
    const before = dates[position - 1];
    return before !== undefined && before.from > from
      ? [{ path: ['history', i, 'from'], message: `'${from}' stands after '${before.from}': oldest first` }]
      : [];
  });
};

const historyEndsAtPresent: DeviceCheck = (device) => {
  const last = device.history.findLastIndex((step) => step.idleTimeoutSeconds !== undefined);
  const seconds = device.history[last]?.idleTimeoutSeconds;
  return seconds !== undefined && seconds !== device.idleTimeoutSeconds
    ? [
        {
          path: ['history', last, 'idleTimeoutSeconds'],
          message: `the last default of the history (${seconds}) is not the present one`,
        },
      ]
    : [];
};

/** A key that Kubernetes does not accept would never be found on a pod. */
const sidecarKeysValid: DeviceCheck = ({ sidecar }) =>
  (['injectedBy', 'notInjectedBy'] as const).flatMap((list) =>
    (sidecar?.[list] ?? []).flatMap(({ key }, i) =>
      isQualifiedName(key)
        ? []
        : [{ path: ['sidecar', list, i, 'key'], message: `'${key}' is not a key of an annotation or label` }],
    ),
  );

const sidecarsTerminate: DeviceCheck = ({ sidecar, mode }) =>
  sidecar !== undefined && mode === 'Passthrough'
    ? [{ path: ['sidecar'], message: 'a sidecar ends the connection: mode must be Terminate' }]
    : [];

const sourcesOnce: DeviceCheck = (device) =>
  repeatedAt(device.sources.map((source) => source.url)).map((i) => ({
    path: ['sources', i, 'url'],
    message: 'this source stands here already: say all of it in one place',
  }));

/** Everything that an entry of a device is asked, beyond its shape. */
export const DEVICE_CHECKS: readonly DeviceCheck[] = [
  timers,
  rangeInOrder,
  defaultInRange,
  fixedHasNoRange,
  configurableSaysHow,
  ownSocketsOnlyWhereItTerminates,
  proxiesTerminate,
  passthroughSeesPackets,
  variantNamesOnce,
  oneVariantIsNone,
  kubernetesFieldsComplete,
  historyInOrder,
  historyEndsAtPresent,
  sidecarKeysValid,
  sidecarsTerminate,
  sourcesOnce,
];
