import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/faults/fault.ts';
import { clusterCertificateStore } from '../../src/kubernetes/cluster-certificate-store.ts';
import { MUTATING_WEBHOOKS, SECRETS, VALIDATING_WEBHOOKS } from '../../src/kubernetes/resources.ts';
import { FakeCluster } from './fake-cluster.ts';

function storeIn(cluster: FakeCluster) {
  return clusterCertificateStore({
    cluster,
    namespace: 'pathkeeper',
    secret: 'webhook-certificates',
    validating: ['pathkeeper', 'pathkeeper-policies'],
    mutating: ['pathkeeper'],
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('the Secret', () => {
  test('is not there, is made, is read, is replaced', async () => {
    const cluster = new FakeCluster();
    const store = storeIn(cluster);
    expect(await store.getSecret()).toBeUndefined();
    expect(await store.createSecret({ 'tls.key': 'żółć', old: '1' })).toBe('Written');
    const made = await store.getSecret();
    expect(made?.entries).toEqual({ 'tls.key': 'żółć', old: '1' });
    expect(cluster.peek(SECRETS, 'pathkeeper/webhook-certificates')?.['data']).toEqual({
      'tls.key': base64('żółć'),
      old: base64('1'),
    });
    expect(await store.updateSecret({ 'tls.key': 'new' }, made?.resourceVersion ?? '')).toBe('Written');
    expect((await store.getSecret())?.entries).toEqual({ 'tls.key': 'new' });
  });

  test('somebody else was faster: that is told, not thrown', async () => {
    const cluster = new FakeCluster();
    const store = storeIn(cluster);
    await store.createSecret({ a: '1' });
    const made = await store.getSecret();
    expect(await store.createSecret({ a: '2' })).toBe('Conflict');
    await store.updateSecret({ a: '3' }, made?.resourceVersion ?? '');
    expect(await store.updateSecret({ a: '4' }, made?.resourceVersion ?? '')).toBe('Conflict');
    cluster.drop(SECRETS, 'pathkeeper/webhook-certificates');
    expect(await store.updateSecret({ a: '5' }, made?.resourceVersion ?? '')).toBe('Conflict');
  });

  test('any other failure is thrown', async () => {
    const cluster = new FakeCluster();
    cluster.fail({ plural: 'secrets' }, new Fault('ApiForbidden', 'no'), 2);
    await expect(storeIn(cluster).getSecret()).rejects.toMatchObject({ code: 'ApiForbidden' });
    await expect(storeIn(cluster).createSecret({})).rejects.toMatchObject({ code: 'ApiForbidden' });
  });

  test('a Secret without entries, or with a key that looks like a prototype, is read as it is', async () => {
    const cluster = new FakeCluster();
    const metadata = { name: 'webhook-certificates', namespace: 'pathkeeper' };
    cluster.put(SECRETS, { metadata });
    expect((await storeIn(cluster).getSecret())?.entries).toEqual({});
    cluster.put(SECRETS, { metadata, data: JSON.parse('{"__proto__":"YQ=="}') as Record<string, string> });
    const entries = (await storeIn(cluster).getSecret())?.entries ?? {};
    expect(Object.getPrototypeOf(entries)).toBe(Object.prototype);
    expect(Object.entries(entries)).toEqual([['__proto__', 'a']]);
  });
});

describe('the webhook configurations', () => {
  const webhook = (name: string, caBundle?: string): unknown => ({
    name,
    clientConfig: {
      service: { name: 'pathkeeper' },
      ...(caBundle === undefined ? {} : { caBundle: base64(caBundle) }),
    },
  });

  test('those that exist are read, and the bundle goes into every webhook of one', async () => {
    const cluster = new FakeCluster();
    cluster.put(VALIDATING_WEBHOOKS, {
      metadata: { name: 'pathkeeper' },
      webhooks: [webhook('a', 'old'), webhook('b')],
    });
    cluster.put(MUTATING_WEBHOOKS, { metadata: { name: 'pathkeeper' }, webhooks: [webhook('c', 'old')] });
    cluster.put(MUTATING_WEBHOOKS, { metadata: { name: 'somebody-else' }, webhooks: [webhook('d')] });
    const store = storeIn(cluster);
    const found = await store.getConfigurations();
    expect(found.map(({ kind, name, caBundles }) => [kind, name, caBundles])).toEqual([
      ['ValidatingWebhookConfiguration', 'pathkeeper', ['old', '']],
      ['MutatingWebhookConfiguration', 'pathkeeper', ['old']],
    ]);
    for (const configuration of found) expect(await store.putCaBundle(configuration, 'new')).toBe('Written');
    const after = await store.getConfigurations();
    expect(after.map(({ caBundles }) => caBundles)).toEqual([['new', 'new'], ['new']]);
    expect(cluster.peek(MUTATING_WEBHOOKS, 'somebody-else')?.['webhooks']).toEqual([webhook('d')]);
    const [stale] = found;
    expect(stale === undefined ? '' : await store.putCaBundle(stale, 'newer')).toBe('Conflict');
  });

  test('one that has no webhooks, or is gone meanwhile', async () => {
    const cluster = new FakeCluster();
    cluster.put(VALIDATING_WEBHOOKS, { metadata: { name: 'pathkeeper' } });
    const store = storeIn(cluster);
    const [only] = await store.getConfigurations();
    expect(only?.caBundles).toEqual([]);
    cluster.drop(VALIDATING_WEBHOOKS, 'pathkeeper');
    expect(only === undefined ? '' : await store.putCaBundle(only, 'new')).toBe('Conflict');
  });
});
