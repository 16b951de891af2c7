import type { ClientSetting, SettingForm } from '../../catalogue/client-setting.ts';
import type { VersionSpan } from '../../catalogue/compare-versions.ts';
import { fromSeconds, parseDuration, parseNumber, toSeconds } from './parse-quantity.ts';

/** What a special value means instead of a number. */
type Meaning = ClientSetting['special'][number]['means'];

/**
 * A setting's text understood. `amount` is in the setting's own unit (conditions compare it), `seconds` in seconds
 * where it is a duration.
 */
export type SettingValue =
  | { readonly kind: 'Boolean'; readonly on: boolean }
  | { readonly kind: 'Number'; readonly amount: number; readonly seconds: number }
  | { readonly kind: 'Text'; readonly text: string }
  | { readonly kind: 'Special'; readonly means: Exclude<Meaning, 'Default'> };

/** `Default`: the text stands for the default. `Malformed`: it is no value of this setting, with what is allowed. */
export type UnderstoodText =
  | (SettingValue & Ignored)
  | ({ readonly kind: 'Default' } & Ignored)
  | { readonly kind: 'Malformed'; readonly reason: string };

/** Why what was given is not what holds, as a sentence. */
interface Ignored {
  readonly ignored?: string;
}

const TRUE = new Set(['true', 'yes', 'on', '1', 'enable', 'enabled', 't', 'y']);
const FALSE = new Set(['false', 'no', 'off', '0', 'disable', 'disabled', 'f', 'n']);

/**
 * Understands the text of a setting: special values first, then by its type, then negatives and the least number
 * accepted. `holds` tells whether a span of versions contains the version at hand.
 */
export function understand(
  given: string,
  setting: ClientSetting,
  form: SettingForm | undefined,
  holds: (span: VersionSpan) => boolean,
): UnderstoodText {
  const text = stripQuotes(given.trim());
  const special = setting.special.find((entry) => entry.value.toLowerCase() === text.toLowerCase());
  if (special !== undefined) return asMeaning(special.means);
  if (setting.type === 'Boolean') return understandBoolean(text);
  if (setting.type === 'Text') return { kind: 'Text', text };
  return understandNumber(text, setting, form, holds);
}

function understandBoolean(text: string): UnderstoodText {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return { kind: 'Boolean', on: true };
  if (FALSE.has(word)) return { kind: 'Boolean', on: false };
  return { kind: 'Malformed', reason: 'Its value is neither true nor false.' };
}

function understandNumber(
  text: string,
  setting: ClientSetting,
  form: SettingForm | undefined,
  holds: (span: VersionSpan) => boolean,
): UnderstoodText {
  const number = toNumber(text, setting, form);
  if (number === undefined) {
    const what = setting.type === 'Duration' ? 'duration that it understands' : 'whole number';
    return { kind: 'Malformed', reason: `Its value is no ${what}.` };
  }
  const special = setting.special.find((entry) => parseNumber(entry.value) === number.amount);
  if (special !== undefined) return asMeaning(special.means);
  if (number.amount < 0 && setting.negative !== undefined) return asMeaning(setting.negative);
  return atLeastMinimum(number, setting, holds);
}

type NumberValue = Extract<SettingValue, { kind: 'Number' }>;

function toNumber(
  text: string,
  setting: ClientSetting,
  form: SettingForm | undefined,
): NumberValue | undefined {
  if (setting.type === 'Integer') {
    const amount = parseNumber(text);
    return amount === undefined ? undefined : { kind: 'Number', amount, seconds: amount };
  }
  const seconds = parseDuration(text, form?.unit ?? setting.unit, setting.suffixes);
  if (seconds === undefined || !Number.isFinite(seconds)) return undefined;
  return { kind: 'Number', amount: fromSeconds(seconds, setting.unit), seconds };
}

function atLeastMinimum(
  number: NumberValue,
  setting: ClientSetting,
  holds: (span: VersionSpan) => boolean,
): UnderstoodText {
  const minimum = setting.minimums.find((entry) => holds(entry));
  if (minimum === undefined || number.amount >= minimum.value) {
    return number.amount < 0 ? { kind: 'Malformed', reason: 'It is negative.' } : number;
  }
  const least = `The least value accepted is ${minimum.value}`;
  switch (minimum.below) {
    case 'Off':
      return { kind: 'Special', means: 'Off', ignored: `${least}; anything less switches it off.` };
    case 'Default':
      return { kind: 'Default', ignored: `${least}; for anything less the default is taken.` };
    case 'Minimum':
      return {
        kind: 'Number',
        amount: minimum.value,
        seconds: setting.type === 'Duration' ? toSeconds(minimum.value, setting.unit) : minimum.value,
        ignored: `${least}, and is taken instead.`,
      };
    case 'Refused':
      return { kind: 'Malformed', reason: `It is less than the least value accepted, ${minimum.value}.` };
    default:
      return minimum.below satisfies never;
  }
}

function asMeaning(means: Meaning): UnderstoodText {
  return means === 'Default' ? { kind: 'Default' } : { kind: 'Special', means };
}

function stripQuotes(text: string): string {
  const quote = text[0];
  const quoted = text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return quoted ? text.slice(1, -1) : text;
}
