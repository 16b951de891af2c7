import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { Collection } from '../../src/kubernetes/collection.ts';
import type { KubernetesObject, ObjectRef, Resource } from '../../src/kubernetes/resource.ts';
import { CONFIG_MAPS } from '../../src/kubernetes/resources.ts';
import { until } from './fake-time.ts';

/** A kind of its own with a status, as ours have: the real cluster needs its CRD. */
export const CONTRACT_KIND: Resource = {
  group: 'contract.pathkeeper.dev',
  version: 'v1',
  plural: 'subjects',
  kind: 'Subject',
  namespaced: true,
};

export interface ContractCluster {
  readonly cluster: Cluster;
  /** An empty namespace. */
  readonly namespace: string;
}

/**
 * What everybody may rely on of a cluster. The same suite runs against the fake one and against a real API server, so
 * that whatever is proved with the fake holds there too.
 */
export function describeClusterContract(name: string, connect: () => Promise<ContractCluster>): void {
  describe(name, () => {
    let cluster: Cluster;
    let namespace: string;
    const following: Collection<unknown>[] = [];

    beforeAll(async () => {
      ({ cluster, namespace } = await connect());
    });

    afterEach(async () => {
      for (const collection of following.splice(0)) await collection.stop();
    });

    const ref = (objectName: string, resource = CONFIG_MAPS): ObjectRef => ({
      resource,
      namespace,
      name: objectName,
    });
    const configMap = (objectName: string, data: Record<string, string>, labels = {}): KubernetesObject => ({
      metadata: { name: objectName, namespace, labels },
      data,
    });
    const fields = async (objectName: string): Promise<unknown> =>
      (await cluster.get(ref(objectName)))?.['data'];

    test('what is not there is undefined; what is made is there, with a uid and a version', async () => {
      expect(await cluster.get(ref('made'))).toBeUndefined();
      const made = await cluster.create(CONFIG_MAPS, configMap('made', { a: '1' }));
      const read = await cluster.get(ref('made'));
      expect(read).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
      expect(read?.metadata.uid).toBe(made.metadata.uid);
      expect(read?.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    });

    test('what exists is not made again, and that is no reason to retry', async () => {
      await cluster.create(CONFIG_MAPS, configMap('twice', {}));
      await expect(cluster.create(CONFIG_MAPS, configMap('twice', {}))).rejects.toMatchObject({
        code: 'ApiConflict',
        retryable: false,
      });
    });

    test('replacing is a lock where a version is given', async () => {
      const first = await cluster.create(CONFIG_MAPS, configMap('locked', { n: '1' }));
      const second = await cluster.replace(CONFIG_MAPS, { ...first, data: { n: '2' } });
      expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      await expect(cluster.replace(CONFIG_MAPS, { ...first, data: { n: '3' } })).rejects.toMatchObject({
        code: 'ApiConflict',
        retryable: true,
      });
      await cluster.replace(CONFIG_MAPS, configMap('locked', { n: '4' }));
      expect(await fields('locked')).toEqual({ n: '4' });
      await expect(cluster.replace(CONFIG_MAPS, configMap('nowhere', {}))).rejects.toMatchObject({
        code: 'ApiNotFound',
      });
    });

    test('applying makes, changes, and takes away what is no longer named, but not what others own', async () => {
      await cluster.apply(CONFIG_MAPS, {
        metadata: { name: 'applied', namespace },
        data: { ours: '1', gone: '1' },
      });
      await cluster.apply(
        CONFIG_MAPS,
        { metadata: { name: 'applied', namespace }, data: { theirs: '1' } },
        { fieldManager: 'somebody-else' },
      );
      await cluster.apply(CONFIG_MAPS, { metadata: { name: 'applied', namespace }, data: { ours: '2' } });
      expect(await fields('applied')).toEqual({ ours: '2', theirs: '1' });
    });

    test('applying to an object that has been made anew is a conflict', async () => {
      await cluster.create(CONFIG_MAPS, configMap('anew', {}));
      const body = {
        metadata: { name: 'anew', namespace, uid: '5f6e1c1c-0000-4000-8000-000000000000' },
        data: {},
      };
      await expect(cluster.apply(CONFIG_MAPS, body)).rejects.toMatchObject({ code: 'ApiConflict' });
    });

    test('patches, of both kinds', async () => {
      await cluster.create(CONFIG_MAPS, configMap('patched', { a: '1', b: '1' }));
      await cluster.patch(ref('patched'), { type: 'Merge', body: { data: { a: '2', b: null } } });
      await cluster.patch(ref('patched'), {
        type: 'Json',
        body: [{ op: 'add', path: '/data/c.d', value: '3' }],
      });
      expect(await fields('patched')).toEqual({ a: '2', 'c.d': '3' });
      await expect(cluster.patch(ref('nowhere'), { type: 'Merge', body: {} })).rejects.toMatchObject({
        code: 'ApiNotFound',
      });
    });

    test('a patch that names a version is a lock, too', async () => {
      const made = await cluster.create(CONFIG_MAPS, configMap('patch-locked', { n: '1' }));
      const patch = (version: string | undefined): Promise<KubernetesObject> =>
        cluster.patch(ref('patch-locked'), {
          type: 'Json',
          body: [
            { op: 'replace', path: '/metadata/resourceVersion', value: version },
            { op: 'add', path: '/data', value: { m: '2' } },
          ],
        });
      await patch(made.metadata.resourceVersion);
      expect(await fields('patch-locked')).toEqual({ m: '2' });
      await expect(patch(made.metadata.resourceVersion)).rejects.toMatchObject({ code: 'ApiConflict' });
    });

    test('removing says whether there was one, and can mean one very object', async () => {
      const made = await cluster.create(CONFIG_MAPS, configMap('removed', {}));
      await expect(
        cluster.remove(ref('removed'), { uid: '5f6e1c1c-0000-4000-8000-000000000000' }),
      ).rejects.toMatchObject({
        code: 'ApiConflict',
      });
      expect(await cluster.remove(ref('removed'), { uid: made.metadata.uid ?? '' })).toBe(true);
      expect(await cluster.remove(ref('removed'))).toBe(false);
    });

    test('a dry run answers as if, and stores nothing', async () => {
      const answer = await cluster.create(CONFIG_MAPS, configMap('dry', { a: '1' }), { dryRun: true });
      expect(answer['data']).toEqual({ a: '1' });
      expect(await cluster.get(ref('dry'))).toBeUndefined();
    });

    test('several reads are answered in their order, each for itself', async () => {
      await cluster.create(CONFIG_MAPS, configMap('one-of-many', { a: '1' }));
      const results = await cluster.getMany([ref('not-there'), ref('one-of-many'), ref('')]);
      expect(results.map(({ outcome }) => outcome)).toEqual(['Absent', 'Found', 'Failed']);
      expect(results[2]).toMatchObject({ error: { code: 'ApiInvalid' } });
    });

    test('lists are of one namespace, of one selector, and bounded', async () => {
      await cluster.create(CONFIG_MAPS, configMap('listed-1', {}, { list: 'yes' }));
      await cluster.create(CONFIG_MAPS, configMap('listed-2', {}, { list: 'yes' }));
      const found = await cluster.list(CONFIG_MAPS, { namespace, labelSelector: 'list=yes' });
      expect(found.map(({ metadata }) => metadata.name).toSorted()).toEqual(['listed-1', 'listed-2']);
      expect(found[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
      await expect(
        cluster.list(CONFIG_MAPS, { namespace, labelSelector: 'list=yes', maxObjects: 1 }),
      ).rejects.toMatchObject({ code: 'ApiAnswerTooLarge' });
    });

    test('a watch tells what is there, what comes, changes and goes, and what leaves the selection', async () => {
      const label = { watched: 'yes' };
      await cluster.create(CONFIG_MAPS, configMap('watched-1', { n: '1' }, label));
      const told: string[] = [];
      const collection = cluster.watch({
        resource: CONFIG_MAPS,
        namespace,
        labelSelector: 'watched=yes',
        project: (object) => object['data'] as Record<string, string>,
      });
      following.push(collection);
      collection.subscribe((key, before, after) => {
        told.push(`${key.split('/')[1]} ${before?.['n'] ?? '-'} ${after?.['n'] ?? '-'}`);
      });
      expect(await collection.whenSynced()).toBe(true);
      await cluster.create(CONFIG_MAPS, configMap('watched-2', { n: '1' }, label));
      await cluster.create(CONFIG_MAPS, configMap('unwatched', { n: '1' }));
      await cluster.patch(ref('watched-1'), { type: 'Merge', body: { data: { n: '2' } } });
      await cluster.patch(ref('watched-1'), {
        type: 'Merge',
        body: { metadata: { annotations: { no: 'news' } } },
      });
      await cluster.patch(ref('watched-1'), {
        type: 'Merge',
        body: { metadata: { labels: { watched: 'no' } } },
      });
      await cluster.remove(ref('watched-2'));
      await until(() => told.length >= 5, `five changes (${told.join(', ')})`);
      expect(told).toEqual([
        'watched-1 - 1',
        'watched-2 - 1',
        'watched-1 1 2',
        'watched-1 2 -',
        'watched-2 1 -',
      ]);
    });

    test('status and the rest are written apart; each manager owns its conditions', async () => {
      const condition = (type: string, status: string): unknown => ({ type, status });
      const subject = { metadata: { name: 'subject', namespace } };
      await cluster.create(CONTRACT_KIND, { ...subject, spec: { size: 1 } });
      const status = (conditions: readonly unknown[], more = {}): KubernetesObject => ({
        ...subject,
        status: { conditions, ...more },
      });
      const asStatus = { subresource: 'status' } as const;
      await cluster.apply(
        CONTRACT_KIND,
        status([condition('Accepted', 'True'), condition('Old', 'True')], { seen: 1 }),
        asStatus,
      );
      await cluster.apply(CONTRACT_KIND, status([condition('PathVerified', 'True')]), {
        ...asStatus,
        fieldManager: 'probe',
      });
      await cluster.apply(CONTRACT_KIND, status([condition('Accepted', 'False')]), asStatus);
      await cluster.patch(ref('subject', CONTRACT_KIND), {
        type: 'Merge',
        body: { spec: { size: 2 }, status: { seen: 9 } },
      });
      const stored = await cluster.get(ref('subject', CONTRACT_KIND));
      expect(stored?.['spec']).toEqual({ size: 2 });
      expect(stored?.metadata.generation).toBe(2);
      const { conditions, ...others } = (stored?.['status'] ?? {}) as {
        conditions: { type: string; status: string }[];
      };
      expect(others).toEqual({});
      expect(conditions.map(({ type, status: is }) => `${type}=${is}`).toSorted()).toEqual([
        'Accepted=False',
        'PathVerified=True',
      ]);
      await expect(
        cluster.apply(CONTRACT_KIND, { metadata: { name: 'nowhere', namespace }, status: {} }, asStatus),
      ).rejects.toMatchObject({ code: 'ApiNotFound' });
    });

    test('says what it serves, and which version it is', async () => {
      expect(await cluster.serves(CONFIG_MAPS)).toBe(true);
      expect(await cluster.serves(CONTRACT_KIND)).toBe(true);
      const version = await cluster.serverVersion();
      expect(version.gitVersion).toMatch(new RegExp(`^v${version.major}\\.${version.minor}\\.`));
      expect(version.minor).toBeGreaterThanOrEqual(30);
    });

    test('says who asks', async () => {
      expect((await cluster.identity()).username).not.toBe('');
    });

    test('a call that is given up fails with that', async () => {
      await expect(cluster.get(ref('made'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'ApiAborted',
      });
    });
  });
}
