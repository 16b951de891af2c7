import { expect, test } from '@jest/globals';
import { spellDuration } from '../../src/report/duration.ts';

test.each([
  [45, '45 s'],
  [60, '1 min (60 s)'],
  [350, '5 min 50 s (350 s)'],
  [3600, '1 h (3600 s)'],
  [7200, '2 h (7200 s)'],
  [7275, '2 h 1 min (7275 s)'],
  [432_000, '5 d (432000 s)'],
  [924.6, '15 min 25 s (924.6 s)'],
  [0.5, '0.5 s'],
])('%d s is spelt %s', (seconds, text) => {
  expect(spellDuration(seconds)).toBe(text);
});
