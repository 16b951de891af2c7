import process from 'node:process';
import type { Environment } from './service-options.ts';

/** The environment of this process: read here and nowhere else. */
export function environment(): Environment {
  return process.env;
}
