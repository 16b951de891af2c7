import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';

/** Compares a text with a committed file; with `UPDATE_GOLDEN=1` in the environment it is written instead. */
export function expectGolden(file: string, text: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect({ file, text }).toEqual({ file, text: existsSync(file) ? readFileSync(file, 'utf8') : undefined });
}
