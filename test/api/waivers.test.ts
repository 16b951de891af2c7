import { describe, expect, test } from '@jest/globals';

import { isInForce, readWaivers } from '../../src/api/waivers.ts';

const NOON = new Date('2026-03-01T12:00:00Z');
const GOOD = '- {policy: orders-to-oracle, reason: CHG-4711, until: "2027-02-28"}';

describe('waivers that can be read', () => {
  test.each([
    ['by name', GOOD, 'orders-to-oracle', '2027-02-28'],
    [
      'by namespace and name',
      '- {policy: orders/db, reason: x, until: "2026-03-01"}',
      'orders/db',
      '2026-03-01',
    ],
    ['a day without quotes', '- {policy: db, reason: x, until: 2026-04-01}', 'db', '2026-04-01'],
    ['exactly a year ahead', '- {policy: db, reason: x, until: "2027-03-01"}', 'db', '2027-03-01'],
    ['already over', '- {policy: db, reason: x, until: "2020-01-01"}', 'db', '2020-01-01'],
  ])('%s', (_what, text, policy, until) => {
    const { waivers, problems } = readWaivers(text, NOON);
    expect(problems).toEqual([]);
    expect(waivers).toMatchObject([{ policy, until }]);
  });

  test('none at all', () => {
    expect(readWaivers('', NOON)).toEqual({ waivers: [], problems: [] });
  });
});

describe('waivers that cannot be read say what is wrong, and where', () => {
  test.each([
    [
      'a year and a day ahead',
      '- {policy: db, reason: x, until: "2027-03-02"}',
      ['entry 1: `until` 2027-03-02 is more than a year ahead; at most 2027-03-01 is allowed'],
    ],
    [
      'no real day',
      '- {policy: db, reason: x, until: "2026-02-30"}',
      ["entry 1: `until` must be a day of the calendar, such as '2027-02-28'"],
    ],
    [
      'no day',
      '- {policy: db, reason: x, until: soon}',
      ["entry 1: `until` must be a day of the calendar, such as '2027-02-28'"],
    ],
    ['no end', '- {policy: db, reason: x}', ['entry 1: `until` must be given']],
    [
      'no reason',
      '- {policy: db, reason: " ", until: "2026-04-01"}',
      ['entry 1: `reason` must say why, for whoever reads it later'],
    ],
    [
      'a policy that is no name',
      '- {policy: a/b/c, reason: x, until: "2026-04-01"}',
      ["entry 1: `policy` must name a policy: 'namespace/name' or 'name'"],
    ],
    [
      'a misspelt field',
      `${GOOD}\n- {policy: db, reasn: x, until: "2026-04-01"}`,
      ['entry 2: `reason` must be given', 'entry 2: `reasn` is not a known field; did you mean `reason`?'],
    ],
    ['no list', 'policy: db', ['must be a list of entries with `policy`, `reason` and `until`']],
    ['an entry that is text', '- db', ["entry 1: must be an object with fields, not the text 'db'"]],
    [
      'a key given twice',
      '- {policy: a, policy: b}',
      ['is not YAML: Map keys must be unique at line 1, column 15:'],
    ],
    ['an alias', '- &a {policy: db}\n- *a', ['is not YAML: Alias resolution is disabled']],
    ['a hundred kilobytes', `- "${'a'.repeat(100_000)}"`, ['must be at most 16384 characters long']],
    ['nesting without end', '['.repeat(16_000), ['is nested too deeply']],
    ['more than 32 entries', `${GOOD}\n`.repeat(33), ['must have at most 32 entries']],
  ])('%s', (_what, text, problems) => {
    expect(readWaivers(text, NOON).problems).toEqual(problems);
  });

  test('an entry that is wrong does not take the others with it', () => {
    const { waivers, problems } = readWaivers(`- nonsense\n${GOOD}`, NOON);
    expect(waivers).toMatchObject([{ policy: 'orders-to-oracle' }]);
    expect(problems).toHaveLength(1);
  });

  test('keys that mean something to JavaScript are refused and reach nothing', () => {
    const { waivers, problems } = readWaivers(
      '- {"__proto__": {"policy": "db"}, reason: x, until: "2026-04-01"}',
      NOON,
    );
    expect(waivers).toEqual([]);
    expect(problems).toContain('entry 1: `__proto__` is not a known field');
    expect({}).not.toHaveProperty('policy');
  });
});

describe('a waiver counts', () => {
  const waiver = { policy: 'db', reason: 'x', until: '2026-03-01' };

  test.each([
    ['2026-02-28T23:59:59.999Z', true],
    ['2026-03-01T00:00:00Z', true],
    ['2026-03-01T23:59:59.999Z', true],
    ['2026-03-02T00:00:00Z', false],
  ])('at %s: %s', (now, counts) => {
    expect(isInForce(waiver, new Date(now))).toBe(counts);
  });

  test('on 29 February a year ahead is 1 March', () => {
    const leapDay = new Date('2028-02-29T08:00:00Z');
    expect(readWaivers('- {policy: db, reason: x, until: "2029-03-01"}', leapDay).problems).toEqual([]);
    expect(readWaivers('- {policy: db, reason: x, until: "2029-03-02"}', leapDay).problems).toHaveLength(1);
  });
});
