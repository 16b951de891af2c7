import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sameJson } from '../../src/kubernetes/same-json.ts';

describe('saying the same', () => {
  test('a copy does, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => sameJson(value, structuredClone(value))));
  });

  test('two values do exactly where their canonical texts are equal', () => {
    const small = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, 0, 1, '', 'a'),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(sameJson(a, b)).toBe(canonical(a) === canonical(b));
      }),
    );
  });

  test.each<readonly [string, unknown, unknown, boolean]>([
    ['the order of keys does not matter', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['the order of a list does', [1, 2], [2, 1], false],
    ['a key with undefined is no key', { a: 1, b: undefined }, { a: 1 }, true],
    ['in either direction', { a: 1 }, { a: 1, b: undefined }, true],
    ['null is something', { a: null }, {}, false],
    ['a list is no object', [], {}, false],
    ['nor the other way round', {}, [], false],
    ['what is inherited does not count', { toString: undefined }, {}, true],
    ['a key that looks like a prototype is a key', JSON.parse('{"__proto__":{"a":1}}'), {}, false],
    ['NaN is NaN', Number.NaN, Number.NaN, true],
  ])('%s', (_what, a, b, same) => {
    expect(sameJson(a, b)).toBe(same);
  });

  test('what is not plain data is the same only as itself', () => {
    const map = new Map([['a', 1]]);
    expect([
      sameJson(map, map),
      sameJson(map, new Map([['a', 1]])),
      sameJson(new Date(0), new Date(0)),
    ]).toEqual([true, false, false]);
  });

  test('very deep values count as different, and do not break the stack', () => {
    const deep = (): unknown => {
      let value: unknown = 1;
      for (let n = 0; n < 100_000; n++) value = [value];
      return value;
    };
    expect(sameJson(deep(), deep())).toBe(false);
  });
});

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join()}}`;
}
