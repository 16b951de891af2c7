import { describe, expect, test } from '@jest/globals';
import {
  ANY_VERSION,
  isWithin,
  narrowRange,
  rangeOf,
  segmentsOf,
  versionIn,
} from '../../src/extraction/clients/version-range.ts';

describe('versions', () => {
  test.each([
    ['16.3-alpine', '16.3'],
    ['v1.29.1', '1.29.1'],
    ['7', '7'],
    ['8.0.0.Final', '8.0.0'],
    ['latest', undefined],
    ['7f3a9c2b', undefined],
    ['2024abc', undefined],
  ])('a tag %s shows %s', (tag, expected) => {
    expect(versionIn(tag)).toBe(expected);
  });

  test('a short version leaves all that begin like it', () => {
    expect(rangeOf('7')).toEqual({ shown: '7', since: '7', until: '8' });
    expect(rangeOf('42.7.3')).toMatchObject({ since: '42.7.3', until: '42.7.4' });
  });

  test('segments are cut at the boundaries and to the range', () => {
    const versions = (range: object): readonly (string | undefined)[][] =>
      segmentsOf(['4', '6.2.1'], range).map(({ since, until }) => [since, until]);
    expect(versions(ANY_VERSION)).toEqual([
      [undefined, '4'],
      ['4', '6.2.1'],
      ['6.2.1', undefined],
    ]);
    expect(versions(rangeOf('5.1'))).toEqual([['5.1', '5.2']]);
    expect(versions(rangeOf('6'))).toEqual([
      ['6', '6.2.1'],
      ['6.2.1', '7'],
    ]);
    expect(segmentsOf([], ANY_VERSION)).toHaveLength(1);
  });

  test('evidence that contradicts what is known is left out', () => {
    expect(narrowRange(rangeOf('7'), { since: '8' })).toMatchObject({ since: '7', until: '8' });
    expect(narrowRange(ANY_VERSION, { since: '3' })).toEqual({ since: '3' });
  });

  test('a span begins with since and ends before until', () => {
    expect(isWithin('4', { since: '4.0' })).toBe(true);
    expect(isWithin('4', { until: '4.0' })).toBe(false);
    expect(isWithin('3.9.9', { since: '4' })).toBe(false);
  });
});
