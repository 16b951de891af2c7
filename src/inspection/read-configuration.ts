import type { ConfigReading, ConfigSources } from '../extraction/config-sources.ts';
import { referencedObjects } from '../extraction/extract-workload.ts';
import type { SecretText } from '../extraction/secret-text.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { ConfigReader } from './ports.ts';

/** No pod needs more; a manifest that names thousands must not make the operator read thousands. */
const MOST_OBJECTS = 64;

/**
 * Reads, in parallel, what a workload references, and hands it on as answers that no longer change. Secrets are read only
 * where that is switched on. The reader's own deadline bounds the time; a miss is a state with its cause.
 */
export async function readConfiguration(
  subject: WorkloadSubject,
  reader: ConfigReader,
  secrets: 'Off' | 'On',
): Promise<ConfigSources> {
  const referenced = referencedObjects(subject);
  const [configMaps, read] = await Promise.all([
    readAll(referenced.configMaps, (name) => reader.configMap(subject.namespace, name)),
    secrets === 'On'
      ? readAll(referenced.secrets, (name) => reader.secret(subject.namespace, name))
      : Promise.resolve(new Map<string, ConfigReading<SecretText>>()),
  ]);
  return {
    configMap: (name) => configMaps.get(name) ?? NOT_READ,
    secret: (name) => read.get(name) ?? NOT_READ,
  };
}

const NOT_READ = { state: 'NotRead', reason: `more than ${MOST_OBJECTS} objects are referenced` } as const;

async function readAll<Text>(
  names: readonly string[],
  read: (name: string) => Promise<ConfigReading<Text>>,
): Promise<ReadonlyMap<string, ConfigReading<Text>>> {
  const bounded = names.slice(0, MOST_OBJECTS);
  const readings = await Promise.all(bounded.map(read));
  return new Map(bounded.map((name, index) => [name, readings[index] ?? NOT_READ]));
}
