import { describe, expect, test } from '@jest/globals';

import { selectorMatches, selectsAll, type LabelSelector } from '../../src/api/label-selector.ts';

const labels = { app: 'orders', tier: 'backend' };

describe('a selector', () => {
  test.each<[string, LabelSelector, boolean]>([
    ['the empty one', {}, true],
    ['the right label', { matchLabels: { app: 'orders' } }, true],
    ['another value', { matchLabels: { app: 'shop' } }, false],
    ['a label that is absent', { matchLabels: { team: '' } }, false],
    ['one right, one wrong', { matchLabels: { app: 'orders', tier: 'web' } }, false],
    [
      'In with the value',
      { matchExpressions: [{ key: 'app', operator: 'In', values: ['shop', 'orders'] }] },
      true,
    ],
    ['In without it', { matchExpressions: [{ key: 'app', operator: 'In', values: ['shop'] }] }, false],
    ['In of an absent label', { matchExpressions: [{ key: 'team', operator: 'In', values: ['a'] }] }, false],
    [
      'NotIn with the value',
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['orders'] }] },
      false,
    ],
    ['NotIn without it', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['shop'] }] }, true],
    [
      'NotIn of an absent label',
      { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] },
      true,
    ],
    ['Exists', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    ['Exists of an absent label', { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, false],
    ['DoesNotExist', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    [
      'DoesNotExist of an absent label',
      { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] },
      true,
    ],
    [
      'labels and expressions together',
      { matchLabels: { app: 'orders' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      false,
    ],
    ['a key from the prototype', { matchExpressions: [{ key: 'toString', operator: 'Exists' }] }, false],
  ])('%s: %j is %s', (_what, selector, matches) => {
    expect(selectorMatches(selector, labels)).toBe(matches);
  });

  test('selects everything only when it asks for nothing', () => {
    expect(selectsAll({})).toBe(true);
    expect(selectsAll({ matchLabels: {}, matchExpressions: [] })).toBe(true);
    expect(selectsAll({ matchLabels: { app: 'a' } })).toBe(false);
    expect(selectsAll({ matchExpressions: [{ key: 'a', operator: 'Exists' }] })).toBe(false);
  });
});
