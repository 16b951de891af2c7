import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { Collection } from '../../src/kubernetes/collection.ts';
import type { WatchEvent, WatchEventType } from '../../src/kubernetes/watch-event.ts';
import type { WatchTuning } from '../../src/kubernetes/watched-collection.ts';
import { renderFault } from '../../src/faults/render-fault.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { EventRecorder } from '../../src/kubernetes/event-recorder.ts';
import { Lease } from '../../src/kubernetes/lease.ts';
import { objectKey } from '../../src/kubernetes/resource.ts';
import { CONFIG_MAPS, EVENTS } from '../../src/kubernetes/resources.ts';
import { StatusWriter } from '../../src/kubernetes/status-writer.ts';
import { systemTime } from '../../src/kubernetes/time.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { CONTRACT_KIND } from '../kubernetes/cluster-contract.ts';
import { until } from '../kubernetes/fake-time.ts';
import { createContractKind } from './contract-crd.ts';

/** This suite stops the API server, so it has a control plane for itself. */
let plane: ControlPlane;
const clusters: Cluster[] = [];
const leases: Lease[] = [];

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, progress: () => undefined });
});

afterEach(async () => {
  await Promise.all(leases.splice(0).map((lease) => lease.release()));
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()));
});

afterAll(() => plane.stop());

async function connect(
  watchTuning: Partial<WatchTuning> = {},
): Promise<{ readonly cluster: Cluster; readonly events: WatchEvent[] }> {
  const events: WatchEvent[] = [];
  const cluster = await connectCluster({
    source: { from: 'Kubeconfig', files: [plane.kubeconfigPath] },
    userAgent: 'pathkeeper-test',
    onWatchEvent: (event) => void events.push(event),
    watchTuning: { backoff: { baseMs: 100, capMs: 1000 }, ...watchTuning },
  });
  clusters.push(cluster);
  return { cluster, events };
}

function count(events: readonly WatchEvent[], type: WatchEventType): number {
  return events.filter((event) => event.type === type).length;
}

function followVersions(cluster: Cluster, namespace: string): Collection<string> {
  return cluster.watch({
    resource: CONFIG_MAPS,
    namespace,
    project: ({ metadata }) => metadata.resourceVersion,
  });
}

/** Key and version of everything there is, read afresh. */
async function reality(cluster: Cluster, namespace: string): Promise<Record<string, string | undefined>> {
  const objects = await cluster.list(CONFIG_MAPS, { namespace });
  return Object.fromEntries(objects.map(({ metadata }) => [objectKey(metadata), metadata.resourceVersion]));
}

