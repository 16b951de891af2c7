import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FollowOptions } from './follow.ts';
import { byNamespace } from '../../src/kubernetes/collection.ts';
import { settle, until } from './fake-time.ts';
import { Followed } from './follow.ts';
import { ScriptedServer, json, openAndWrite, refuse } from './scripted-server.ts';

let server: ScriptedServer;
let following: Followed[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  following = [];
});

afterEach(async () => {
  for (const followed of following) await followed.stop();
  await server.close();
});

function follow(options?: FollowOptions): Followed {
  const followed = new Followed(server, options);
  following.push(followed);
  return followed;
}

async function connected(options?: FollowOptions): Promise<Followed> {
  const followed = follow(options);
  await followed.reach('Connect');
  await until(() => server.openWatches === 1);
  return followed;
}

describe('listing and watching', () => {
  test('lists page by page, then watches from that very version, with bookmarks', async () => {
    for (let n = 0; n < 1234; n++) server.put(`orders/settings-${n}`);
    const followed = await connected();
    expect(followed.collection.size).toBe(1234);
    expect(followed.agrees(server)).toBe(true);
    expect(server.seen('List').map(({ query }) => [query['limit'], query['continue'] !== undefined])).toEqual(
      [
        ['500', false],
        ['500', true],
        ['500', true],
      ],
    );
    const [watch] = server.seen('Watch');
    expect(watch?.query).toMatchObject({ watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: '450' });
    expect(watch?.query['resourceVersion']).toBe(followed.of('Connect')[0]?.version);
    expect(followed.of('List')).toMatchObject([{ reason: 'Start', objects: 1234, pages: 3, changed: 1234 }]);
    expect(followed.types()).toEqual(['List', 'Synced', 'Connect']);
  });

  test('nothing is there before the list is complete, and then everything', async () => {
    server.put('orders/settings');
    const gate = Promise.withResolvers<void>();
    server.script('List', async (response, request) => {
      await gate.promise;
      await server.serveList(response, request);
    });
    const followed = follow();
    await until(() => server.seen('List').length === 1);
    expect([followed.collection.isSynced, followed.collection.silentMs()]).toEqual([false, undefined]);
    gate.resolve();
    expect(await followed.collection.whenSynced()).toBe(true);
    expect([followed.collection.isSynced, followed.collection.size]).toEqual([true, 1]);
    await followed.reach('Connect');
    await followed.time.advance(1234);
    expect(followed.collection.silentMs()).toBe(1234);
  });

  test('tells what appeared, what changed and what went, with what was there before', async () => {
    const first = server.put('orders/settings', { a: '1' });
    const followed = await connected();
    const second = server.put('orders/settings', { a: '2' });
    server.remove('orders/settings');
    await until(() => followed.changes.length === 3);
    expect(followed.changes).toEqual([
      ['orders/settings', undefined, first],
      ['orders/settings', first, second],
      ['orders/settings', second, undefined],
    ]);
  });

  test('whoever subscribes later is told of what is there already', async () => {
    server.put('orders/settings');
    const followed = await connected();
    const told: string[] = [];
    const leave = followed.collection.subscribe((key) => void told.push(key));
    expect(told).toEqual(['orders/settings']);
    leave();
    server.put('orders/other');
    await followed.agree(server);
    expect(told).toEqual(['orders/settings']);
  });

  test('keeps what the projection says and nothing else; what has not changed in it is not told', async () => {
    server.put('orders/settings', { a: '1' });
    const watch = {
      project: (object: { [field: string]: unknown }) => ({
        version: '',
        data: object['data'] as Record<string, string>,
      }),
    };
    const followed = await connected({ watch });
    const before = followed.collection.get('orders/settings');
    server.put('orders/settings', { a: '1' });
    server.put('orders/marker', {});
    await until(() => followed.collection.size === 2);
    expect(followed.collection.get('orders/settings')).toBe(before);
    expect(followed.changes.map(([key]) => key)).toEqual(['orders/settings', 'orders/marker']);
  });

  test('an object of no interest is not there, until it is', async () => {
    server.put('orders/settings', {});
    const followed = await connected({
      watch: {
        project: (object) => {
          const data = object['data'] as Record<string, string>;
          return data['wanted'] === undefined
            ? undefined
            : { version: object.metadata.resourceVersion ?? '', data };
        },
      },
    });
    expect([followed.collection.size, [...followed.collection.keys()]]).toEqual([0, []]);
    server.put('orders/settings', { wanted: 'yes' });
    await until(() => followed.collection.size === 1);
    server.put('orders/settings', {});
    await until(() => followed.collection.size === 0);
    expect(followed.changes.map(([, before, after]) => [before !== undefined, after !== undefined])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  test('finds objects by index, and forgets groups that are empty', async () => {
    server.put('orders/a', { team: 'red' });
    server.put('orders/b', { team: 'blue' });
    server.put('billing/c', { team: 'red' });
    const { collection } = await connected({
      watch: { indexes: { namespace: byNamespace, team: (kept) => [kept.data['team'] ?? 'none'] } },
    });
    expect(collection.keysInIndex('namespace', 'orders')).toEqual(['orders/a', 'orders/b']);
    expect(collection.inIndex('team', 'red').map((kept) => kept.data['team'])).toEqual(['red', 'red']);
    server.put('orders/a', { team: 'green' });
    server.remove('orders/b');
    await until(() => collection.inIndex('team', 'green').length === 1 && collection.size === 2);
    expect(collection.keysInIndex('team', 'red')).toEqual(['billing/c']);
    expect(collection.keysInIndex('team', 'blue')).toEqual([]);
    expect(() => collection.keysInIndex('colour', 'red')).toThrow(RangeError);
  });

  test('asks for its namespace and its selectors in lists and watches', async () => {
    server.script('Other', (response) =>
      json(response, 200, { metadata: { resourceVersion: 'v1' }, items: null }),
    );
    server.script('Other', openAndWrite());
    const followed = follow({
      watch: { namespace: 'orders', labelSelector: 'app=a,b!=c', fieldSelector: 'type=Opaque' },
    });
    await followed.reach('Connect');
    for (const { path, query } of server.seen('Other')) {
      expect(path).toBe('/api/v1/namespaces/orders/configmaps');
      expect(query).toMatchObject({ labelSelector: 'app=a,b!=c', fieldSelector: 'type=Opaque' });
    }
    expect(server.seen('Other')).toHaveLength(2);
  });
});

describe('a watch that ends goes on from where it was', () => {
  test('at the time that was agreed: at once, from the last change, without another list', async () => {
    const followed = await connected();
    const last = server.put('orders/settings');
    await followed.agree(server);
    await followed.time.advance(60_000);
    server.endWatches();
    await followed.reach('Connect', 2);
    expect(server.seen('Watch')[1]?.query['resourceVersion']).toBe(last);
    expect(followed.of('Resume')).toMatchObject([{ cause: 'Ended', openMilliseconds: 60_000 }]);
    expect([server.seen('List').length, followed.of('Backoff').length]).toEqual([1, 0]);
  });

  test('from the last bookmark, where nothing has changed since', async () => {
    const followed = await connected();
    server.changeElsewhere();
    server.bookmark();
    await followed.reach('Bookmark');
    // Only the bookmark makes the first version so old that it is gone.
    server.compact();
    server.cutWatches();
    await followed.passBackoff(1);
    await followed.reach('Connect', 2);
    expect(server.seen('Watch')[1]?.query['resourceVersion']).toBe(followed.of('Bookmark')[0]?.version);
    expect(followed.of('Gone')).toEqual([]);
  });

  test('what changed while it was away is told then', async () => {
    const followed = await connected();
    server.cutWatches();
    await followed.reach('Backoff');
    server.put('orders/a');
    server.put('orders/b');
    server.remove('orders/a');
    await followed.passBackoff(1);
    await followed.agree(server);
    expect(followed.changes.map(([key, , after]) => [key, after !== undefined])).toEqual([
      ['orders/a', true],
      ['orders/b', true],
      ['orders/a', false],
    ]);
    expect(server.seen('List')).toHaveLength(1);
  });
});

describe('functions that throw do not stop it', () => {
  test('a listener: the others are told, the store is right, and it is counted', async () => {
    const followed = follow();
    followed.collection.subscribe(() => {
      throw new Error('a bug in a listener');
    });
    const told: string[] = [];
    followed.collection.subscribe((key) => void told.push(key));
    server.put('orders/a');
    await followed.agree(server);
    await until(() => server.openWatches === 1);
    server.put('orders/b');
    await followed.agree(server);
    expect(told).toEqual(['orders/a', 'orders/b']);
    expect(followed.of('CallbackFailed').map(({ callback }) => callback)).toEqual(['Listener', 'Listener']);
    expect(server.seen('Watch')).toHaveLength(1);
  });

  test('the projection: that object is not there, the others are', async () => {
    server.put('orders/a', { bad: 'yes' });
    server.put('orders/b');
    const followed = await connected({
      watch: {
        project: ({ metadata, ...object }) => {
          const data = object['data'] as Record<string, string>;
          if (data['bad'] === 'yes') throw new TypeError('cannot read that');
          return { version: metadata.resourceVersion ?? '', data };
        },
      },
    });
    expect([...followed.collection.keys()]).toEqual(['orders/b']);
    server.put('orders/a', { bad: 'no' });
    await followed.agree(server);
    expect(followed.of('CallbackFailed')).toMatchObject([{ callback: 'Project' }]);
  });

  test('an index: the object is there, in no group', async () => {
    server.put('orders/a');
    const watch = {
      indexes: {
        broken: (): string[] => {
          throw new Error('a bug in an index');
        },
      },
    };
    const followed = await connected({ watch });
    expect(followed.collection.size).toBe(1);
    expect(followed.collection.keysInIndex('broken', 'x')).toEqual([]);
    expect(followed.of('CallbackFailed')).toMatchObject([{ callback: 'Index' }]);
  });

  test('whoever hears the events', async () => {
    const followed = await connected({
      onEvent: () => {
        throw new Error('a bug in the log');
      },
    });
    server.put('orders/a');
    await followed.agree(server);
    expect(followed.types()).toEqual(['List', 'Synced', 'Connect']);
  });
});

describe('stopping', () => {
  test('leaves no timer, no connection and no promise behind', async () => {
    const followed = await connected();
    await followed.stop();
    await until(() => server.openSockets === 0, 'the sockets to close');
    expect(followed.time.pending).toBe(0);
    expect(followed.types().at(-1)).toBe('Stop');
    server.put('orders/a');
    await settle();
    expect(followed.collection.size).toBe(0);
  });

  test('before the first list is there: nobody waits for ever', async () => {
    server.script('List', () => undefined);
    const followed = follow();
    await until(() => server.seen('List').length === 1);
    await followed.stop();
    expect(await followed.collection.whenSynced()).toBe(false);
    expect([followed.time.pending, followed.types()]).toEqual([0, ['Stop']]);
  });

  test('in the middle of a wait', async () => {
    server.script('List', refuse(500, 'InternalError'));
    const followed = follow();
    await followed.reach('Backoff');
    await followed.stop();
    expect(followed.time.pending).toBe(0);
    expect(server.seen('List')).toHaveLength(1);
  });
});
