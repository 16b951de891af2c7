import { deviceReference } from './device-reference.ts';
import { customResourceDefinitions } from './generate-policies.ts';
import type { Generator } from './generator.ts';

/** Everything that `npm run generate` makes, in this order. Add yours here. */
export const generators: readonly Generator[] = [customResourceDefinitions, deviceReference];
