import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadEntries } from '../../src/catalogue/load-catalogue.ts';
import { loadClientProfile } from '../../src/catalogue/load-client-profile.ts';
import { CLIENT } from './entry-texts.ts';

const known = loadEntries([{ path: 'clients/some-driver.yaml', text: CLIENT }]).clients;

const profile = (changes: Record<string, unknown>): unknown => ({
  ...(parse(CLIENT) as Record<string, unknown>),
  id: 'own-driver',
  ...changes,
});

test('a well-formed profile becomes an entry like the built-in ones', () => {
  const { entry, problems } = loadClientProfile(profile({ brings: [{ client: 'some-driver' }] }), known);
  expect(problems).toEqual([]);
  expect(entry).toMatchObject({ id: 'own-driver', closing: 'Local' });
});

test('a profile that stands on a built-in entry is completed by it', () => {
  const { entry } = loadClientProfile(profile({ like: 'some-driver', settings: [], limits: [] }), known);
  expect(entry?.settings).toEqual(known[0]?.settings);
  expect(entry?.limits).toEqual(known[0]?.limits);
});

test('what is wrong is told with its JSON pointer', () => {
  const { entry, problems } = loadClientProfile(
    profile({
      kind: 'Drivr',
      'a/b~c': 1,
      limits: [{ kind: 'IdleEviction', value: { seconds: -1 }, states: ['Pooled'] }],
    }),
    known,
  );
  expect(entry).toBeUndefined();
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        pointer: '/kind',
        message: expect.stringContaining("did you mean 'Driver'?"),
      }),
      { pointer: '/limits/0/value/seconds', message: 'limits[0].value.seconds: must be at least 0' },
      expect.objectContaining({ pointer: '/a~1b~0c', message: "'a/b~c' is not a known field" }),
    ]),
  );
});

test('what a well-formed profile gets wrong is told too', () => {
  const { problems } = loadClientProfile(profile({ brings: [{ client: 'some-drver' }] }), known);
  expect(problems).toEqual([
    { pointer: '/brings/0/client', message: "there is no client 'some-drver'; did you mean 'some-driver'?" },
  ]);
});

describe('hostile profiles', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i += 1) deep = { x: deep };
  const HOSTILE: readonly (readonly [string, unknown, string])[] = [
    ['nothing', undefined, 'the entry is missing'],
    ['null', null, 'the entry: must be an object'],
    ['a text', 'x', 'the entry: must be an object'],
    ['100 000 levels', profile({ x: deep }), 'nested deeper than 20 levels'],
    [
      'a million values',
      profile({ x: Array.from({ length: 1_000_000 }, () => 1) }),
      'holds more than 20000 values',
    ],
    [
      '__proto__ as its own name',
      JSON.parse('{"__proto__": {"x": 1}}'),
      "'__proto__' must not be used as a name",
    ],
    [
      'constructor below',
      profile({ recognise: { constructor: 1 } }),
      "'constructor' must not be used as a name",
    ],
  ];
  test.each(HOSTILE)('%s', (_, value, message) => {
    const { entry, problems } = loadClientProfile(value, known);
    expect(entry).toBeUndefined();
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
  });
});
