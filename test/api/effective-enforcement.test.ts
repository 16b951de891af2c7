import { describe, expect, test } from '@jest/globals';

import { effectiveEnforcement } from '../../src/api/effective-enforcement.ts';
import { enforcementSchema } from '../../src/api/enforcement-spec.ts';

describe('what is not said follows admission, but never denies', () => {
  test.each([
    [{}, 'Warn', 'Warn', 'Warn', 'Audit'],
    [{ admission: 'Deny' }, 'Deny', 'Warn', 'Warn', 'Audit'],
    [{ admission: 'Audit' }, 'Audit', 'Audit', 'Audit', 'Audit'],
    [{ admission: 'Deny', assumed: 'Deny' }, 'Deny', 'Deny', 'Warn', 'Audit'],
    [{ admission: 'Deny', marginal: 'Audit' }, 'Deny', 'Warn', 'Audit', 'Audit'],
    [{ admission: 'Audit', marginal: 'Deny', unknown: 'Deny' }, 'Audit', 'Audit', 'Deny', 'Deny'],
  ])('%j', (written, admission, assumed, marginal, unknown) => {
    const enforcement = enforcementSchema.parse(written);
    expect(effectiveEnforcement({ enforcement })).toEqual({
      admission,
      assumed,
      marginal,
      unknown,
      annotate: 'Enabled',
      remediate: 'Off',
    });
  });
});
