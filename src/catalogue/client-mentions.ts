import type { z } from 'zod';
import type { keepAliveSchema } from './client-behaviour.ts';
import type { ClientEntry } from './client-entry.ts';
import type { Quantity, SettingCondition, SettingForm } from './client-setting.ts';
import type { VersionSpan } from './compare-versions.ts';
import type { EntryPath } from './entry-problem.ts';

type KeepAlive = z.infer<typeof keepAliveSchema>;

/** A place in an entry that names one of its settings. */
export interface SettingMention {
  readonly path: EntryPath;
  readonly setting: string;
  /** A number of seconds or a count is taken from it. */
  readonly numeric: boolean;
}

/** A list of conditions, wherever it stands. */
export interface PlacedConditions {
  readonly path: EntryPath;
  readonly conditions: readonly SettingCondition[];
}

/** The keep-alives of an entry: its own sockets', those it accepts, those it asks of the far end. */
export function keepAlivesOf(client: ClientEntry): readonly { path: EntryPath; keepAlive: KeepAlive }[] {
  const placed: readonly (readonly [EntryPath, KeepAlive | undefined])[] = [
    [['keepAlive'], client.keepAlive],
    [['asksPeer'], client.asksPeer],
    [['serves', 'keepAlive'], client.serves?.keepAlive],
  ];
  return placed.flatMap(([path, keepAlive]) => (keepAlive === undefined ? [] : [{ path, keepAlive }]));
}

export function conditionsOf(client: ClientEntry): readonly PlacedConditions[] {
  return [
    ...client.limits.map(({ when }, i) => ({ path: ['limits', i, 'when'], conditions: when })),
    ...client.noticesClose.map(({ when }, i) => ({ path: ['noticesClose', i, 'when'], conditions: when })),
    ...keepAlivesOf(client).map(({ path, keepAlive }) => ({
      path: [...path, 'unless'],
      conditions: keepAlive.unless,
    })),
    { path: ['serves', 'singleUse'], conditions: client.serves?.singleUse ?? [] },
  ];
}

/** Every place that names a setting of the entry. */
export function mentionsOf(client: ClientEntry): readonly SettingMention[] {
  return [
    ...client.limits.flatMap((limit, i) => [
      ...ofQuantity(['limits', i, 'value'], limit.value),
      ...limit.sweep.flatMap((quantity, j) => ofQuantity(['limits', i, 'sweep', j], quantity)),
    ]),
    ...ofQuantity(['userTimeout'], client.userTimeout),
    ...keepAlivesOf(client).flatMap(({ path, keepAlive }) => ofKeepAlive(path, keepAlive)),
    ...conditionsOf(client).flatMap(ofConditions),
    ...client.remedies.flatMap((remedy, i) =>
      remedy.set.flatMap(({ setting }, j) => mention(['remedies', i, 'set', j, 'setting'], setting)),
    ),
    ...client.settings.flatMap((setting, i) =>
      setting.defaults.flatMap(({ sameAs }, j) => mention(['settings', i, 'defaults', j, 'sameAs'], sameAs)),
    ),
  ];
}

function mention(path: EntryPath, setting: string | undefined, numeric = false): readonly SettingMention[] {
  return setting === undefined ? [] : [{ path, setting, numeric }];
}

function ofQuantity(path: EntryPath, quantity: Quantity | undefined): readonly SettingMention[] {
  return mention([...path, 'setting'], quantity?.setting, true);
}

function ofKeepAlive(path: EntryPath, keepAlive: KeepAlive): readonly SettingMention[] {
  return [
    ...mention([...path, 'setting'], keepAlive.setting),
    ...keepAlive.orSettings.flatMap((setting, i) => mention([...path, 'orSettings', i], setting)),
    ...ofQuantity([...path, 'time'], keepAlive.time),
    ...ofQuantity([...path, 'interval'], keepAlive.interval),
    ...mention([...path, 'probes', 'setting'], keepAlive.probes?.setting, true),
  ];
}

function ofConditions({ path, conditions }: PlacedConditions): readonly SettingMention[] {
  return conditions.flatMap((condition, i) => [
    ...mention([...path, i, 'setting'], condition.setting),
    ...mention([...path, i, 'belowSetting'], condition.belowSetting),
  ]);
}

/** Every span of versions in an entry. */
export function spansOf(client: ClientEntry): readonly { path: EntryPath; span: VersionSpan }[] {
  const list = (path: EntryPath, spans: readonly VersionSpan[]): { path: EntryPath; span: VersionSpan }[] =>
    spans.map((span, i) => ({ path: [...path, i], span }));
  return [
    ...(['settings', 'limits', 'remedies', 'brings', 'versions', 'shows'] as const).flatMap((name) =>
      list([name], client[name]),
    ),
    ...client.settings.flatMap((setting, i) =>
      (['defaults', 'given', 'minimums'] as const).flatMap((name) =>
        list(['settings', i, name], setting[name]),
      ),
    ),
  ];
}

/** Every way of giving something: settings, addresses, ports, what does nothing. */
export function formsOf(client: ClientEntry): readonly { path: EntryPath; form: SettingForm }[] {
  const list = (
    path: EntryPath,
    forms: readonly SettingForm[] = [],
  ): { path: EntryPath; form: SettingForm }[] => forms.map((form, i) => ({ path: [...path, i], form }));
  return [
    ...client.settings.flatMap((setting, i) => list(['settings', i, 'given'], setting.given)),
    ...client.ineffective.map(({ form }, i) => ({ path: ['ineffective', i, 'form'], form })),
    ...list(['address', 'host'], client.address?.host),
    ...list(['address', 'port'], client.address?.port),
    ...list(['address', 'list'], client.address?.list),
    ...list(['serves', 'port'], client.serves?.port),
  ];
}
