import type { ClientEntry, ClientSetting, Quantity, SettingCondition, SettingForm } from './client-entry.ts';
import { compareVersions, spansOverlap, type VersionSpan } from './compare-versions.ts';
import type { EntryComplaint, EntryPath } from './entry-problem.ts';
import { nearestName } from './nearest-name.ts';

/** One thing that a well-formed entry can still get wrong. */
export type ClientCheck = (client: ClientEntry) => readonly EntryComplaint[];

interface Mention {
  readonly path: EntryPath;
  readonly setting: string | undefined;
}

function quantityMention(path: EntryPath, quantity: Quantity | undefined): Mention {
  return { path: [...path, 'setting'], setting: quantity?.setting };
}

function conditionMentions(path: EntryPath, conditions: readonly SettingCondition[]): readonly Mention[] {
  return conditions.flatMap((condition, i) => [
    { path: [...path, 'when', i, 'setting'], setting: condition.setting },
    { path: [...path, 'when', i, 'belowSetting'], setting: condition.belowSetting },
  ]);
}

function keepAliveMentions({ keepAlive }: ClientEntry): readonly Mention[] {
  if (keepAlive === undefined) return [];
  return [
    { path: ['keepAlive', 'setting'], setting: keepAlive.setting },
    quantityMention(['keepAlive', 'time'], keepAlive.time),
    quantityMention(['keepAlive', 'interval'], keepAlive.interval),
    { path: ['keepAlive', 'probes', 'setting'], setting: keepAlive.probes?.setting },
  ];
}

/** Numbers of seconds that come from settings: these must be numbers. */
function numericMentions(client: ClientEntry): readonly Mention[] {
  const { keepAlive } = client;
  return [
    ...client.limits.flatMap((limit, i) => [
      quantityMention(['limits', i, 'value'], limit.value),
      ...limit.sweep.map((quantity, j) => quantityMention(['limits', i, 'sweep', j], quantity)),
    ]),
    quantityMention(['userTimeout'], client.userTimeout),
    quantityMention(['keepAlive', 'time'], keepAlive?.time),
    quantityMention(['keepAlive', 'interval'], keepAlive?.interval),
    { path: ['keepAlive', 'probes', 'setting'], setting: keepAlive?.probes?.setting },
  ];
}

function allMentions(client: ClientEntry): readonly Mention[] {
  return [
    ...numericMentions(client),
    ...keepAliveMentions(client).slice(0, 1),
    ...client.limits.flatMap((limit, i) => conditionMentions(['limits', i], limit.when)),
    ...client.noticesClose.flatMap((notice, i) => conditionMentions(['noticesClose', i], notice.when)),
    ...client.remedies.flatMap((remedy, i) =>
      remedy.set.map(({ setting }, j) => ({ path: ['remedies', i, 'set', j, 'setting'], setting })),
    ),
  ];
}

const mentionedSettingsExist: ClientCheck = (client) => {
  const names = client.settings.map((setting) => setting.name);
  const known = new Set(names);
  return allMentions(client).flatMap(({ path, setting }) => {
    if (setting === undefined || known.has(setting)) return [];
    const nearest = nearestName(setting, names);
    const hint = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
    return [{ path, message: `there is no setting '${setting}' in this entry${hint}`, allowed: names }];
  });
};

const secondsComeFromNumbers: ClientCheck = (client) => {
  const texts = new Set(
    client.settings.filter(({ type }) => type === 'Boolean' || type === 'Text').map(({ name }) => name),
  );
  return numericMentions(client).flatMap(({ path, setting }) =>
    setting !== undefined && texts.has(setting)
      ? [{ path, message: `'${setting}' is not a number: its type must be Duration or Integer` }]
      : [],
  );
};

const settingNamesOnce: ClientCheck = (client) => {
  const names = client.settings.map((setting) => setting.name);
  return names.flatMap((name, i) =>
    names.indexOf(name) < i
      ? [{ path: ['settings', i, 'name'], message: `there is already a setting named '${name}'` }]
      : [],
  );
};

const keepAliveSettingGiven: ClientCheck = ({ keepAlive }) => {
  if (keepAlive === undefined || (keepAlive.enabled === 'Setting') === (keepAlive.setting !== undefined)) return [];
  return [
    { path: ['keepAlive', 'enabled'], message: '`setting` must be given with enabled Setting, and only then' },
  ];
};

