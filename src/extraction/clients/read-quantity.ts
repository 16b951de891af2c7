import type { Quantity } from '../../catalogue/client-setting.ts';
import type { Seconds, Setting } from '../setting.ts';
import { type EntryReader, type ReadSetting } from './entry-reader.ts';
import type { SettingValue } from './setting-value.ts';

/** A quantity in seconds; `Never` for off, unlimited, absent and zero. */
export function readSeconds(quantity: Quantity, reader: EntryReader): Setting<Seconds> {
  if (quantity.setting === undefined) return literal(quantity.seconds ?? 0, reader);
  return asSetting(reader.setting(quantity.setting), (value) => secondsOf(value, quantity.percent));
}

/** A read setting as a setting of the model, its value mapped. */
export function asSetting<T>(read: ReadSetting, map: (value: SettingValue | undefined) => T): Setting<T> {
  const { name } = read;
  if (read.state === 'Unknown') {
    const { cause, reason, place } = read;
    return { state: 'Unknown', name, cause, reason, ...(place === undefined ? {} : { place }) };
  }
  const value = map(read.value);
  if (read.state === 'Given') {
    const { text, place, ignored } = read;
    return { state: 'Known', name, value, text, place, ...(ignored === undefined ? {} : { ignored }) };
  }
  return { state: 'Defaulted', name, value, reason: read.reason, assumed: read.assumed };
}

/** Zero without a meaning of its own is off: nothing acts after no time at all. */
function secondsOf(value: SettingValue | undefined, percent: number): Seconds {
  return value?.kind === 'Number' && value.seconds > 0 ? (value.seconds * percent) / 100 : 'Never';
}

function literal(seconds: number, reader: EntryReader): Setting<Seconds> {
  return {
    state: 'Defaulted',
    name: reader.entry.id,
    value: seconds,
    reason: `fixed in ${reader.entry.title}`,
    assumed: false,
  };
}
