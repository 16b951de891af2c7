/** Front door: where the webhook's certificate comes from, and how it is kept fresh. */
export type { CertificateEvent, CertificateListener } from './certificate-events.ts';
export { SECRET_CHANGES } from './certificate-events.ts';
export type { CertificateSource } from './certificate-source.ts';
export type {
  CertificateStore,
  SecretEntries,
  StoredSecret,
  WebhookConfiguration,
  WriteOutcome,
} from './certificate-store.ts';
export type { Clock } from './clock.ts';
export { fileSource, fixedSource } from './file-source.ts';
export { DEFAULT_LIFETIMES } from './lifetimes.ts';
export type { Lifetimes } from './lifetimes.ts';
export { selfManagedSource } from './self-managed-source.ts';
export type { SelfManagedSource } from './self-managed-source.ts';
export { serveCertificate } from './serve-certificate.ts';
