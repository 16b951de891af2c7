/**
 * Why the Secret has to change. Each is the answer of one check in `check-material.ts`, a label of the rotation
 * metric and a word in the log.
 */
export const RENEWAL_REASONS = {
  SecretMissing: 'There is no Secret, or it is empty.',
  AuthorityCorrupt: "The authority's certificate is missing, cannot be read, or is not one of an authority.",
  AuthorityKeyMissing: "The authority's key was taken out: the way to ask for a new authority.",
  AuthorityKeyCorrupt: "The authority's key cannot be read, or belongs to another certificate.",
  AuthorityExpired: 'The authority has expired.',
  AuthorityRenewalDue: 'The authority has lived two thirds of its time, or starts to live only later.',
  NextCorrupt: 'The next authority cannot be read, or its key belongs to another certificate.',
  NextExpired: 'The next authority expired before it was used.',
  NextPublished: 'The next authority is trusted by every webhook configuration, for long enough.',
  PreviousCorrupt: 'The list of previous authorities cannot be read.',
  PreviousExpired: 'A previous authority has expired: nothing valid can be signed by it any more.',
  ServingIssuerMissing: 'A replica still serves a certificate whose authority the Secret no longer names.',
  CertificateMissing: 'There is no serving certificate: also the way to ask for a new one.',
  CertificateCorrupt: 'The serving certificate or its key cannot be read.',
  PrivateKeyMismatch: 'The serving key belongs to another certificate.',
  IssuerDiffers: 'The serving certificate was not signed by the authority.',
  CertificateExpired: 'The serving certificate has expired.',
  CertificateNotYetValid: 'The serving certificate starts to be valid only later.',
  RenewalDue: 'The serving certificate has lived two thirds of its time.',
  DnsNamesDiffer: 'The serving certificate does not cover every name that it is called by.',
  CaExpiresBeforeLeaf: 'The serving certificate would outlive its authority.',
} as const;

export type RenewalReason = keyof typeof RENEWAL_REASONS;

/** A reason with what exactly was found; the detail never holds key material. */
export interface RenewalFailure {
  readonly reason: RenewalReason;
  readonly detail: string;
}
