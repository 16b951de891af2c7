import { describe, expect, test } from '@jest/globals';
import { expandVariables, MOST_EXPANDED } from '../../src/extraction/reading/expand-variables.ts';

const VALUES = new Map([
  ['A', 'one'],
  ['B', '$(A)'],
  ['EMPTY', ''],
  ['with.dots-and_more', 'odd'],
]);

describe('expanding $(NAME) as the kubelet does', () => {
  test.each([
    ['a value without references', 'plain', 'plain'],
    ['a reference', 'x$(A)y', 'xoney'],
    ['two references', '$(A)$(A)', 'oneone'],
    ['a reference to nothing stays', '$(NONE)', '$(NONE)'],
    ['an empty variable', 'x$(EMPTY)y', 'xy'],
    ['what a reference gives is not expanded again', '$(B)', '$(A)'],
    ['an escaped reference', '$$(A)', '$(A)'],
    ['an escape before a reference', '$$$(A)', '$one'],
    ['two escapes', '$$$$(A)', '$$(A)'],
    ['a dollar before anything else', '$A ${A} $', '$A ${A} $'],
    ['an opening that never closes', '$(A', '$(A'],
    ['an opening that never closes, then an escape', '$(A$$', '$(A$'],
    ['a name goes up to the first closing bracket', '$(A$(A))', '$(A$(A))'],
    ['names may hold anything', '$(with.dots-and_more)', 'odd'],
    ['an empty name', '$()', '$()'],
    ['a dollar at the end', 'cost$', 'cost$'],
    ['escaped dollars alone', '$$', '$'],
  ])('%s', (_what, text, expected) => {
    expect(expandVariables(text, (name) => VALUES.get(name))).toBe(expected);
  });

  test('a value that grows beyond the bound is given up', () => {
    const half = 'x'.repeat(MOST_EXPANDED / 2 + 1);
    expect(expandVariables('$(H)$(H)', () => half)).toBeUndefined();
    expect(expandVariables('$(H)', () => half)).toBe(half);
  });

  test('a hundred thousand openings take no longer than they are many', () => {
    const text = '$('.repeat(50_000);
    expect(expandVariables(text, () => 'x')).toBe(text);
  });
});