const neverKeepsAliveWithoutTimes: ClientCheck = ({ keepAlive }) =>
  keepAlive?.enabled === 'Never' && (keepAlive.time ?? keepAlive.interval ?? keepAlive.probes) !== undefined
    ? [{ path: ['keepAlive', 'enabled'], message: 'with enabled Never no time, interval or probes are of use' }]
    : [];

const probesAreOneNumber: ClientCheck = ({ keepAlive }) =>
  keepAlive?.probes !== undefined &&
  (keepAlive.probes.count === undefined) === (keepAlive.probes.setting === undefined)
    ? [{ path: ['keepAlive', 'probes'], message: 'must have exactly one of count and setting' }]
    : [];

const conditionsAsk: ClientCheck = (client) => {
  const ask = (path: EntryPath, conditions: readonly SettingCondition[]): readonly EntryComplaint[] =>
    conditions.flatMap((condition, i) =>
      Object.keys(condition).length < 2
        ? [{ path: [...path, 'when', i], message: 'asks nothing of the setting: give equals, above or the like' }]
        : [],
    );
  return [
    ...client.limits.flatMap((limit, i) => ask(['limits', i], limit.when)),
    ...client.noticesClose.flatMap((notice, i) => ask(['noticesClose', i], notice.when)),
  ];
};

/** Only the first whose conditions hold counts, so that nothing after one without conditions is ever reached. */
const lastNoticeIsUnconditional: ClientCheck = (client) =>
  client.noticesClose.flatMap((notice, i) =>
    notice.when.length === 0 && i < client.noticesClose.length - 1
      ? [{ path: ['noticesClose', i], message: 'has no conditions, so that what follows it is never reached' }]
      : [],
  );

const limitsSayStatesOnce: ClientCheck = (client) =>
  client.limits.flatMap((limit, i) =>
    new Set(limit.states).size < limit.states.length
      ? [{ path: ['limits', i, 'states'], message: 'names a state twice' }]
      : [],
  );

const PLACEHOLDERS = ['{time}', '{interval}', '{probes}', '{eviction}'] as const;

const placeholdersKnown: ClientCheck = (client) =>
  client.remedies.flatMap((remedy, i) =>
    remedy.set.flatMap(({ value }, j) =>
      (value.match(/\{[a-z]+\}/gi) ?? [])
        .filter((found) => !PLACEHOLDERS.some((known) => known === found))
        .map((found) => ({
          path: ['remedies', i, 'set', j, 'value'],
          message: `'${found}' is not a known placeholder`,
          allowed: PLACEHOLDERS,
        })),
    ),
  );

const remediesChangeSomething: ClientCheck = (client) =>
  client.remedies.flatMap((remedy, i) =>
    remedy.set.length === 0 && remedy.code === undefined && remedy.kernelTime === 'NotNeeded'
      ? [{ path: ['remedies', i], message: 'changes nothing: give set, code or kernelTime Needed' }]
      : [],
  );

function spansOf(client: ClientEntry): readonly { path: EntryPath; span: VersionSpan }[] {
  const list = (name: string, spans: readonly VersionSpan[]): { path: EntryPath; span: VersionSpan }[] =>
    spans.map((span, i) => ({ path: [name, i], span }));
  return [
    ...list('settings', client.settings),
    ...list('limits', client.limits),
    ...list('remedies', client.remedies),
    ...list('brings', client.brings),
    ...list('versions', client.versions),
    ...client.settings.flatMap((setting, i) => [
      ...setting.defaults.map((span, j) => ({ path: ['settings', i, 'defaults', j], span })),
      ...setting.given.map((span, j) => ({ path: ['settings', i, 'given', j], span })),
    ]),
  ];
}

const spansAreForward: ClientCheck = (client) =>
  spansOf(client).flatMap(({ path, span: { since, until } }) =>
    since !== undefined && until !== undefined && compareVersions(since, until) >= 0
      ? [{ path: [...path, 'since'], message: `since (${since}) must be before until (${until})` }]
      : [],
  );

const defaultsDoNotOverlap: ClientCheck = (client) =>
  client.settings.flatMap(({ defaults }, i) =>
    defaults.flatMap((one, j) =>
      defaults.slice(0, j).some((other) => spansOverlap(one, other))
        ? [
            {
              path: ['settings', i, 'defaults', j],
              message: 'holds for versions for which an earlier default holds',
            },
          ]
        : [],
    ),
  );

const durationsHaveUnits: ClientCheck = (client) =>
  client.settings.flatMap((setting, i): EntryComplaint[] => {
    const bare = setting.type === 'Duration' && setting.unit === undefined && setting.suffixes === 'None';
    if (bare) return [{ path: ['settings', i, 'type'], message: 'type Duration needs a unit, or suffixes' }];
    return setting.unit !== undefined && (setting.type === 'Boolean' || setting.type === 'Text')
      ? [{ path: ['settings', i, 'unit'], message: `a unit is of no use to type ${setting.type}` }]
      : [];
  });

