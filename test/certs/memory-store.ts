import type {
  CertificateStore,
  SecretEntries,
  StoredSecret,
  WebhookConfiguration,
  WriteOutcome,
} from '../../src/certs/certs.ts';

interface Configuration {
  readonly kind: WebhookConfiguration['kind'];
  readonly name: string;
  version: number;
  bundles: string[];
  /** Every state of the bundles, with the moment it began: what a lagging API server still goes by. */
  readonly history: { readonly since: number; readonly bundles: readonly string[] }[];
}

type Call = 'getSecret' | 'createSecret' | 'updateSecret' | 'getConfigurations' | 'putCaBundle';

/** A Secret and webhook configurations in memory, with optimistic locking as the API server does it. */
export class MemoryStore implements CertificateStore {
  #secret: { entries: SecretEntries; version: number } | undefined;
  #version = 1;
  readonly #configurations: Configuration[] = [];
  readonly #now: () => number;
  /** Awaited at the start of each call and before its answer: where other replicas get their turn. */
  interleave: () => Promise<void> = () => Promise.resolve();
  /** Throws, when a call is to fail. */
  failOn: (call: Call) => void = () => undefined;
  readonly calls: Call[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds a configuration with so many webhooks, as an installation does: with empty bundles. */
  install(kind: WebhookConfiguration['kind'], name: string, webhooks = 1): void {
    const bundles = Array.from({ length: webhooks }, () => '');
    const history = [{ since: this.#now(), bundles }];
    this.#configurations.push({ kind, name, version: this.#version++, bundles, history });
  }

  /** Takes all configurations away, as removing the installation does. */
  uninstall(): void {
    this.#configurations.length = 0;
  }

  /** The Secret as a person with kubectl sees it. */
  get entries(): SecretEntries | undefined {
    return this.#secret?.entries;
  }

  /** Changes or deletes the Secret behind everybody's back. */
  tamper(entries: SecretEntries | undefined): void {
    this.#secret = entries === undefined ? undefined : { entries, version: this.#version++ };
  }

  /** Changes the bundles behind everybody's back. */
  tamperBundles(change: (bundle: string) => string): void {
    for (const configuration of this.#configurations)
      this.#put(configuration, configuration.bundles.map(change));
  }

  /** All bundles now. */
  get bundles(): readonly string[] {
    return this.#configurations.flatMap(({ bundles }) => bundles);
  }

  /** All bundles as they were at that moment. */
  bundlesAt(moment: number): readonly string[] {
    return this.#configurations.flatMap(
      ({ history }) => history.findLast(({ since }) => since <= moment)?.bundles ?? [],
    );
  }

  /** Moments at which some bundle changed. */
  get changedAt(): readonly number[] {
    return this.#configurations.flatMap(({ history }) => history.map(({ since }) => since));
  }

  async #call<T>(call: Call, act: () => T): Promise<T> {
    this.calls.push(call);
    await this.interleave();
    this.failOn(call);
    const answer = act();
    await this.interleave();
    return answer;
  }

  #put(configuration: Configuration, bundles: string[]): void {
    configuration.bundles = bundles;
    configuration.version = this.#version++;
    configuration.history.push({ since: this.#now(), bundles });
  }

  getSecret(): Promise<StoredSecret | undefined> {
    return this.#call('getSecret', () =>
      this.#secret === undefined
        ? undefined
        : { entries: this.#secret.entries, resourceVersion: String(this.#secret.version) },
    );
  }

  createSecret(entries: SecretEntries): Promise<WriteOutcome> {
    return this.#call('createSecret', () => {
      if (this.#secret !== undefined) return 'Conflict';
      this.#secret = { entries, version: this.#version++ };
      return 'Written';
    });
  }

  updateSecret(entries: SecretEntries, resourceVersion: string): Promise<WriteOutcome> {
    return this.#call('updateSecret', () => {
      if (this.#secret === undefined || String(this.#secret.version) !== resourceVersion) return 'Conflict';
      this.#secret = { entries, version: this.#version++ };
      return 'Written';
    });
  }

  getConfigurations(): Promise<WebhookConfiguration[]> {
    return this.#call('getConfigurations', () =>
      this.#configurations.map(({ kind, name, version, bundles }) => ({
        kind,
        name,
        resourceVersion: String(version),
        caBundles: bundles,
      })),
    );
  }

  putCaBundle({ kind, name, resourceVersion }: WebhookConfiguration, bundle: string): Promise<WriteOutcome> {
    return this.#call('putCaBundle', () => {
      const found = this.#configurations.find((one) => one.kind === kind && one.name === name);
      if (found === undefined || String(found.version) !== resourceVersion) return 'Conflict';
      this.#put(
        found,
        found.bundles.map(() => bundle),
      );
      return 'Written';
    });
  }
}
