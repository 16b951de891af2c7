import { test } from '@jest/globals';
import * as fc from 'fast-check';
import { askWithHidden, hiddenCases, overclaims, underclaims } from './hidden-facts.ts';
import { propertyOptions } from './property-options.ts';

function expectNone(found: readonly string[]): void {
  if (found.length > 0) throw new Error(found.join('\n'));
}

test('a definite verdict holds whatever the hidden facts are: unknown never yields Protected', () => {
  fc.assert(
    fc.property(hiddenCases, (drawn) => expectNone(overclaims(askWithHidden(drawn)))),
    propertyOptions(5_000),
  );
});

test('Unknown only where the hidden facts decide', () => {
  fc.assert(
    fc.property(hiddenCases, (drawn) => expectNone(underclaims(askWithHidden(drawn)))),
    propertyOptions(5_000),
  );
});
