import type { ClientEntry } from './client-entry.ts';
import { formsOf } from './client-mentions.ts';
import type { ClientSetting, SettingForm } from './client-setting.ts';
import { spansOverlap } from './compare-versions.ts';
import type { EntryComplaint } from './entry-problem.ts';
import { repeatedAt } from './repeated.ts';

type SettingCheck = (setting: ClientSetting) => readonly EntryComplaint[];

const defaultsDoNotOverlap: SettingCheck = ({ defaults }) =>
  defaults.flatMap((one, i) =>
    defaults.slice(0, i).some((other) => spansOverlap(one, other))
      ? [{ path: ['defaults', i], message: 'holds for versions for which an earlier default holds' }]
      : [],
  );

const minimumsDoNotOverlap: SettingCheck = ({ minimums }) =>
  minimums.flatMap((one, i) =>
    minimums.slice(0, i).some((other) => spansOverlap(one, other))
      ? [{ path: ['minimums', i], message: 'holds for versions for which an earlier minimum holds' }]
      : [],
  );

const durationsHaveUnits: SettingCheck = ({ type, unit, suffixes }) => {
  if (type === 'Duration' && unit === undefined && suffixes === 'None')
    return [{ path: ['type'], message: 'type Duration needs a unit, or suffixes' }];
  return unit !== undefined && (type === 'Boolean' || type === 'Text')
    ? [{ path: ['unit'], message: `a unit is of no use to type ${type}` }]
    : [];
};

const specialValuesOnce: SettingCheck = ({ special }) =>
  repeatedAt(special.map(({ value }) => value.toLowerCase())).map((i) => ({
    path: ['special', i, 'value'],
    message: `'${special[i]?.value ?? ''}' has a meaning already`,
  }));

const NUMBER: Readonly<Record<string, RegExp>> = {
  Boolean: /^(true|false|1|0|yes|no|on|off)$/,
  Integer: /^-?\d{1,15}$/,
  Duration: /^-?\d{1,15}(\.\d{1,6})?$/,
};

const valuesFitType: SettingCheck = (setting) =>
  setting.defaults.flatMap(({ value }, i) =>
    value === undefined || fitsType(setting, value)
      ? []
      : [
          {
            path: ['defaults', i, 'value'],
            message: `'${value}' is not a value of type ${setting.type}, nor one of its special values`,
          },
        ],
  );

function fitsType({ type, suffixes, special }: ClientSetting, value: string): boolean {
  const pattern = NUMBER[type];
  if (pattern === undefined || pattern.test(value)) return true;
  return special.some((known) => known.value === value) || (type === 'Duration' && suffixes !== 'None');
}

const notItsOwnDefault: SettingCheck = ({ name, defaults }) =>
  defaults.flatMap(({ sameAs }, i) =>
    sameAs === name
      ? [{ path: ['defaults', i, 'sameAs'], message: 'a setting cannot be its own default' }]
      : [],
  );

/** Everything that a setting is asked; paths are relative to it. */
const SETTING_CHECKS: readonly SettingCheck[] = [
  defaultsDoNotOverlap,
  minimumsDoNotOverlap,
  durationsHaveUnits,
  specialValuesOnce,
  valuesFitType,
  notItsOwnDefault,
];

function checkSettings(client: ClientEntry): readonly EntryComplaint[] {
  return client.settings.flatMap((setting, i) =>
    SETTING_CHECKS.flatMap((check) => check(setting)).map(({ path, message }) => ({
      path: ['settings', i, ...path],
      message,
    })),
  );
}

function settingNamesOnce({ settings }: ClientEntry): readonly EntryComplaint[] {
  return repeatedAt(settings.map(({ name }) => name)).map((i) => ({
    path: ['settings', i, 'name'],
    message: `there is already a setting named '${settings[i]?.name ?? ''}'`,
  }));
}

/** What a form gets wrong, as a rule and when it is broken. */
const FORM_RULES: readonly (readonly [string, (form: SettingForm) => boolean])[] = [
  ['file and fileKey go together', (form) => (form.file === undefined) !== (form.fileKey === undefined)],
  ['given needs value', (form) => form.given !== undefined && form.value === undefined],
  [
    'value needs given or scheme',
    (form) => form.value !== undefined && form.given === undefined && form.scheme === undefined,
  ],
  ['naming needs property', (form) => form.naming !== 'Exact' && form.property === undefined],
  [
    'jsonKey needs env or urlParameter',
    (form) => form.jsonKey !== undefined && form.env === undefined && form.urlParameter === undefined,
  ],
  ['flag must begin with a dash', (form) => form.flag?.startsWith('-') === false],
];

function formsComplete(client: ClientEntry): readonly EntryComplaint[] {
  return formsOf(client).flatMap(({ path, form }) =>
    FORM_RULES.filter(([, broken]) => broken(form)).map(([message]) => ({ path, message })),
  );
}

/** What an entry of a client is asked about its settings and the ways to give them. */
export const CLIENT_SETTING_CHECKS: readonly ((client: ClientEntry) => readonly EntryComplaint[])[] = [
  checkSettings,
  settingNamesOnce,
  formsComplete,
];