const specialValuesOnce: ClientCheck = (client) =>
  client.settings.flatMap(({ special }, i) => {
    const values = special.map(({ value }) => value.toLowerCase());
    return values.flatMap((value, j) =>
      values.indexOf(value) < j
        ? [{ path: ['settings', i, 'special', j, 'value'], message: `'${value}' has a meaning already` }]
        : [],
    );
  });

const WHOLE_NUMBER = /^-?\d{1,15}$/;
const DURATION = /^-?[\d.]{1,15}$/;

function fitsType(setting: ClientSetting, value: string): boolean {
  if (setting.special.some((special) => special.value === value)) return true;
  if (setting.type === 'Boolean') return value === 'true' || value === 'false';
  if (setting.type === 'Integer') return WHOLE_NUMBER.test(value);
  if (setting.type === 'Duration') return DURATION.test(value) || setting.suffixes !== 'None';
  return true;
}

const defaultsFitType: ClientCheck = (client) =>
  client.settings.flatMap((setting, i) =>
    setting.defaults.flatMap(({ value }, j) =>
      fitsType(setting, value)
        ? []
        : [
            {
              path: ['settings', i, 'defaults', j, 'value'],
              message: `'${value}' is not a value of type ${setting.type}, nor one of its special values`,
            },
          ],
    ),
  );

function checkForm(form: SettingForm): string | undefined {
  if ((form.file === undefined) !== (form.fileKey === undefined)) return 'file and fileKey go together';
  if ((form.given === undefined) !== (form.value === undefined)) return 'given and value go together';
  if (form.naming !== 'Exact' && form.property === undefined) return 'naming needs property';
  if (form.flag !== undefined && !form.flag.startsWith('-')) return 'flag must begin with a dash';
  return undefined;
}

const formsComplete: ClientCheck = (client) =>
  client.settings.flatMap((setting, i) =>
    setting.given.flatMap((form, j) => {
      const message = checkForm(form);
      return message === undefined ? [] : [{ path: ['settings', i, 'given', j], message }];
    }),
  );

/** A prefix this short would be found in names that have nothing to do with the client. */
const SHORTEST_PREFIX = 3;

const recognisersPrecise: ClientCheck = ({ recognise }) =>
  Object.entries(recognise).flatMap(([list, names]) =>
    names.flatMap((name, i) => {
      const body = name.endsWith('*') ? name.slice(0, -1) : name;
      const path = ['recognise', list, i];
      if (body.includes('*')) return [{ path, message: `'${name}' may have * at its end only` }];
      return body.length < (body === name ? 1 : SHORTEST_PREFIX)
        ? [{ path, message: `'${name}' matches too much: at least ${SHORTEST_PREFIX} characters before *` }]
        : [];
    }),
  );

const notInFrontOfItself: ClientCheck = (client) => [
  ...client.brings.flatMap((brought, i) =>
    brought.client === client.id ? [{ path: ['brings', i, 'client'], message: 'brings itself' }] : [],
  ),
  ...(client.inFront?.clients ?? []).flatMap((id, i) =>
    id === client.id ? [{ path: ['inFront', 'clients', i], message: 'sits in front of itself' }] : [],
  ),
];

const sourcesOnce: ClientCheck = ({ sources }) => {
  const urls = sources.map(({ url }) => url);
  return urls.flatMap((url, i) =>
    urls.indexOf(url) < i
      ? [{ path: ['sources', i, 'url'], message: 'this source stands here already: say all of it in one place' }]
      : [],
  );
};

/** Everything that an entry of a client is asked, beyond its shape. */
export const CLIENT_CHECKS: readonly ClientCheck[] = [
  mentionedSettingsExist,
  secondsComeFromNumbers,
  settingNamesOnce,
  keepAliveSettingGiven,
  neverKeepsAliveWithoutTimes,
  probesAreOneNumber,
  conditionsAsk,
  lastNoticeIsUnconditional,
  limitsSayStatesOnce,
  placeholdersKnown,
  remediesChangeSomething,
  spansAreForward,
  defaultsDoNotOverlap,
  durationsHaveUnits,
  specialValuesOnce,
  defaultsFitType,
  formsComplete,
  recognisersPrecise,
  notInFrontOfItself,
  sourcesOnce,
];
