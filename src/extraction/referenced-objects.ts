import { member, memberList, memberObject, memberText } from './reading/guard.ts';
import { readPod } from './reading/read-pod.ts';
import { volumeSources } from './reading/volume-sources.ts';
import type { WorkloadSubject } from './workload-facts.ts';

/** The objects of its namespace that a workload reads its configuration from, by name, sorted. */
export interface ReferencedObjects {
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
}

const MOST_REFERENCES = 10_000;

/** Names the ConfigMaps and Secrets in env, envFrom and mounted volumes (projected ones included). */
export function referencedObjects(subject: WorkloadSubject): ReferencedObjects {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const add = (names: Set<string>, name: string | undefined): void => {
    if (name !== undefined && name !== '') names.add(name);
  };
  const pod = readPod(subject);
  for (const { spec } of pod.containers) {
    for (const source of memberList(spec, 'envFrom', MOST_REFERENCES)) {
      add(configMaps, memberText(member(source, 'configMapRef'), 'name'));
      add(secrets, memberText(member(source, 'secretRef'), 'name'));
    }
    for (const variable of memberList(spec, 'env', MOST_REFERENCES)) {
      const from = memberObject(variable, 'valueFrom');
      add(configMaps, memberText(member(from, 'configMapKeyRef'), 'name'));
      add(secrets, memberText(member(from, 'secretKeyRef'), 'name'));
    }
  }
  for (const source of pod.volumes.flatMap(volumeSources)) {
    add(source.kind === 'Secret' ? secrets : configMaps, source.name);
  }
  return { configMaps: [...configMaps].sort(), secrets: [...secrets].sort() };
}
