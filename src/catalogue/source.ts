import { z } from 'zod';

/** Where a fact of the catalogue was read. An entry without one is refused. */
export const sourceSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(400)
    .describe('Address of the documentation, source file or thread.'),
  says: z.string().min(3).max(500).describe('What it says, in our words.'),
});

/** An id of the catalogue: lower case, digits and dashes. */
export const entryId = z
  .string()
  .min(2)
  .max(63)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case letters, digits and single dashes');

/** A version or the start of one, such as `4`, `4.0.3`, `1.29`. Compared number by number; text after the numbers is ignored. */
export const versionText = z
  .string()
  .max(40)
  .regex(/^\d+(\.\d+)*$/, 'numbers separated by dots');
