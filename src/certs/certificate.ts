import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PrivateKey } from './private-key.ts';

/** Longest text that is searched for certificates, in characters: some forty of ours, or ten with large RSA keys. */
const LONGEST_TEXT = 65_536;
/** Most certificates taken from one text. */
const MOST_CERTIFICATES = 16;
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/** An X.509 certificate with what the checks ask of it. Two are the same when their fingerprints are. */
export class Certificate {
  readonly #x509: X509Certificate;
  /** Answers of `isSignedBy`, by fingerprint: the same questions come at every look. */
  readonly #signers = new Map<string, boolean>();
  /** PEM text, always in the same form whatever form it was read in, ending in a line break. */
  readonly pem: string;
  /** SHA-256 over the DER form, as hex pairs. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  readonly isAuthority: boolean;

  private constructor(x509: X509Certificate) {
    this.#x509 = x509;
    this.pem = x509.toString();
    this.fingerprint = x509.fingerprint256;
    this.notBefore = x509.validFromDate.getTime();
    this.notAfter = x509.validToDate.getTime();
    this.isAuthority = x509.ca;
  }

  /** The certificates in a PEM text, in order; undefined where one of them cannot be read or the text has none. */
  static parseAll(text: string): Certificate[] | undefined {
    if (text.length > LONGEST_TEXT) return undefined;
    const blocks = text.match(BLOCK) ?? [];
    if (blocks.length === 0 || blocks.length > MOST_CERTIFICATES) return undefined;
    try {
      return blocks.map((block) => new Certificate(new X509Certificate(block)));
    } catch {
      return undefined;
    }
  }

  /** The first certificate of a PEM text. */
  static parse(text: string): Certificate | undefined {
    return Certificate.parseAll(text)?.[0];
  }

  /** True when the authority's name and key signed this one. Dates are not looked at. */
  isSignedBy(authority: Certificate): boolean {
    const known = this.#signers.get(authority.fingerprint) ?? this.#checkSignature(authority);
    this.#signers.set(authority.fingerprint, known);
    return known;
  }

  #checkSignature(authority: Certificate): boolean {
    try {
      return this.#x509.checkIssued(authority.#x509) && this.#x509.verify(authority.#x509.publicKey);
    } catch {
      return false;
    }
  }

  /** True when the key is the one this certificate was made for. */
  belongsTo(key: PrivateKey): boolean {
    try {
      return this.#x509.checkPrivateKey(key.keyObject());
    } catch {
      return false;
    }
  }

  /** True when a client that connects to this DNS name or IP address accepts the certificate's names. */
  covers(name: string): boolean {
    const covered = isIP(name)
      ? this.#x509.checkIP(name)
      : this.#x509.checkHost(name, { subject: 'never', wildcards: false });
    return covered !== undefined;
  }
}

/** Each certificate once, in order of first appearance. */
export function distinct(certificates: readonly Certificate[]): Certificate[] {
  return [
    ...new Map(certificates.map((certificate) => [certificate.fingerprint, certificate] as const)).values(),
  ];
}
