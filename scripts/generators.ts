import { deviceReference } from './device-reference.ts';
import { customResourceDefinitions } from './generate-policies.ts';
import type { Generator } from './generator.ts';
import { policyReference } from './policy-reference.ts';

/** Everything that `npm run generate` makes, in this order. Add yours here. */
export const generators: readonly Generator[] = [customResourceDefinitions, policyReference, deviceReference];
