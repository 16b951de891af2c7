import { readFileSync } from 'node:fs';

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Reads what Jest wrote with `--json --outputFile`. A suite that could not be loaded counts as one failure. No file,
 * or one that is not Jest's, counts as no test.
 */
export function countTests(path: string): Count {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { passed: 0, failed: 0 };
  }
  const result = JSON.parse(text) as Partial<Record<string, number>>;
  const count = (field: string): number => result[field] ?? 0;
  return {
    passed: count('numPassedTests'),
    failed: count('numFailedTests') + count('numRuntimeErrorTestSuites'),
  };
}
