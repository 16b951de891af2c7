import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FollowOptions } from './follow.ts';
import type { Step } from './scripted-server.ts';
import { FakeTime, settle, until } from './fake-time.ts';
import { Followed } from './follow.ts';
import { ScriptedServer, json, refuse } from './scripted-server.ts';

const HALF_AN_HOUR = 1_800_000;

let server: ScriptedServer;
let followed: Followed | undefined;

beforeEach(async () => {
  server = await ScriptedServer.start();
});

afterEach(async () => {
  await followed?.stop();
  await server.close();
});

/** Connected, with a watchdog that the long waits of these tests do not wake. */
async function connected(options: FollowOptions = {}): Promise<Followed> {
  const tuning = { silenceMs: 1e9, watchSeconds: [1e6, 1e6] as const, ...options.tuning };
  followed = new Followed(server, { ...options, tuning });
  await followed.reach('Connect');
  await until(() => server.openWatches === 1);
  return followed;
}

describe('comparing the store with what the server has', () => {
  test('half an hour later, at the next sign of the server, at exactly that version', async () => {
    for (let n = 0; n < 600; n++) server.put(`orders/settings-${n}`);
    const { time, ...rest } = await connected();
    expect(rest.events).toHaveLength(3);
    await time.advance(HALF_AN_HOUR - 1);
    server.bookmark();
    await followed?.reach('Bookmark');
    await settle();
    expect(server.seen('List')).toHaveLength(2);
    await time.advance(1);
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Compare')).toMatchObject([{ outcome: 'Exact', objects: 600, missed: 0 }]);
    const version = followed?.of('Bookmark')[1]?.version;
    expect(
      server
        .seen('List')
        .slice(2)
        .map(({ query }) => [query['resourceVersion'], query['resourceVersionMatch']]),
    ).toEqual([
      [version, 'Exact'],
      // The token carries the version; giving both is an error.
      [undefined, undefined],
    ]);
  });

  test('the time is drawn from plus or minus a quarter, so that not everybody lists at once', async () => {
    const low = await connected({ time: Object.assign(new FakeTime(), { random: () => 0 }) });
    expect(low.time.waits).toContain(HALF_AN_HOUR * 0.75);
  });

  test('what the watch missed is counted, told to listeners and put right', async () => {
    const old = server.put('orders/changes', { n: '1' });
    const goes = server.put('orders/goes');
    const { time, changes } = await connected();
    server.swallow(3);
    const changed = server.put('orders/changes', { n: '2' });
    server.remove('orders/goes');
    const comes = server.put('orders/comes');
    await time.advance(HALF_AN_HOUR);
    expect(followed?.agrees(server)).toBe(false);
    const seen = server.put('orders/seen');
    await followed?.reach('Compare');
    expect(followed?.agrees(server)).toBe(true);
    expect(followed?.of('Missed').map(({ key, what }) => [key, what])).toEqual([
      ['orders/changes', 'Changed'],
      ['orders/comes', 'Added'],
      ['orders/goes', 'Deleted'],
    ]);
    expect(followed?.of('Compare')).toMatchObject([{ outcome: 'Exact', missed: 3 }]);
    expect(changes.slice(2)).toEqual([
      ['orders/seen', undefined, seen],
      ['orders/changes', old, changed],
      ['orders/comes', undefined, comes],
      ['orders/goes', goes, undefined],
    ]);
  });

  test('changes that are on their way while it lists are not called missed', async () => {
    for (let n = 0; n < 10; n++) server.put(`orders/settings-${n}`);
    const { time } = await connected();
    await time.advance(HALF_AN_HOUR);
    const whileBusy: Step = async (response, request) => {
      // In the middle of the comparison things go on: some are told before the list, some after it.
      server.put('orders/settings-1', { n: 'new' });
      server.remove('orders/settings-2');
      server.put('orders/late');
      await until(() => followed?.agrees(server) === true);
      server.silent = true;
      server.put('orders/settings-3', { n: 'new' });
      server.remove('orders/settings-4');
      await server.serveList(response, request);
    };
    server.script('List', whileBusy);
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Compare')).toMatchObject([{ outcome: 'Exact', objects: 10, missed: 0 }]);
    expect(followed?.of('Missed')).toEqual([]);
    server.silent = false;
    server.put('orders/last');
    await followed?.agree(server);
  });

  test('what was missed but told since is counted, and the newer state stays', async () => {
    server.put('orders/a', { n: '1' });
    const { time } = await connected();
    server.swallow(1);
    server.put('orders/a', { n: '2' });
    await time.advance(HALF_AN_HOUR);
    server.script('List', async (response, request) => {
      server.put('orders/a', { n: '3' });
      await until(() => followed?.collection.get('orders/a')?.data['n'] === '3');
      await server.serveList(response, request);
    });
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Missed')).toMatchObject([{ key: 'orders/a', what: 'Changed' }]);
    expect(followed?.collection.get('orders/a')?.data).toEqual({ n: '3' });
  });

  test('a deletion that was missed is counted, and what has been made since stays', async () => {
    server.put('orders/a', { n: '1' });
    const { time } = await connected();
    server.swallow(1);
    server.remove('orders/a');
    await time.advance(HALF_AN_HOUR);
    server.script('List', async (response, request) => {
      server.put('orders/a', { n: '2' });
      await until(() => followed?.collection.get('orders/a')?.data['n'] === '2');
      await server.serveList(response, request);
    });
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Missed')).toMatchObject([{ key: 'orders/a', what: 'Deleted' }]);
    expect(followed?.collection.get('orders/a')?.data).toEqual({ n: '2' });
  });

  test('an object that was deleted and made again, unseen, is a change', async () => {
    server.put('orders/a', { n: 'same' });
    const { time } = await connected();
    server.swallow(2);
    server.remove('orders/a');
    server.put('orders/a', { n: 'same' });
    await time.advance(HALF_AN_HOUR);
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Missed')).toMatchObject([{ key: 'orders/a', what: 'Changed' }]);
    expect(followed?.agrees(server)).toBe(true);
  });

  test('objects of no interest are compared too, without noise', async () => {
    server.put('orders/a');
    const { time } = await connected({ watch: { project: () => undefined } });
    server.swallow(1);
    server.put('orders/b');
    await time.advance(HALF_AN_HOUR);
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Missed')).toMatchObject([{ key: 'orders/b', what: 'Added' }]);
    expect(followed?.changes).toEqual([]);
  });

  test('repeats half an hour after each comparison', async () => {
    const { time } = await connected();
    for (const round of [1, 2, 3]) {
      await time.advance(HALF_AN_HOUR);
      server.bookmark();
      await followed?.reach('Compare', round);
      await settle();
    }
    expect(followed?.of('Compare').map(({ outcome }) => outcome)).toEqual(['Exact', 'Exact', 'Exact']);
  });

  test.each<readonly [string, Step, string]>([
    ['the version is gone already', refuse(410, 'Expired'), 'Expired'],
    ['the server fails', refuse(500, 'InternalError'), 'Failed'],
    [
      'the server shows another version',
      (response) => json(response, 200, { metadata: { resourceVersion: 'other' }, items: [] }),
      'Inexact',
    ],
  ])('where %s, nothing is counted, and it is tried again a minute later', async (_what, step, outcome) => {
    server.put('orders/a');
    const { time } = await connected();
    await time.advance(HALF_AN_HOUR);
    server.script('List', step);
    server.bookmark();
    await followed?.reach('Compare');
    expect(followed?.of('Compare')).toMatchObject([{ outcome, missed: 0 }]);
    expect(followed?.agrees(server)).toBe(true);
    await settle();
    server.bookmark();
    await followed?.reach('Bookmark', 2);
    await settle();
    expect(server.seen('List')).toHaveLength(2);
    await time.advance(60_000);
    server.bookmark();
    await followed?.reach('Compare', 2);
    expect(followed?.of('Compare')[1]).toMatchObject({ outcome: 'Exact' });
  });

  test('an event that was told before proves nothing about how far the server is: it starts no comparison', async () => {
    const { time } = await connected();
    const line = ScriptedServer.line('ADDED', {
      metadata: { name: 'a', namespace: 'orders', uid: 'u', resourceVersion: 'v1' },
    });
    server.write(line);
    await until(() => followed?.collection.size === 1);
    await time.advance(HALF_AN_HOUR);
    server.write(line);
    await settle();
    expect(server.seen('List')).toHaveLength(1);
  });

  test('stopping in the middle of one leaves nothing behind', async () => {
    const { time } = await connected();
    await time.advance(HALF_AN_HOUR);
    server.script('List', () => undefined);
    server.bookmark();
    await until(() => server.seen('List').length === 2);
    await followed?.stop();
    expect(time.pending).toBe(0);
    expect(followed?.of('Compare')).toEqual([]);
  });
});
