import type { PrivateKey } from './private-key.ts';

/** A certificate (with its chain, PEM) and the key that goes with it, ready for a TLS server. */
export interface ServingCertificate {
  readonly certificatePem: string;
  readonly key: PrivateKey;
  /** End of validity, milliseconds since the epoch. */
  readonly notAfter: number;
}

/** Whether a source has something to serve; the detail is for the readiness page, and holds no secret. */
export interface SourceHealth {
  readonly healthy: boolean;
  readonly detail: string;
}

/**
 * Where the serving certificate comes from. Three sources, one interface: made and renewed by Pathkeeper
 * (`selfManagedSource`), mounted files (`fileSource`), given once (`fixedSource`).
 */
export interface CertificateSource {
  /** What to serve now; undefined until there is something. */
  get(): ServingCertificate | undefined;
  /** Begins to look after the certificate, and resolves after the first look, whatever that found. */
  start(): Promise<void>;
  /** Told of each change of `get()`, synchronously. The answer unsubscribes. */
  onChange(listener: (certificate: ServingCertificate) => void): () => void;
  healthy(): SourceHealth;
  /** Ends timers and watchers; resolves when nothing of this source runs any more. */
  stop(): Promise<void>;
}
