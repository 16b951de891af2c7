import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { Fault } from '../faults/fault.ts';
import { Certificate } from './certificate.ts';
import type { Lifetimes } from './lifetimes.ts';
import { PrivateKey } from './private-key.ts';
import type { KeyedCertificate } from './stored-material.ts';

/** ECDSA on P-256: what every API server and Node accept, in the smallest handshake (RFC 5480, FIPS 186-5). */
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Serial numbers are 128 random bits with the top one clear, so that the DER integer is positive (RFC 5280 4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f || 0x01;
  return bytes.toString('hex');
}

/** The certificate library and its required polyfill, loaded only by the replica that makes a certificate (75 ms). */
async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

async function keyed(certificatePem: string, key: webcrypto.CryptoKey): Promise<KeyedCertificate> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
  const certificate = Certificate.parse(certificatePem);
  const privateKey = PrivateKey.parse(pem);
  if (certificate === undefined || privateKey === undefined) {
    throw new Fault('CertificateUnusable', 'a certificate that was just made cannot be read');
  }
  return { certificate, key: privateKey };
}

function seconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}

/**
 * Makes an authority that signs itself and may sign certificates but no further authorities. Its name holds its
 * serial, so that no verifier takes it for its predecessor.
 *
 * @param now milliseconds since the epoch
 */
export async function createAuthority(now: number, lifetimes: Lifetimes): Promise<KeyedCertificate> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const serialNumber = newSerial();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: `CN=pathkeeper-webhook-ca-${serialNumber.slice(0, 8)}`,
    notBefore: seconds(now - lifetimes.backdateSeconds * 1000),
    notAfter: seconds(now + lifetimes.authoritySeconds * 1000),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return keyed(certificate.toString('pem'), keys.privateKey);
}

/**
 * Makes a serving certificate, signed by this authority and ending no later than it.
 *
 * @param names DNS names and IP addresses, the first of which is the subject's; at least one
 * @param now milliseconds since the epoch
 */
export async function issueCertificate(
  authority: KeyedCertificate,
  names: readonly string[],
  now: number,
  lifetimes: Lifetimes,
): Promise<KeyedCertificate> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate.pem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    authority.key.keyObject().export({ type: 'pkcs8', format: 'der' }),
    KEY_ALGORITHM,
    false,
    ['sign'],
  );
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const end = Math.min(now + lifetimes.certificateSeconds * 1000, authority.certificate.notAfter);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [commonName(names)] }],
    issuer: issuer.subjectName,
    notBefore: seconds(now - lifetimes.backdateSeconds * 1000),
    notAfter: seconds(end),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return keyed(certificate.toString('pem'), keys.privateKey);
}

/** At most 64 characters fit into a common name (RFC 5280, ub-common-name); verifiers read the alternative names. */
function commonName(names: readonly string[]): string {
  return names.find((name) => name.length <= 64) ?? 'pathkeeper-webhook';
}
