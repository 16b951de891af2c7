import type { ConfigReading } from '../extraction/config-sources.ts';
import { SecretText } from '../extraction/secret-text.ts';
import type { ClusterLookup, ConfigReader, DeclaringObject, ServiceFacts } from '../inspection/ports.ts';
import type { InputDocument } from './read-documents.ts';

/** The objects of the input, standing in for a cluster. */
export class FileCluster implements ClusterLookup, ConfigReader {
  readonly #byName = new Map<string, InputDocument>();

  constructor(documents: readonly InputDocument[], defaultNamespace: string) {
    for (const document of documents) {
      const { kind, namespace, name } = identify(document.object, defaultNamespace);
      this.#byName.set(keyOf(kind, CLUSTER_SCOPED.has(kind) ? '' : namespace, name), document);
    }
  }

  /** The document that holds an object. */
  document(kind: string, namespace: string, name: string): InputDocument | undefined {
    return this.#byName.get(keyOf(kind, CLUSTER_SCOPED.has(kind) ? '' : namespace, name));
  }

  /** The document whose text covers a line of a file. */
  documentAt(file: string, line: number): InputDocument | undefined {
    let found: InputDocument | undefined;
    for (const document of this.#byName.values()) {
      if (document.file !== file || document.firstLine > line) continue;
      if (found === undefined || document.firstLine > found.firstLine) found = document;
    }
    return found;
  }

  configMap(namespace: string, name: string): Promise<ConfigReading<string>> {
    const object = this.document('ConfigMap', namespace, name)?.object;
    if (object === undefined) return Promise.resolve(notAmongFiles(`ConfigMap ${namespace}/${name}`));
    return Promise.resolve({ state: 'Read', data: textsOf(object['data']) });
  }

  secret(namespace: string, name: string): Promise<ConfigReading<SecretText>> {
    const object = this.document('Secret', namespace, name)?.object;
    if (object === undefined) return Promise.resolve(notAmongFiles(`Secret ${namespace}/${name}`));
    const data: Record<string, SecretText> = {};
    for (const [key, value] of Object.entries(textsOf(object['data']))) {
      data[key] = new SecretText(Buffer.from(value, 'base64').toString('utf8'));
    }
    for (const [key, value] of Object.entries(textsOf(object['stringData'])))
      data[key] = new SecretText(value);
    return Promise.resolve({ state: 'Read', data });
  }

  service(namespace: string, name: string): ServiceFacts | undefined {
    const object = this.document('Service', namespace, name)?.object;
    if (object === undefined) return undefined;
    const spec = recordOf(object['spec']);
    const listed = Array.isArray(spec['clusterIPs']) ? spec['clusterIPs'] : [spec['clusterIP']];
    const clusterIPs = listed.filter((ip): ip is string => typeof ip === 'string' && ip !== 'None');
    return { namespace, name, clusterIPs, annotations: textsOf(recordOf(object['metadata'])['annotations']) };
  }

  declaring(kind: string, namespace: string, name: string): DeclaringObject | undefined {
    const object = this.document(kind, namespace, name)?.object;
    if (object === undefined) return undefined;
    return {
      kind,
      namespace,
      name,
      annotations: textsOf(recordOf(object['metadata'])['annotations']),
      spec: object['spec'],
    };
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined {
    const object = this.document('Namespace', '', namespace)?.object;
    if (object === undefined) return undefined;
    // Every namespace has this label: the API server sets it (well-known labels).
    return { 'kubernetes.io/metadata.name': namespace, ...textsOf(recordOf(object['metadata'])['labels']) };
  }
}

/** Kind, namespace and name of an object; a namespace that is not given is the default one, as kubectl has it. */
export function identify(
  object: Record<string, unknown>,
  defaultNamespace: string,
): { readonly kind: string; readonly namespace: string; readonly name: string } {
  const metadata = recordOf(object['metadata']);
  return {
    kind: String(object['kind']),
    namespace: typeof metadata['namespace'] === 'string' ? metadata['namespace'] : defaultNamespace,
    name: typeof metadata['name'] === 'string' ? metadata['name'] : nameFromGenerate(metadata),
  };
}

function nameFromGenerate(metadata: Record<string, unknown>): string {
  return typeof metadata['generateName'] === 'string' ? `${metadata['generateName']}*` : '';
}

const CLUSTER_SCOPED = new Set(['Namespace', 'ClusterNetworkPathPolicy', 'ClientProfile']);

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function notAmongFiles(what: string): { readonly state: 'NotRead'; readonly reason: string } {
  return { state: 'NotRead', reason: `${what} is not among the files` };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function textsOf(value: unknown): Record<string, string> {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, text] of Object.entries(recordOf(value))) {
    if (typeof text === 'string') texts[key] = text;
  }
  return texts;
}
