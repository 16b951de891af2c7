// tsyringe, below the certificate library, wants this loaded first.
import 'reflect-metadata';

import { randomBytes, webcrypto } from 'node:crypto';

import * as x509 from '@peculiar/x509';

/** A certificate and its private key, both as PEM text (the key as PKCS#8). */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Names that a server answers to. */
export interface ServerNames {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A certificate authority for one control plane. Valid for ten days; backdated an hour, for clocks. */
export async function createAuthority(commonName: string): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await privateKeyPem(keys.privateKey) };
}

/**
 * A certificate for a server, good for every name and address given. It may act as a client too: etcd calls itself
 * with the certificate that it serves with.
 */
export function issueServer(authority: KeyPair, commonName: string, names: ServerNames): Promise<KeyPair> {
  const alternatives = [
    ...names.dns.map((value) => ({ type: 'dns' as const, value })),
    ...names.ip.map((value) => ({ type: 'ip' as const, value })),
  ];
  const usages = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth];
  return issue(authority, [{ CN: [commonName] }], usages, [
    new x509.SubjectAlternativeNameExtension(alternatives),
  ]);
}

/** A certificate for a client: Kubernetes reads the user from the common name, the groups from the organisations. */
export function issueClient(authority: KeyPair, user: string, groups: readonly string[]): Promise<KeyPair> {
  const organisations = groups.map((group) => ({ O: [group] }));
  return issue(authority, [...organisations, { CN: [user] }], [x509.ExtendedKeyUsage.clientAuth], []);
}

/** A key pair without a certificate, for signing service account tokens; the public half as PEM too. */
export async function createSigningKey(): Promise<{ readonly publicKey: string; readonly key: string }> {
  const keys = await newKeys();
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  return {
    publicKey: x509.PemConverter.encode(spki, 'PUBLIC KEY'),
    key: await privateKeyPem(keys.privateKey),
  };
}

async function issue(
  authority: KeyPair,
  subject: x509.JsonName,
  usages: x509.ExtendedKeyUsage[],
  extensions: readonly x509.Extension[],
): Promise<KeyPair> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    serialNumber: serialNumber(),
    subject,
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await importPrivateKey(authority.key),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...extensions,
    ],
  });
  return { certificate: certificate.toString('pem'), key: await privateKeyPem(keys.privateKey) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importPrivateKey(pem: string): Promise<CryptoKey> {
  const pkcs8 = x509.PemConverter.decodeFirst(pem);
  return webcrypto.subtle.importKey('pkcs8', pkcs8, CURVE, false, ['sign']);
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + 10 * DAY_MS) };
}

/** Positive and never with a leading zero byte (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
