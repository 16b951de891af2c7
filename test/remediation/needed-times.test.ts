import { describe, expect, test } from '@jest/globals';
import { assert, integer, property } from 'fast-check';
import { neededTimes } from '../../src/remediation/needed-times.ts';

describe('the numbers that a fix proposes', () => {
  test.each([
    [350, 240, 30],
    [3600, 2700, 30],
    [60, 30, 10],
    [900, 600, 30],
    [7200, 5400, 30],
  ])('a hop of %i s wants a keep-alive after %i s, every %i s', (timeout, time, interval) => {
    expect(neededTimes(timeout, { marginPercent: 10, lostProbes: 1 })).toMatchObject({ time, interval });
  });

  test('they always fit the timeout less its margin, tolerated losses included', () => {
    assert(
      property(
        integer({ min: 1, max: 500_000 }),
        integer({ min: 0, max: 90 }),
        integer({ min: 0, max: 10 }),
        (timeout, marginPercent, lostProbes) => {
          const needed = neededTimes(timeout, { marginPercent, lostProbes });
          if (needed === undefined) return;
          const limit = timeout * (100 - marginPercent);
          expect((needed.time + lostProbes * needed.interval) * 100).toBeLessThanOrEqual(limit);
          expect(needed.quiet * 100).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
