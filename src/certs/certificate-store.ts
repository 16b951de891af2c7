/**
 * What the self-managed source asks of the cluster. `src/kubernetes/` implements it; every call may reject (no
 * network, no permission), and then the source tries again later. Reads must be consistent ones (no
 * `resourceVersion=0`): the order in which things are read is what keeps two replicas from undoing each other's work.
 */
export interface CertificateStore {
  /** The Secret's entries as text, or undefined where there is no such Secret. */
  getSecret(): Promise<StoredSecret | undefined>;
  /** `Conflict` when somebody else made it first. */
  createSecret(entries: SecretEntries): Promise<WriteOutcome>;
  /** Replaces all entries; `Conflict` when the Secret is no longer the one with this resourceVersion (or is gone). */
  updateSecret(entries: SecretEntries, resourceVersion: string): Promise<WriteOutcome>;
  /** The configurations that are to trust the certificate; those that do not exist are left out. */
  getConfigurations(): Promise<WebhookConfiguration[]>;
  /**
   * Puts this bundle (PEM) into every webhook of the configuration; `Conflict` when it is no longer the one with this
   * resourceVersion (or is gone).
   */
  putCaBundle(configuration: WebhookConfiguration, bundle: string): Promise<WriteOutcome>;
}

export type SecretEntries = Readonly<Record<string, string>>;

export interface StoredSecret {
  readonly entries: SecretEntries;
  readonly resourceVersion: string;
}

export interface WebhookConfiguration {
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  readonly name: string;
  readonly resourceVersion: string;
  /** PEM, one for each webhook in it; empty text where there is none. */
  readonly caBundles: readonly string[];
}

export type WriteOutcome = 'Written' | 'Conflict';
