import type { SettingCondition } from '../../catalogue/client-setting.ts';
import { type EntryReader, type ReadSetting, valueOf } from './entry-reader.ts';
import type { SettingValue } from './setting-value.ts';

/** Whether a condition holds; the setting that hides the answer where it cannot be told. */
export type ConditionAnswer = 'Holds' | 'Fails' | Extract<ReadSetting, { state: 'Unknown' }>;

/** Whether all conditions hold. One that fails decides, whatever cannot be seen of the others. */
export function checkConditions(
  conditions: readonly SettingCondition[],
  reader: EntryReader,
): { readonly answer: ConditionAnswer; readonly by?: ReadSetting } {
  let unknown: ConditionAnswer | undefined;
  for (const condition of conditions) {
    const answer = checkCondition(condition, reader);
    if (answer === 'Fails') return { answer, by: reader.setting(condition.setting) };
    if (answer !== 'Holds') unknown ??= answer;
  }
  return { answer: unknown ?? 'Holds' };
}

function checkCondition(condition: SettingCondition, reader: EntryReader): ConditionAnswer {
  const read = reader.setting(condition.setting);
  if (read.state === 'Unknown') return read;
  if (condition.given !== undefined && (read.state === 'Given') !== (condition.given === 'Yes'))
    return 'Fails';
  const { value } = read;
  if (condition.notEquals !== undefined && equalsText(value, condition.notEquals)) return 'Fails';
  if (condition.equals !== undefined && !equalsText(value, condition.equals)) return 'Fails';
  return checkAmount(condition, value, reader);
}

function checkAmount(
  condition: SettingCondition,
  value: SettingValue | undefined,
  reader: EntryReader,
): ConditionAnswer {
  const { above, below, belowSetting } = condition;
  const amount = amountOf(value);
  if (above !== undefined && !(amount > above)) return 'Fails';
  if (below !== undefined && !(amount < below)) return 'Fails';
  if (belowSetting === undefined) return 'Holds';
  const other = reader.setting(belowSetting);
  if (other.state === 'Unknown') return other;
  return amount < amountOf(valueOf(other)) ? 'Holds' : 'Fails';
}

/** The number of a value in its setting's own unit; no number (NaN) compares with nothing. */
function amountOf(value: SettingValue | undefined): number {
  if (value?.kind === 'Number') return value.amount;
  if (value?.kind === 'Special' && value.means === 'Unlimited') return Infinity;
  return value?.kind === 'Special' && value.means === 'Off' ? 0 : Number.NaN;
}

function equalsText(value: SettingValue | undefined, text: string): boolean {
  switch (value?.kind) {
    case 'Boolean':
      return value.on === (text.toLowerCase() === 'true' || text === '1');
    case 'Number':
      return value.amount === Number(text);
    case 'Text':
      return value.text.toLowerCase() === text.toLowerCase();
    case 'Special':
      return value.means === text || (value.means === 'Off' && text === '0');
    case undefined:
      return false;
    default:
      return value satisfies never;
  }
}
