import { deviceReference } from './device-reference.ts';
import { chartValues } from './chart-values.ts';
import { customResourceDefinitions } from './custom-resource-definitions.ts';
import type { Generator } from './generator.ts';
import { metricsReference } from './metrics-reference.ts';
import { optionsReference } from './options-reference.ts';
import { policyReference } from './policy-reference.ts';

/** Everything that `npm run generate` makes, in this order. Add yours here. */
export const generators: readonly Generator[] = [
  customResourceDefinitions,
  policyReference,
  deviceReference,
  metricsReference,
  optionsReference,
  chartValues,
];
