import { test } from '@jest/globals';
import * as fc from 'fast-check';
import { disagreements } from './agreement.ts';
import { knownCases } from './model-generators.ts';
import { propertyOptions } from './property-options.ts';

test('formula equals simulation', () => {
  fc.assert(
    fc.property(knownCases, (question) => {
      const found = disagreements(question);
      if (found.length > 0) throw new Error(found.join('\n'));
    }),
    propertyOptions(10_000),
  );
});
