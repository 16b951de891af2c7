import type { ConfigReading } from '../extraction/config-sources.ts';
import { SecretText } from '../extraction/secret-text.ts';
import type { ConfigReader } from '../inspection/ports.ts';
import type { Cluster } from './cluster.ts';
import type { Collection } from './collection.ts';
import type { KubernetesObject, Resource } from './resource.ts';
import { CONFIG_MAPS, SECRETS } from './resources.ts';
import type { StateListener } from './state-change.ts';

/** How reads that the cache cannot answer ended. */
export type ConfigReadResult = 'Cached' | 'Read' | 'Missing' | 'Failed';

export interface ConfigCacheOptions {
  readonly secrets: 'Off' | 'On';
  /** Whether any workload reads it: only then is content kept. */
  readonly isRead: (kind: 'ConfigMap' | 'Secret', namespace: string, name: string) => boolean;
  readonly listener: StateListener;
  readonly onRead?: (result: ConfigReadResult) => void;
}

/** The content of one object, or only that it is there. */
type Kept = Readonly<Record<string, string>> | 'Unread';

/** Content beyond this is not kept: it is read when it is needed. The API server takes at most 1 MiB. */
const MOST_READ_AHEAD = 1000;

/**
 * ConfigMaps (and Secrets, when switched on) that workloads read. A watch keeps the content of what some workload
 * references; of the rest only that it exists. What a new workload references is read once, and is then kept current by
 * the watch: it is marked as read before it is fetched, so that no change falls between the two.
 */
export class ConfigCache {
  readonly #cluster: Cluster;
  readonly #options: ConfigCacheOptions;
  readonly #configMaps: Collection<Kept>;
  readonly #secrets: Collection<Kept> | undefined;
  /** Fetched for want of a watched copy; dropped when the watch has something newer. */
  readonly #fetched = new Map<string, Readonly<Record<string, string>>>();
  readonly #wanted = new Set<string>();

  constructor(cluster: Cluster, options: ConfigCacheOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#configMaps = this.#watch(CONFIG_MAPS, 'ConfigMap');
    this.#secrets = options.secrets === 'On' ? this.#watch(SECRETS, 'Secret') : undefined;
  }

  get collections(): readonly Collection<Kept>[] {
    return this.#secrets === undefined ? [this.#configMaps] : [this.#configMaps, this.#secrets];
  }

  /** A reader whose calls, where the cache lacks something, are bounded by a deadline. */
  reader(deadline: AbortSignal | undefined, timeoutMs: number): ConfigReader {
    return {
      configMap: async (namespace, name) =>
        this.#read(CONFIG_MAPS, this.#configMaps, namespace, name, deadline, timeoutMs),
      secret: async (namespace, name) => {
        if (this.#secrets === undefined) return { state: 'NotRead', reason: 'Secrets are not read' };
        const reading = await this.#read(SECRETS, this.#secrets, namespace, name, deadline, timeoutMs);
        return reading.state === 'Read' ? { state: 'Read', data: decoded(reading.data) } : reading;
      },
    };
  }

  #watch(resource: Resource, kind: 'ConfigMap' | 'Secret'): Collection<Kept> {
    const collection = this.#cluster.watch<Kept>({
      resource,
      project: ({ metadata, data }) => {
        const key = `${metadata.namespace}/${metadata.name}`;
        const wanted =
          this.#wanted.has(`${kind}/${key}`) ||
          this.#options.isRead(kind, metadata.namespace ?? '', metadata.name);
        return wanted ? textsOf(data) : 'Unread';
      },
    });
    collection.subscribe((key, before, after) => {
      // What nobody reads may change as often as it likes.
      if (before === 'Unread' && after === 'Unread') return;
      const [namespace = '', name = ''] = key.split('/');
      this.#fetched.delete(`${kind}/${key}`);
      this.#options.listener({ what: 'Configuration', namespace, name });
    });
    return collection;
  }

  async #read(
    resource: Resource,
    collection: Collection<Kept>,
    namespace: string,
    name: string,
    deadline: AbortSignal | undefined,
    timeoutMs: number,
  ): Promise<ConfigReading<string>> {
    const key = `${namespace}/${name}`;
    const cacheKey = `${resource.kind}/${key}`;
    const kept = collection.get(key);
    const cached = kept === undefined || kept === 'Unread' ? this.#fetched.get(cacheKey) : kept;
    if (cached !== undefined) return this.#told('Cached', { state: 'Read', data: cached });
    this.#want(cacheKey);
    try {
      const object = await this.#cluster.get({ resource, namespace, name }, { timeoutMs, signal: deadline });
      return this.#fetchedOne(cacheKey, object);
    } catch {
      return this.#told('Failed', { state: 'NotRead', reason: 'the API server did not answer in time' });
    }
  }

  #fetchedOne(cacheKey: string, object: KubernetesObject | undefined): ConfigReading<string> {
    if (object === undefined) return this.#told('Missing', { state: 'Missing' });
    const data = textsOf(object['data']);
    if (this.#fetched.size < MOST_READ_AHEAD) this.#fetched.set(cacheKey, data);
    return this.#told('Read', { state: 'Read', data });
  }

  #want(cacheKey: string): void {
    if (this.#wanted.size >= MOST_READ_AHEAD) this.#wanted.clear();
    this.#wanted.add(cacheKey);
  }

  #told(result: ConfigReadResult, reading: ConfigReading<string>): ConfigReading<string> {
    this.#options.onRead?.(result);
    return reading;
  }
}

function textsOf(data: unknown): Readonly<Record<string, string>> {
  const texts = Object.create(null) as Record<string, string>;
  if (typeof data !== 'object' || data === null) return texts;
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string') texts[key] = value;
  }
  return texts;
}

function decoded(data: Readonly<Record<string, string>>): Readonly<Record<string, SecretText>> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      new SecretText(Buffer.from(value, 'base64').toString('utf8')),
    ]),
  );
}
