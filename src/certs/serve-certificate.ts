import type { SecureContextOptions } from 'node:tls';
import type { CertificateSource, ServingCertificate } from './certificate-source.ts';

/** The part of `tls.Server` and `https.Server` that changes what new handshakes get. */
export interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
}

/**
 * Lets a server serve what the source has, now and after each change. Open connections keep what they agreed on, the
 * listening socket stays open, so nobody is refused or cut off. Returns what ends it.
 *
 * TLS 1.2 is the least that an API server offers. Tickets of the old context are answered with a full handshake.
 */
export function serveCertificate(server: SecureServer, source: CertificateSource): () => void {
  const serve = ({ certificatePem, key }: ServingCertificate): void =>
    server.setSecureContext({ cert: certificatePem, key: key.reveal(), minVersion: 'TLSv1.2' });
  const now = source.get();
  if (now !== undefined) serve(now);
  return source.onChange(serve);
}
