import { deviceReference } from './device-reference.ts';
import type { Generator } from './generator.ts';

/** Everything that `npm run generate` makes, in this order. Add yours here. */
export const generators: readonly Generator[] = [deviceReference];
