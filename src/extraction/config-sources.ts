import type { SecretText } from './secret-text.ts';

/** A ConfigMap or Secret as far as it could be read. `Missing`: there is none of that name. */
export type ConfigReading<Text> =
  | { readonly state: 'Read'; readonly data: Readonly<Record<string, Text>> }
  | { readonly state: 'Missing' }
  /** `reason` as half a sentence, such as `the API server did not answer in time`. */
  | { readonly state: 'NotRead'; readonly reason: string };

/**
 * The ConfigMaps and Secrets of the workload's namespace, read beforehand (`referencedObjects` names them).
 * Answers must not change during one extraction.
 */
export interface ConfigSources {
  configMap(name: string): ConfigReading<string>;
  /** Asked only where Secrets are switched on. */
  secret(name: string): ConfigReading<SecretText>;
}
