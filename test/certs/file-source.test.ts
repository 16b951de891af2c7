import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSource, fixedSource } from '../../src/certs/certs.ts';
import type { CertificateEvent, CertificateSource } from '../../src/certs/certs.ts';
import type { NewMaterial } from '../../src/certs/stored-material.ts';
import { until } from '../kubernetes/fake-time.ts';
import { DAY_MS, START, sampleMaterial } from './sample-material.ts';
import { TestClock } from './test-clock.ts';

let folder: string;
let clock: TestClock;
let events: CertificateEvent[];
let source: CertificateSource;
let round = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pathkeeper-files-'));
  clock = new TestClock();
  events = [];
  source = fileSource({
    certificateFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
    clock,
    listener: (event) => events.push(event),
  });
});
afterEach(async () => {
  await source.stop();
  await rm(folder, { recursive: true });
});

/** Replaces the files as a kubelet does: a new folder, and one symbolic link that is moved over. */
async function mount({ leaf }: NewMaterial): Promise<void> {
  round += 1;
  const fresh = join(folder, `..data_${round}`);
  await mkdir(fresh);
  await writeFile(join(fresh, 'tls.crt'), leaf.certificate.pem);
  await writeFile(join(fresh, 'tls.key'), leaf.key.reveal());
  await symlink(`..data_${round}`, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  for (const name of ['tls.crt', 'tls.key']) {
    await symlink(join('..data', name), join(folder, name)).catch(() => undefined);
  }
}

/** Runs the timers until the source has read again. */
async function poll(): Promise<void> {
  clock.runNext();
  await source.start();
}

describe('mounted files', () => {
  test('are served, and served anew when the kubelet replaces them', async () => {
    const first = await sampleMaterial(START);
    await mount(first);
    await source.start();
    expect(source.get()?.certificatePem).toBe(first.leaf.certificate.pem);
    expect(source.healthy().healthy).toBe(true);
    const heard: string[] = [];
    source.onChange(({ certificatePem }) => heard.push(certificatePem));
    const second = await sampleMaterial(START);
    await mount(second);
    await poll();
    expect(heard).toEqual([second.leaf.certificate.pem]);
  });

  test('are read every ten seconds, also where nothing tells of a change', async () => {
    await mount(await sampleMaterial(START));
    await source.start();
    expect(clock.waits).toEqual([10_000]);
  });

  test('are read soon after the folder tells of a change', async () => {
    await mount(await sampleMaterial(START));
    await source.start();
    await mount(await sampleMaterial(START));
    await until(() => clock.waits[0] === 100, 'the watch to tell of the change');
  });

  test('that do not belong together are refused, and what was served stays', async () => {
    const first = await sampleMaterial(START);
    await mount(first);
    await source.start();
    const second = await sampleMaterial(START);
    await mount({ ...second, leaf: { ...second.leaf, key: first.leaf.key } });
    await poll();
    await poll();
    expect(source.get()?.certificatePem).toBe(first.leaf.certificate.pem);
    expect(source.healthy()).toMatchObject({ healthy: true });
    expect(source.healthy().detail).toContain('the key belongs to another certificate');
    expect(events.filter(({ event }) => event === 'FilesRefused')).toHaveLength(1);
    await mount(second);
    await poll();
    expect(source.get()?.certificatePem).toBe(second.leaf.certificate.pem);
    expect(source.healthy().detail).not.toContain('another');
  });

  test('that are missing, rubbish or huge are reported without their content', async () => {
    await source.start();
    expect(source.healthy()).toMatchObject({ healthy: false });
    expect(events.map(({ event }) => event)).toEqual(['Failed']);
    await writeFile(join(folder, 'tls.crt'), 'sesame');
    await writeFile(join(folder, 'tls.key'), 'sesame');
    await poll();
    expect(source.healthy().detail).toContain('holds no certificate');
    await writeFile(join(folder, 'tls.key'), 'sesame'.repeat(20_000));
    await poll();
    expect(source.healthy().detail).toContain('is larger than 65536 bytes');
    expect(source.healthy().detail + JSON.stringify(events)).not.toContain('sesame');
  });

  test('that have expired make the source unhealthy', async () => {
    await mount(await sampleMaterial(START));
    await source.start();
    clock.pass(30 * (DAY_MS / 1000));
    expect(source.healthy().healthy).toBe(false);
  });

  test('are not read after the stop', async () => {
    await mount(await sampleMaterial(START));
    await source.start();
    await source.stop();
    expect(clock.waits).toEqual([]);
  });
});

/** A certificate with a key that no TLS library accepts any more. */
async function weakPair(): Promise<readonly [string, string]> {
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 512,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({ name: 'CN=weak', keys });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return [certificate.toString('pem'), key];
}

test('a key that TLS does not accept is refused, and what was served stays', async () => {
  const first = await sampleMaterial(START);
  await mount(first);
  await source.start();
  const [certificate, key] = await weakPair();
  await writeFile(join(folder, '..data', 'tls.crt'), certificate);
  await writeFile(join(folder, '..data', 'tls.key'), key);
  await poll();
  expect(source.get()?.certificatePem).toBe(first.leaf.certificate.pem);
  expect(source.healthy().detail).toContain('no TLS server can use them');
});

describe('a fixed pair', () => {
  test('is served until it expires', async () => {
    const { leaf } = await sampleMaterial(START);
    const fixed = fixedSource(leaf.certificate.pem, leaf.key.reveal(), clock);
    await fixed.start();
    expect(fixed.get()?.certificatePem).toBe(leaf.certificate.pem);
    expect(fixed.healthy().healthy).toBe(true);
    clock.pass(31 * (DAY_MS / 1000));
    expect(fixed.healthy().healthy).toBe(false);
  });

  test('that does not match is refused', async () => {
    const [first, second] = await Promise.all([sampleMaterial(START), sampleMaterial(START)]);
    expect(() => fixedSource(first.leaf.certificate.pem, second.leaf.key.reveal(), clock)).toThrow(
      'the key belongs to another certificate',
    );
  });
});
