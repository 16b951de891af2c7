import { createPrivateKey, X509Certificate } from 'node:crypto';

import { expect, test } from '@jest/globals';

import { createAuthority, issueClient, issueServer } from './certificates.ts';

test('a server certificate is signed by the authority, for its names, and belongs to its key', async () => {
  const authority = await createAuthority('test authority');
  const server = await issueServer(authority, 'server', { dns: ['localhost'], ip: ['127.0.0.1', '::1'] });
  const certificate = new X509Certificate(server.certificate);
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  expect(certificate.checkPrivateKey(createPrivateKey(server.key))).toBe(true);
  expect(certificate.ca).toBe(false);
});

test('a client certificate names the user and every group, and no server trusts another authority', async () => {
  const authority = await createAuthority('test authority');
  const { certificate: pem } = await issueClient(authority, 'ada', ['developers', 'system:masters']);
  const certificate = new X509Certificate(pem);
  expect(certificate.subject.split('\n')).toEqual(['O=developers', 'O=system:masters', 'CN=ada']);
  const other = new X509Certificate((await createAuthority('test authority')).certificate);
  expect(certificate.verify(other.publicKey)).toBe(false);
});
