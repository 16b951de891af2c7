import { describe, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { createAuthority, issueCertificate } from '../../src/certs/issue-certificates.ts';
import { DEFAULT_LIFETIMES } from '../../src/certs/lifetimes.ts';
import { PrivateKey } from '../../src/certs/private-key.ts';
import { DAY_MS, NAMES, START } from './sample-material.ts';

describe('an authority', () => {
  test('signs itself, may sign certificates, and is valid for a year from an hour ago', async () => {
    const { certificate, key } = await createAuthority(START, DEFAULT_LIFETIMES);
    const x509 = new X509Certificate(certificate.pem);
    expect(x509.ca).toBe(true);
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.belongsTo(key)).toBe(true);
    expect(certificate.notBefore).toBe(START - 3_600_000);
    expect(certificate.notAfter).toBe(START + 365 * DAY_MS);
  });

  test('has a name and a serial of its own', async () => {
    const made = await Promise.all([1, 2, 3].map(() => createAuthority(START, DEFAULT_LIFETIMES)));
    const read = made.map(({ certificate }) => new X509Certificate(certificate.pem));
    expect(new Set(read.map(({ subject }) => subject)).size).toBe(3);
    expect(new Set(read.map(({ serialNumber }) => serialNumber)).size).toBe(3);
  });
});

describe('a serving certificate', () => {
  test('covers its names and addresses, is signed by the authority, and serves only', async () => {
    const authority = await createAuthority(START, DEFAULT_LIFETIMES);
    const names = [...NAMES, '::1', 'x'.repeat(70) + '.svc'];
    const { certificate, key } = await issueCertificate(authority, names, START, DEFAULT_LIFETIMES);
    for (const name of names) expect([name, certificate.covers(name)]).toEqual([name, true]);
    expect(certificate.covers('pathkeeper-webhook.other.svc')).toBe(false);
    expect(certificate.isSignedBy(authority.certificate)).toBe(true);
    expect(certificate.belongsTo(key)).toBe(true);
    const x509 = new X509Certificate(certificate.pem);
    expect(x509.ca).toBe(false);
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.notAfter).toBe(START + 30 * DAY_MS);
  });

  test('never outlives its authority', async () => {
    const authority = await createAuthority(START, DEFAULT_LIFETIMES);
    const late = START + 360 * DAY_MS;
    const { certificate } = await issueCertificate(authority, NAMES, late, DEFAULT_LIFETIMES);
    expect(certificate.notAfter).toBe(authority.certificate.notAfter);
  });
});

describe('a private key', () => {
  test('prints a placeholder wherever it is written', async () => {
    const { key } = await createAuthority(START, DEFAULT_LIFETIMES);
    const secret = key.reveal().split('\n')[1] ?? '';
    expect(secret.length).toBeGreaterThan(20);
    const printed = [
      key.toString(),
      JSON.stringify({ key }),
      inspect({ key }, { depth: 9, showHidden: true }),
    ];
    for (const text of printed) expect(text).not.toContain(secret);
    expect(printed[0]).toBe('[private key]');
  });

  test('is not made of anything else', () => {
    for (const text of [
      '',
      'x',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      'A'.repeat(20_000),
    ]) {
      expect(PrivateKey.parse(text)).toBeUndefined();
    }
  });
});