async function makeMany(cluster: Cluster, namespace: string, names: readonly string[]): Promise<void> {
  const left = [...names];
  const worker = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      await cluster.create(CONFIG_MAPS, { metadata: { name, namespace }, data: { name } });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

describe('a watch', () => {
  test('lists 2000 objects in four pages, of one moment', async () => {
    const namespace = await plane.createNamespace('many');
    const { cluster, events } = await connect();
    await makeMany(
      cluster,
      namespace,
      Array.from({ length: 2000 }, (_none, n) => `settings-${n}`),
    );
    const collection = followVersions(cluster, namespace);
    await collection.whenSynced();
    expect(events[0]).toMatchObject({ type: 'List', objects: 2000, pages: 4 });
    expect(Object.fromEntries(collection.entries())).toEqual(await reality(cluster, namespace));
  });

  test.each([{ kill: false }, { kill: true }])(
    'survives the API server being stopped and started (%o)',
    async (how) => {
      const namespace = await plane.createNamespace('restart');
      const { cluster, events } = await connect();
      await makeMany(cluster, namespace, ['stays', 'changes', 'goes']);
      const collection = followVersions(cluster, namespace);
      await collection.whenSynced();
      await until(() => count(events, 'Connect') === 1);
      await plane.stopApiServer(how);
      await until(() => count(events, 'Failed') >= 2, 'it to try in vain');
      expect([...collection.keys()]).toHaveLength(3);
      await plane.startApiServer();
      await cluster.patch(
        { resource: CONFIG_MAPS, namespace, name: 'changes' },
        { type: 'Merge', body: { data: { more: 'yes' } } },
      );
      await cluster.remove({ resource: CONFIG_MAPS, namespace, name: 'goes' });
      await cluster.create(CONFIG_MAPS, { metadata: { name: 'comes', namespace } });
      const wanted = await reality(cluster, namespace);
      await until(() => sorted(collection) === sortedOf(wanted), 'the store to hold what there is', 30_000);
      expect(count(events, 'Missed')).toBe(0);
    },
  );

  test('holds, at exactly the version of the watch, what a list of that version shows, while things change', async () => {
    const namespace = await plane.createNamespace('compare');
    const { cluster, events } = await connect({ compareEveryMs: 300, pageObjects: 7 });
    await makeMany(
      cluster,
      namespace,
      Array.from({ length: 40 }, (_none, n) => `settings-${n}`),
    );
    const collection = followVersions(cluster, namespace);
    await collection.whenSynced();
    for (let round = 0; round < 60 || count(events, 'Compare') < 5; round++) {
      const name = `settings-${round % 40}`;
      await cluster.remove({ resource: CONFIG_MAPS, namespace, name });
      await cluster.create(CONFIG_MAPS, { metadata: { name, namespace }, data: { round: String(round) } });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const outcomes = events.flatMap((event) => (event.type === 'Compare' ? [event.outcome] : []));
    expect(new Set(outcomes)).toEqual(new Set(['Exact']));
    expect(count(events, 'Missed')).toBe(0);
    const wanted = await reality(cluster, namespace);
    await until(() => sorted(collection) === sortedOf(wanted));
  });

  test('gets bookmarks from a real server, and goes on from them', async () => {
    const namespace = await plane.createNamespace('bookmarks');
    const elsewhere = await plane.createNamespace('elsewhere');
    const { cluster, events } = await connect({ watchSeconds: [5, 5] });
    followVersions(cluster, namespace);
    await until(() => count(events, 'Connect') === 1);
    // A server sends no bookmark before it has seen any change of the resource since it started.
    await makeMany(cluster, elsewhere, ['change']);
    // The server sends one shortly before it ends a watch.
    await until(() => count(events, 'Resume') >= 1, 'the first watch to end', 20_000);
    await until(() => count(events, 'Connect') >= 2);
    const types = events.map(({ type }) => type);
    expect(types).toContain('Bookmark');
    const bookmark = events.findLast((event) => event.type === 'Bookmark');
    const [, second] = events.filter((event) => event.type === 'Connect');
    expect(second?.version).toBe(bookmark?.version);
    expect(count(events, 'List')).toBe(1);
  });
});

describe('a lease', () => {
  test('has one holder; when that one goes, the other takes over at once; when it dies, after its time', async () => {
    const namespace = await plane.createNamespace('lease');
    const times = { durationMs: 3000, renewWithinMs: 2000, everyMs: 300 };
    const said: string[] = [];
    const contenders = await Promise.all(
      ['one', 'two', 'three'].map(async (identity) => {
        const { cluster } = await connect();
        const lease = new Lease({
          cluster,
          time: systemTime(),
          times,
          namespace,
          name: 'writer',
          identity,
          onHeld: () => void said.push(`${identity} held`),
          onLost: () => void said.push(`${identity} lost`),
        });
        leases.push(lease);
        lease.start();
        return { lease, cluster };
      }),
    );
    const holders = (): typeof contenders => contenders.filter(({ lease }) => lease.isHeld);
    await until(() => holders().length === 1);
    const [first] = holders();
    await first?.lease.release();
    await until(() => holders().length === 1, 'the next one');
    // The second holder's cluster no longer answers: as if its network were cut.
    const [second] = holders();
    await second?.cluster.close();
    await until(() => said.at(-1)?.endsWith('lost') === true, 'it to notice');
    expect(holders()).toEqual([]);
    await until(() => holders().length === 1, 'the third one');
    expect(said.filter((line) => line.endsWith('held'))).toHaveLength(3);
  });
});

describe('status and events', () => {
  test('the status of a custom resource is written by server-side apply, beside a condition of somebody else', async () => {
    const namespace = await plane.createNamespace('status');
    const { cluster } = await connect();
    await createContractKind(cluster);
    const ref = { resource: CONTRACT_KIND, namespace, name: 'subject' };
    await cluster.create(CONTRACT_KIND, { metadata: { name: 'subject', namespace }, spec: {} });
    const probe = { type: 'PathVerified', status: 'True', reason: 'Measured', message: 'as declared' };
    await cluster.apply(
      CONTRACT_KIND,
      { metadata: { name: 'subject', namespace }, status: { conditions: [probe] } },
      { subresource: 'status', fieldManager: 'pathkeeper-probe' },
    );
    const writer = new StatusWriter({
      cluster,
      time: systemTime(),
      resource: CONTRACT_KIND,
      conditions: ['Accepted', 'Compliant'],
      fields: ['observedGeneration', 'workloads'],
    });
    const observe = async () => {
      const stored = await cluster.get(ref);
      const { uid = '', resourceVersion = '' } = stored?.metadata ?? {};
      return { namespace, name: 'subject', uid, resourceVersion, status: stored?.['status'] };
    };
    const accepted = {
      type: 'Accepted',
      status: 'True',
      reason: 'Valid',
      message: '',
      observedGeneration: 1,
    } as const;
    const compliant = { ...accepted, type: 'Compliant', status: 'False' } as const;
    expect(
      await writer.write(await observe(), {
        observedGeneration: 1,
        workloads: { matched: 2 },
        conditions: [accepted, compliant],
      }),
    ).toBe('Written');
    expect(
      await writer.write(await observe(), {
        observedGeneration: 1,
        workloads: { matched: 2 },
        conditions: [accepted, compliant],
      }),
    ).toBe('Unchanged');
    expect(await writer.write(await observe(), { observedGeneration: 1, conditions: [accepted] })).toBe(
      'Written',
    );
    const { status } = (await observe()) as { status: { conditions: { type: string }[] } };
    expect(Object.keys(status).toSorted()).toEqual(['conditions', 'observedGeneration']);
    expect(status.conditions.map(({ type }) => type).toSorted()).toEqual(['Accepted', 'PathVerified']);
    const gone = await observe();
    await cluster.remove(ref);
    expect(await writer.write(gone, { observedGeneration: 2, conditions: [accepted] })).toBe('Gone');
  });

  test('events are taken by the server, and the same again raises a count', async () => {
    const namespace = await plane.createNamespace('events');
    const { cluster } = await connect();
    const outcomes: string[] = [];
    const recorder = new EventRecorder({
      cluster,
      time: systemTime(),
      controller: 'pathkeeper.dev/controller',
      instance: 'pathkeeper-0',
      onOutcome: (outcome, error) =>
        void outcomes.push(error === undefined ? outcome : `${outcome} ${renderFault(error)}`),
    });
    const regarding = { resource: CONFIG_MAPS, namespace, name: 'x'.repeat(253), uid: 'u-1' };
    const event = {
      regarding,
      type: 'Warning',
      reason: 'BecameAtRisk',
      action: 'Judge',
      note: 'ż'.repeat(3000),
    } as const;
    recorder.record(event);
    await until(() => outcomes.length === 1);
    recorder.record(event);
    await until(() => outcomes.length === 2);
    await recorder.close(5000);
    expect(outcomes).toEqual(['Written', 'Repeated']);
    const [written, ...more] = await cluster.list(EVENTS, { namespace });
    expect(more).toEqual([]);
    expect(written).toMatchObject({
      type: 'Warning',
      reason: 'BecameAtRisk',
      reportingController: 'pathkeeper.dev/controller',
      series: { count: 2 },
    });
  });
});

function sorted(collection: Collection<string>): string {
  return sortedOf(Object.fromEntries(collection.entries()));
}

function sortedOf(versions: Readonly<Record<string, string | undefined>>): string {
  return JSON.stringify(Object.entries(versions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
