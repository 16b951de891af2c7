import { describe, expect, test } from '@jest/globals';
import { settingSchema } from '../../src/catalogue/client-setting.ts';
import { parseDuration } from '../../src/extraction/clients/parse-quantity.ts';
import { understand, type UnderstoodText } from '../../src/extraction/clients/setting-value.ts';

function understood(setting: object, text: string, holds = true): UnderstoodText {
  const full = settingSchema.parse({ name: 's', ...setting });
  return understand(text, full, full.given[0], () => holds);
}

describe('durations', () => {
  test.each([
    ['90', 'Seconds', 'None', 90],
    ['90', 'Milliseconds', 'None', 0.09],
    ['4', 'Minutes', 'None', 240],
    ['1.5', 'Hours', 'None', 5400],
    ['4m', 'Seconds', 'None', undefined],
    ['4m', 'Milliseconds', 'Simple', 240],
    ['30 s', 'Milliseconds', 'Simple', 30],
    ['500ms', 'Seconds', 'Simple', 0.5],
    ['2h', 'Seconds', 'Simple', 7200],
    ['1d', 'Seconds', 'Simple', 86_400],
    ['10min', 'Seconds', 'Simple', 600],
    ['1h30m', 'Seconds', 'Simple', undefined],
    ['1h30m', 'Seconds', 'Go', 5400],
    ['1h30m0.5s', 'Seconds', 'Go', 5400.5],
    ['PT4M', 'Seconds', 'Iso8601', 240],
    ['P1DT2H', 'Seconds', 'Iso8601', 93_600],
    ['pt0.5s', 'Seconds', 'Iso8601', 0.5],
    ['P', 'Seconds', 'Iso8601', undefined],
    ['PT4M', 'Seconds', 'Simple', undefined],
    ['00:05:00', 'Seconds', 'Any', 300],
    ['1.02:00:00', 'Seconds', 'Any', 93_600],
    ['-1', 'Seconds', 'None', -1],
    ['-1s', 'Seconds', 'Simple', -1],
    ['4 parsecs', 'Seconds', 'Any', undefined],
    ['1e3', 'Seconds', 'None', undefined],
    ['', 'Seconds', 'Any', undefined],
    ['Infinity', 'Seconds', 'Any', undefined],
    ['9'.repeat(400), 'Seconds', 'Any', undefined],
  ] as const)('%s in %s with suffixes %s is %s', (text, unit, suffixes, expected) => {
    expect(parseDuration(text, unit, suffixes)).toBe(expected);
  });
});

describe('what a text means', () => {
  test.each([
    [{ type: 'Boolean' }, 'TRUE', { kind: 'Boolean', on: true }],
    [{ type: 'Boolean' }, '0', { kind: 'Boolean', on: false }],
    [{ type: 'Boolean' }, 'maybe', { kind: 'Malformed' }],
    [{ type: 'Text' }, ' "x" ', { kind: 'Text', text: 'x' }],
    [{ type: 'Integer' }, '5', { kind: 'Number', amount: 5 }],
    [{ type: 'Integer' }, 'five', { kind: 'Malformed' }],
    [{ type: 'Duration', unit: 'Milliseconds' }, '60000', { kind: 'Number', amount: 60_000, seconds: 60 }],
    [{ type: 'Duration', unit: 'Seconds' }, "'60'", { kind: 'Number', seconds: 60 }],
    [
      { type: 'Duration', unit: 'Seconds', special: [{ value: '0', means: 'Off' }] },
      '0',
      { kind: 'Special', means: 'Off' },
    ],
    [
      { type: 'Duration', unit: 'Seconds', suffixes: 'Simple', special: [{ value: '0', means: 'Off' }] },
      '0s',
      { kind: 'Special', means: 'Off' },
    ],
    [
      { type: 'Duration', unit: 'Seconds', special: [{ value: 'none', means: 'Unlimited' }] },
      'None',
      { kind: 'Special', means: 'Unlimited' },
    ],
    [
      { type: 'Duration', unit: 'Seconds', negative: 'KernelDefault' },
      '-1',
      { kind: 'Special', means: 'KernelDefault' },
    ],
    [{ type: 'Duration', unit: 'Seconds' }, '-1', { kind: 'Malformed' }],
    [{ type: 'Integer', special: [{ value: '-1', means: 'Default' }] }, '-1', { kind: 'Default' }],
  ])('%j given %j', (setting, text, expected) => {
    expect(understood(setting, text)).toMatchObject(expected);
  });

  test.each([
    ['Off', { kind: 'Special', means: 'Off' }],
    ['Default', { kind: 'Default' }],
    ['Minimum', { kind: 'Number', amount: 30_000, seconds: 30 }],
    ['Refused', { kind: 'Malformed' }],
  ])('less than the least value: %s', (below, expected) => {
    const setting = { type: 'Duration', unit: 'Milliseconds', minimums: [{ value: 30_000, below }] };
    expect(understood(setting, '20000')).toMatchObject(expected);
    expect(understood(setting, '30000')).toMatchObject({ kind: 'Number', seconds: 30 });
    expect(understood(setting, '20000', false)).toMatchObject({ kind: 'Number', seconds: 20 });
  });

  test('a form may have a unit of its own', () => {
    const setting = { type: 'Duration', unit: 'Seconds', given: [{ env: 'X', unit: 'Minutes' }] };
    expect(understood(setting, '2')).toMatchObject({ amount: 120, seconds: 120 });
  });
});
