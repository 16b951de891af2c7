import { CLIENT_SETTING_CHECKS } from './check-client-settings.ts';
import type { ClientEntry } from './client-entry.ts';
import { conditionsOf, keepAlivesOf, mentionsOf, spansOf } from './client-mentions.ts';
import { compareVersions } from './compare-versions.ts';
import type { EntryComplaint } from './entry-problem.ts';
import { didYouMean } from './nearest-name.ts';
import { repeatedAt } from './repeated.ts';

/** One thing that a well-formed entry can still get wrong. */
export type ClientCheck = (client: ClientEntry) => readonly EntryComplaint[];

const mentionedSettingsExist: ClientCheck = (client) => {
  const names = client.settings.map(({ name }) => name);
  const known = new Set(names);
  return mentionsOf(client)
    .filter(({ setting }) => !known.has(setting))
    .map(({ path, setting }) => ({
      path,
      message: `there is no setting '${setting}' in this entry${didYouMean(setting, names)}`,
      allowed: names,
    }));
};

const secondsComeFromNumbers: ClientCheck = (client) => {
  const texts = new Set(
    client.settings.filter(({ type }) => type === 'Boolean' || type === 'Text').map(({ name }) => name),
  );
  return mentionsOf(client)
    .filter(({ numeric, setting }) => numeric && texts.has(setting))
    .map(({ path, setting }) => ({
      path,
      message: `'${setting}' is not a number: its type must be Duration or Integer`,
    }));
};

const keepAliveSettingGiven: ClientCheck = (client) =>
  keepAlivesOf(client)
    .filter(({ keepAlive }) => (keepAlive.enabled === 'Setting') !== (keepAlive.setting !== undefined))
    .map(({ path }) => ({
      path: [...path, 'enabled'],
      message: '`setting` must be given with enabled Setting, and only then',
    }));

const neverKeepsAliveWithoutTimes: ClientCheck = (client) =>
  keepAlivesOf(client)
    .filter(({ keepAlive: { enabled, time, interval, probes } }) =>
      enabled === 'Never' ? (time ?? interval ?? probes) !== undefined : false,
    )
    .map(({ path }) => ({
      path: [...path, 'enabled'],
      message: 'with enabled Never no time, interval or probes are of use',
    }));

const probesAreOneNumber: ClientCheck = (client) =>
  keepAlivesOf(client)
    .filter(
      ({ keepAlive: { probes } }) =>
        probes !== undefined && (probes.count === undefined) === (probes.setting === undefined),
    )
    .map(({ path }) => ({
      path: [...path, 'probes'],
      message: 'probes must have exactly one of count and setting',
    }));

const conditionsAsk: ClientCheck = (client) =>
  conditionsOf(client).flatMap(({ path, conditions }) =>
    conditions.flatMap((condition, i) =>
      Object.keys(condition).length < 2
        ? [{ path: [...path, i], message: 'asks nothing of the setting: give equals, above or the like' }]
        : [],
    ),
  );

/** Only the first whose conditions hold counts, so that nothing after one without conditions is ever reached. */
const lastNoticeIsUnconditional: ClientCheck = (client) =>
  client.noticesClose.flatMap((notice, i) =>
    notice.when.length === 0 && i < client.noticesClose.length - 1
      ? [
          {
            path: ['noticesClose', i],
            message: 'has no conditions, so that what follows it is never reached',
          },
        ]
      : [],
  );

const limitsSayStatesOnce: ClientCheck = (client) =>
  client.limits.flatMap((limit, i) =>
    repeatedAt(limit.states).map((j) => ({
      path: ['limits', i, 'states', j],
      message: `state '${limit.states[j] ?? ''}' stands here already`,
    })),
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

const spansAreForward: ClientCheck = (client) =>
  spansOf(client).flatMap(({ path, span: { since, until } }) =>
    since !== undefined && until !== undefined && compareVersions(since, until) >= 0
      ? [{ path: [...path, 'since'], message: `since (${since}) must be before until (${until})` }]
      : [],
  );

/** A prefix this short would be found in names that have nothing to do with the client. */
const SHORTEST_PREFIX = 3;
const PATTERN_LISTS = ['schemes', 'env', 'properties', 'images', 'commands', 'artefacts', 'files'] as const;

const recognisersPrecise: ClientCheck = ({ recognise }) =>
  PATTERN_LISTS.flatMap((list) =>
    recognise[list].flatMap((name, i) => {
      const body = name.endsWith('*') ? name.slice(0, -1) : name;
      const path = ['recognise', list, i];
      const inner = list === 'properties' ? body.replaceAll('.*.', '') : body;
      if (inner.includes('*')) return [{ path, message: `'${name}' may have * at its end only` }];
      return body.length < (body === name ? 1 : SHORTEST_PREFIX)
        ? [{ path, message: `'${name}' matches too much: at least ${SHORTEST_PREFIX} characters before *` }]
        : [];
    }),
  );

/** The end of a host name begins at a dot, or `example.com` would be found in `badexample.com`. */
const hostsBeginAtDot: ClientCheck = ({ recognise }) =>
  recognise.hosts.flatMap((host, i) =>
    /^(\.[a-z0-9-]+){2,}$/.test(host)
      ? []
      : [{ path: ['recognise', 'hosts', i], message: `'${host}' must begin with a dot and have two names` }],
  );

const notInFrontOfItself: ClientCheck = (client) => [
  ...client.brings.flatMap((brought, i) =>
    brought.client === client.id ? [{ path: ['brings', i, 'client'], message: 'brings itself' }] : [],
  ),
  ...(client.inFront?.clients ?? []).flatMap((id, i) =>
    id === client.id ? [{ path: ['inFront', 'clients', i], message: 'sits in front of itself' }] : [],
  ),
];

const sourcesOnce: ClientCheck = ({ sources }) =>
  repeatedAt(sources.map(({ url }) => url)).map((i) => ({
    path: ['sources', i, 'url'],
    message: 'this source stands here already: say all of it in one place',
  }));

/** Everything that an entry of a client is asked, beyond its shape. */
export const CLIENT_CHECKS: readonly ClientCheck[] = [
  mentionedSettingsExist,
  secondsComeFromNumbers,
  keepAliveSettingGiven,
  neverKeepsAliveWithoutTimes,
  probesAreOneNumber,
  conditionsAsk,
  lastNoticeIsUnconditional,
  limitsSayStatesOnce,
  placeholdersKnown,
  remediesChangeSomething,
  spansAreForward,
  recognisersPrecise,
  hostsBeginAtDot,
  notInFrontOfItself,
  sourcesOnce,
  ...CLIENT_SETTING_CHECKS,
];
