import type { Credentials } from '../../src/kubernetes/credentials.ts';
import type { WatchOptions } from '../../src/kubernetes/collection.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import type { WatchEvent, WatchEventType } from '../../src/kubernetes/watch-event.ts';
import type { WatchTuning } from '../../src/kubernetes/watched-collection.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { ApiClient } from '../../src/kubernetes/api-client.ts';
import { fixedCredentials } from '../../src/kubernetes/credentials.ts';
import { createHttpsTransport } from '../../src/kubernetes/https-transport.ts';
import { CONFIG_MAPS } from '../../src/kubernetes/resources.ts';
import { WATCH_TUNING, WatchedCollection } from '../../src/kubernetes/watched-collection.ts';
import { FakeTime, until } from './fake-time.ts';

/** What the tests keep of a ConfigMap: enough to tell versions apart. */
export interface Kept {
  readonly version: string;
  readonly data: Readonly<Record<string, string>>;
}

export interface FollowOptions {
  readonly watch?: Partial<WatchOptions<Kept>>;
  readonly tuning?: Partial<WatchTuning>;
  readonly credentials?: Credentials;
  readonly time?: FakeTime;
  readonly onEvent?: (event: WatchEvent) => void;
}

function keep(object: KubernetesObject): Kept {
  return {
    version: object.metadata.resourceVersion ?? '',
    data: (object['data'] ?? {}) as Readonly<Record<string, string>>,
  };
}

/** The ConfigMaps of a scripted server, followed on a clock that the test moves, with everything that happens. */
export class Followed {
  readonly time: FakeTime;
  readonly events: WatchEvent[] = [];
  readonly changes: (readonly [key: string, before: string | undefined, after: string | undefined])[] = [];
  readonly collection: WatchedCollection<Kept>;
  readonly #client: ApiClient;

  constructor(server: ScriptedServer, options: FollowOptions = {}) {
    this.time = options.time ?? new FakeTime();
    const transport = createHttpsTransport({
      server: server.url,
      credentials: options.credentials ?? fixedCredentials({ headers: {} }),
      userAgent: 'pathkeeper-test',
      time: this.time,
    });
    this.#client = new ApiClient(transport, this.time);
    this.collection = new WatchedCollection<Kept>(
      { resource: CONFIG_MAPS, project: keep, ...options.watch },
      {
        api: this.#client,
        time: this.time,
        tuning: { ...WATCH_TUNING, ...options.tuning },
        onEvent: (event) => {
          this.events.push(event);
          options.onEvent?.(event);
        },
      },
    );
    this.collection.subscribe((key, before, after) => {
      this.changes.push([key, before?.version, after?.version]);
    });
  }

  /** The events of one type, in order. */
  of<K extends WatchEventType>(type: K): readonly Extract<WatchEvent, { readonly type: K }>[] {
    return this.events.filter(
      (event): event is Extract<WatchEvent, { readonly type: K }> => event.type === type,
    );
  }

  /** Waits, in real time, for the n-th event of a type. */
  async reach(type: WatchEventType, times = 1): Promise<void> {
    await until(
      () => this.of(type).length >= times,
      `${type} number ${times} (events: ${this.types().join(' ')})`,
    );
  }

  /** Waits until the store holds exactly what the server has. */
  async agree(server: ScriptedServer): Promise<void> {
    await until(() => this.agrees(server), `the store to agree (events: ${this.types().join(' ')})`);
  }

  agrees(server: ScriptedServer): boolean {
    const wanted = server.state();
    const held = new Map([...this.collection.entries()].map(([key, { version }]) => [key, version]));
    return held.size === wanted.size && [...wanted].every(([key, version]) => held.get(key) === version);
  }

  /** Waits for the n-th wait between attempts, and lets it pass. */
  async passBackoff(times: number): Promise<number> {
    await this.reach('Backoff', times);
    const { milliseconds } = this.of('Backoff')[times - 1] ?? { milliseconds: 0 };
    await this.time.advance(milliseconds);
    return milliseconds;
  }

  types(): readonly WatchEventType[] {
    return this.events.map((event) => event.type);
  }

  async stop(): Promise<void> {
    await this.collection.stop();
    this.#client.close();
  }
}
