/** Mutants of the model that mean the same as the original, and why: no test can tell them apart. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map<string, string>();
