import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { Quantity } from '../../catalogue/client-setting.ts';
import type { KeepAliveModel } from '../connection-model.ts';
import type { Setting } from '../setting.ts';
import type { PodKeepAlive } from '../workload-facts.ts';
import { checkConditions } from './check-condition.ts';
import { type EntryReader, type ReadSetting, valueOf } from './entry-reader.ts';
import { asSetting } from './read-quantity.ts';
import type { SettingValue } from './setting-value.ts';

type KeepAliveEntry = NonNullable<ClientEntry['keepAlive']>;

/** The keep-alive that this version of a client asks for; what it leaves to the kernel is the pod's. */
export function buildKeepAlive(
  keepAlive: KeepAliveEntry,
  reader: EntryReader,
  pod: PodKeepAlive,
): KeepAliveModel {
  const own = ownTimes(keepAlive, reader);
  const useKernel = own.time === undefined;
  const atMost = keepAlive.timeIs === 'AtMost';
  const isAll = keepAlive.states.length === 3;
  return {
    enabled: enabledOf(keepAlive, reader),
    time: chosen(own.time, pod.time, atMost),
    interval: chosen(useKernel && own.literalInterval ? undefined : own.interval, pod.interval, atMost),
    probes: chosen(useKernel && own.literalProbes ? undefined : own.probes, pod.probes, atMost),
    ...(isAll ? {} : { states: keepAlive.states }),
  };
}

interface OwnTimes {
  readonly time: Setting<number> | undefined;
  readonly interval: Setting<number> | undefined;
  readonly probes: Setting<number> | undefined;
  readonly literalInterval: boolean;
  readonly literalProbes: boolean;
}

function ownTimes(keepAlive: KeepAliveEntry, reader: EntryReader): OwnTimes {
  const { time, interval, probes } = keepAlive;
  return {
    time: time && ownNumber(time, reader),
    interval: interval && ownNumber(interval, reader),
    probes: probes && ownNumber({ seconds: probes.count, setting: probes.setting, percent: 100 }, reader),
    literalInterval: interval?.setting === undefined,
    literalProbes: probes?.setting === undefined,
  };
}

/** A number of its own, or undefined where the client leaves it to the kernel. */
function ownNumber(quantity: Quantity, reader: EntryReader): Setting<number> | undefined {
  if (quantity.setting === undefined) {
    const name = reader.entry.id;
    const reason = `fixed in ${reader.entry.title}`;
    return { state: 'Defaulted', name, value: quantity.seconds ?? 0, reason, assumed: false };
  }
  const read = reader.setting(quantity.setting);
  const value = valueOf(read);
  if (read.state !== 'Unknown' && !(value?.kind === 'Number' && value.seconds > 0)) return undefined;
  return asSetting(read, (given) =>
    given?.kind === 'Number' ? Math.max(1, Math.round((given.seconds * quantity.percent) / 100)) : 0,
  );
}

function chosen(own: Setting<number> | undefined, pod: Setting<number>, atMost: boolean): Setting<number> {
  if (own === undefined) return pod;
  if (!atMost || own.state === 'Unknown') return own;
  return pod.state !== 'Unknown' && pod.value < own.value ? pod : own;
}

/** Whether its sockets ask for probes. */
function enabledOf(keepAlive: KeepAliveEntry, reader: EntryReader): Setting<boolean> {
  const { title } = reader.entry;
  if (keepAlive.since !== undefined && !reader.holds({ since: keepAlive.since })) {
    return fixed(false, `${title} asks for keep-alive only from version ${keepAlive.since} on`);
  }
  const asked = askedFor(keepAlive, reader);
  const isOff = asked.state !== 'Unknown' && !asked.value;
  if (keepAlive.unless.length === 0 || isOff) return asked;
  const { answer } = checkConditions(keepAlive.unless, reader);
  if (answer === 'Fails') return asked;
  if (answer === 'Holds') return fixed(false, `${title} does not ask for it with these settings`);
  return asSetting(answer, () => false);
}

function askedFor(keepAlive: KeepAliveEntry, reader: EntryReader): Setting<boolean> {
  const { title } = reader.entry;
  switch (keepAlive.enabled) {
    case 'Always':
      return fixed(true, `${title} always asks for it`);
    case 'Never':
      return fixed(false, `${title} never asks for it`);
    case 'Setting':
      return bySettings([keepAlive.setting ?? '', ...keepAlive.orSettings], reader);
    default:
      return keepAlive.enabled satisfies never;
  }
}

/** The first setting that asks; else the first that cannot be seen; else the first of all. */
function bySettings(names: readonly string[], reader: EntryReader): Setting<boolean> {
  const first = reader.setting(names[0] ?? '');
  const others = names.slice(1).map((name) => reader.setting(name));
  const asking = [first, ...others.filter((read) => read.state === 'Given')].find((read) =>
    isOn(valueOf(read)),
  );
  const unseen = [first, ...others].find((read: ReadSetting) => read.state === 'Unknown');
  return asSetting(asking ?? unseen ?? first, isOn);
}

function isOn(value: SettingValue | undefined): boolean {
  switch (value?.kind) {
    case 'Boolean':
      return value.on;
    case 'Number':
      return value.amount > 0;
    case 'Text':
      return value.text !== '';
    case 'Special':
      return value.means !== 'Off';
    case undefined:
      return false;
    default:
      return value satisfies never;
  }
}

function fixed(value: boolean, reason: string): Setting<boolean> {
  return { state: 'Defaulted', name: 'SO_KEEPALIVE', value, reason, assumed: false };
}
