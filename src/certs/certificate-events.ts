import type { WebhookConfiguration } from './certificate-store.ts';
import type { RenewalFailure } from './renewal-reasons.ts';

/** What happens to certificates: logs, metrics and tests all hang on this one list. */
export type CertificateEvent =
  /** The Secret was changed by this replica. */
  | {
      readonly event: 'SecretWritten';
      readonly change: SecretChange;
      readonly failures: readonly RenewalFailure[];
    }
  /** Another replica was faster; what it wrote is read and used. */
  | { readonly event: 'WriteConflict'; readonly on: 'Secret' | WebhookConfiguration['kind'] }
  /** The Secret lost what it held, and another replica may be about to restore it. */
  | { readonly event: 'Waiting'; readonly failures: readonly RenewalFailure[] }
  /** A webhook configuration was given its bundle; `isRepair` when somebody else had taken out an authority. */
  | {
      readonly event: 'BundleWritten';
      readonly kind: WebhookConfiguration['kind'];
      readonly name: string;
      readonly isRepair: boolean;
    }
  /** A certificate began to be served. */
  | { readonly event: 'Serving'; readonly notAfter: number }
  /** The end of the authority that the Secret names. */
  | { readonly event: 'AuthorityRead'; readonly notAfter: number }
  /** Mounted files do not hold a certificate and its key (for instance half-way through a change of both). */
  | { readonly event: 'FilesRefused'; readonly detail: string }
  /** A look at the cluster or the files failed; it is repeated. */
  | { readonly event: 'Failed'; readonly error: unknown };

export const SECRET_CHANGES = [
  'AuthorityCreated',
  'NextIntroduced',
  'NextPromoted',
  'CertificateIssued',
  'Restored',
  'TidiedUp',
] as const;
export type SecretChange = (typeof SECRET_CHANGES)[number];

/** Hears of every event; must not throw. */
export type CertificateListener = (event: CertificateEvent) => void;
