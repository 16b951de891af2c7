import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FollowOptions } from './follow.ts';
import type { Step } from './scripted-server.ts';
import { settle, until } from './fake-time.ts';
import { Followed } from './follow.ts';
import {
  ScriptedServer,
  breakOff,
  failure,
  hang,
  json,
  openAndEnd,
  openAndWrite,
  refuse,
} from './scripted-server.ts';

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

function times(count: number, step: Step): readonly Step[] {
  return Array.from({ length: count }, () => step);
}

describe('a connection that is dead and does not say so', () => {
  test('after 150 s without a byte it is broken off, and the watch goes on', async () => {
    const followed = await connected();
    server.silent = true;
    server.put('orders/settings');
    await followed.time.advance(149_999);
    expect(followed.of('Watchdog')).toEqual([]);
    await followed.time.advance(1);
    await followed.reach('Watchdog');
    expect(followed.of('Watchdog')[0]?.silentMilliseconds).toBe(150_000);
    expect(followed.of('Resume')).toMatchObject([{ cause: 'Silent' }]);
    await until(() => server.openWatches === 0, 'the dead connection to be closed');
    server.silent = false;
    await followed.passBackoff(1);
    await followed.agree(server);
    expect(server.seen('List')).toHaveLength(1);
  });

  test('for how long nothing has been followed is told: not before the end of a watch, nor after the next', async () => {
    const followed = await connected();
    await followed.time.advance(90_000);
    expect(followed.collection.outMs()).toBe(0);
    server.script('Watch', hang);
    server.silent = true;
    await followed.time.advance(60_000);
    await followed.reach('Watchdog');
    await followed.time.advance(20_000);
    expect(followed.collection.outMs()).toBeGreaterThanOrEqual(20_000);
    server.silent = false;
    await followed.time.advance(40_000);
    await followed.reach('Failed');
    await followed.passBackoff(2);
    await followed.reach('Connect', 2);
    expect(followed.collection.outMs()).toBe(0);
  });

  test('a bookmark is a sign of life', async () => {
    const followed = await connected();
    for (let minute = 1; minute <= 6; minute++) {
      await followed.time.advance(60_000);
      server.bookmark();
      await followed.reach('Bookmark', minute);
    }
    expect(followed.types().filter((type) => type === 'Watchdog' || type === 'Connect')).toEqual(['Connect']);
  });

  test('half a line is a sign of life too, but not for ever', async () => {
    const followed = await connected();
    await followed.time.advance(100_000);
    server.write('{"type":"ADDED","obj');
    await until(() => followed.collection.silentMs() === 0);
    await followed.time.advance(100_000);
    expect(followed.of('Watchdog')).toEqual([]);
    await followed.time.advance(50_000);
    await followed.reach('Watchdog');
  });

  test('a server that never ends a watch does not keep it for ever, however lively', async () => {
    const followed = await connected({ tuning: { watchSeconds: [300, 300] } });
    for (let minute = 1; minute <= 5; minute++) {
      await followed.time.advance(60_000);
      server.bookmark();
      await followed.reach('Bookmark', minute);
    }
    await followed.time.advance(59_999);
    expect(followed.of('Watchdog')).toEqual([]);
    await followed.time.advance(1);
    await followed.reach('Watchdog');
  });

  test('a server that takes the request and never begins to answer is given up after 30 s', async () => {
    server.script('Watch', hang);
    const followed = follow();
    await until(() => server.seen('Watch').length === 1);
    await followed.time.advance(30_000);
    await followed.reach('Failed');
    expect(followed.of('Failed')[0]).toMatchObject({ at: 'Watch', fault: { code: 'ApiTimedOut' } });
    await followed.passBackoff(1);
    await followed.reach('Connect');
  });
});

describe('bytes that are not what they should be', () => {
  test('a line cut by the end of its connection is counted, and told again by the next', async () => {
    const followed = await connected();
    server.silent = true;
    server.put('orders/settings');
    server.silent = false;
    server.write('{"type":"ADDED","object":{"metadata":{"name":"settings","name');
    server.endWatches();
    await followed.passBackoff(1);
    await followed.agree(server);
    expect(followed.of('BadLine')).toMatchObject([{ why: 'Cut' }]);
    expect(followed.of('Resume')).toMatchObject([{ cause: 'BadLine' }]);
    expect(server.seen('List')).toHaveLength(1);
  });

  test('a line in pieces, cut in the middle of a character, is one line', async () => {
    const followed = await connected();
    const metadata = { name: 'straße', namespace: 'orders', resourceVersion: 'v1x', uid: 'u' };
    const line = Buffer.from(ScriptedServer.line('ADDED', { metadata, data: { greeting: 'żółć 🛰 ' } }));
    for (let at = 0; at < line.length; at++) {
      server.write(line.subarray(at, at + 1));
      if (at % 16 === 0) await settle(1);
    }
    await until(() => followed.collection.size === 1);
    expect(followed.collection.get('orders/straße')?.data).toEqual({ greeting: 'żółć 🛰 ' });
    expect(followed.of('BadLine')).toEqual([]);
  });

  test('several lines in one piece, with empty ones between, are several lines', async () => {
    const followed = await connected();
    const line = (name: string): string =>
      ScriptedServer.line('ADDED', { metadata: { name, namespace: 'orders', resourceVersion: `v-${name}` } });
    server.write(`\n${line('a')}\n\n${line('b')}${line('c')}`);
    await until(() => followed.collection.size === 3);
  });

  const useless: readonly (readonly [string, string, Buffer | string])[] = [
    ['what is not JSON', 'NotJson', '<html>502 Bad Gateway</html>\n'],
    ['what is not UTF-8', 'NotUtf8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a])],
    ['JSON that is no event', 'NotAnEvent', '[1,2,3]\n'],
    ['null', 'NotAnEvent', 'null\n'],
    [
      'an event of a type that nobody knows',
      'NotAnEvent',
      ScriptedServer.line('UPSERTED', { metadata: { name: 'a', resourceVersion: 'v1' } }),
    ],
    ['an event without an object', 'NotAnEvent', '{"type":"ADDED"}\n'],
    [
      'an object without a name',
      'NotAnEvent',
      ScriptedServer.line('ADDED', { metadata: { resourceVersion: 'v1' } }),
    ],
    ['an object without a version', 'NotAnEvent', ScriptedServer.line('ADDED', { metadata: { name: 'a' } })],
    ['a bookmark without a version', 'NotAnEvent', ScriptedServer.line('BOOKMARK', { metadata: {} })],
    ['a line that is too long', 'TooLong', Buffer.alloc(16 * 1024 * 1024 + 1, 0x20)],
  ];

  test.each(useless)('%s is counted, and the watch goes on from before it', async (_what, why, bytes) => {
    const followed = await connected();
    server.write(bytes);
    await followed.reach('BadLine');
    expect(followed.of('BadLine')).toMatchObject([{ why }]);
    server.put('orders/settings');
    await followed.passBackoff(1);
    await followed.agree(server);
    expect(server.seen('List')).toHaveLength(1);
  });

  test('a line that comes again at the same place is gone round, by a list', async () => {
    const poison: Step = openAndWrite('{"type":"ADDED",\n');
    server.script('Watch', poison, poison);
    const followed = follow();
    await followed.passBackoff(1);
    await followed.passBackoff(2);
    await followed.reach('Connect', 3);
    expect(followed.of('Relist')).toMatchObject([{ reason: 'BadLine' }]);
    expect(followed.of('List').map(({ reason }) => reason)).toEqual(['Start', 'BadLine']);
  });

  test('bad lines with progress between them need no list', async () => {
    const followed = await connected();
    for (let round = 1; round <= 3; round++) {
      server.put('orders/settings');
      await followed.agree(server);
      server.write('?\n');
      await followed.reach('BadLine', round);
      await followed.passBackoff(round);
      await followed.reach('Connect', round + 1);
      await until(() => server.openWatches === 1);
    }
    expect(server.seen('List')).toHaveLength(1);
  });

  test('events that come twice change nothing', async () => {
    const followed = await connected();
    const metadata = { name: 'settings', namespace: 'orders', uid: 'u1', resourceVersion: 'v1' };
    const added = ScriptedServer.line('ADDED', { metadata });
    const deleted = ScriptedServer.line('DELETED', { metadata: { ...metadata, resourceVersion: 'v2' } });
    server.write(added + added + added + deleted + deleted + added.replaceAll('v1', 'v3'));
    await until(() => followed.changes.length >= 3);
    await settle();
    expect(followed.changes).toEqual([
      ['orders/settings', undefined, 'v1'],
      ['orders/settings', 'v1', undefined],
      ['orders/settings', undefined, 'v3'],
    ]);
  });

  test('a list that is none is asked for again', async () => {
    server.script('List', (response) => json(response, 200, { hello: 'I am a captive portal' }));
    server.script('List', (response) => void response.end('<html>'));
    server.script('List', (response) =>
      json(response, 200, { metadata: { resourceVersion: 'v1' }, items: [{}] }),
    );
    const followed = follow();
    for (const attempt of [1, 2, 3]) await followed.passBackoff(attempt);
    await followed.reach('Connect');
    expect(followed.of('Failed').map(({ fault }) => fault.code)).toEqual(Array(3).fill('ApiAnswerMalformed'));
  });
});

describe('versions that the server no longer has', () => {
  test.each(['Status', 'Event'] as const)(
    '410 as %s: lists again, and what changed meanwhile is not called missed',
    async (how) => {
      server.goneAs = how;
      server.put('orders/goes');
      server.put('orders/stays');
      const followed = await connected();
      const stays = followed.collection.get('orders/stays');
      server.cutWatches();
      await followed.reach('Backoff');
      server.remove('orders/goes');
      server.put('orders/comes');
      server.compact();
      await followed.passBackoff(1);
      await followed.passBackoff(2);
      await followed.agree(server);
      expect(followed.of('Gone')).toMatchObject([{ at: 'Watch' }]);
      expect(followed.of('List')[1]).toMatchObject({ reason: 'Gone', objects: 2, changed: 2 });
      expect(followed.of('Missed')).toEqual([]);
      expect(followed.collection.get('orders/stays')).toBe(stays);
      await followed.reach('Connect', how === 'Status' ? 2 : 3);
    },
  );

  test('410 for the next page: the list starts again, and shows one moment only', async () => {
    for (let n = 0; n < 700; n++) server.put(`orders/settings-${n}`);
    server.script('List', async (response, request) => {
      await server.serveList(response, request);
      // Between the first page and the second: one goes, one comes, and the old moment is forgotten.
      server.remove('orders/settings-0');
      server.put('orders/a');
      server.compact();
    });
    const followed = await connected();
    expect(followed.agrees(server)).toBe(true);
    expect(followed.of('Gone')).toMatchObject([{ at: 'List' }]);
    expect(followed.of('List')).toMatchObject([{ objects: 700, pages: 2 }]);
    expect(server.seen('List')).toHaveLength(4);
  });

  test('410 for the next page again and again: asked for in one piece', async () => {
    for (let n = 0; n < 700; n++) server.put(`orders/settings-${n}`);
    const thenForget: Step = async (response, request) => {
      await server.serveList(response, request);
      server.put('orders/settings-0');
      server.compact();
    };
    server.script('List', thenForget, (...args) => server.serveList(...args), thenForget);
    const followed = await connected();
    expect(followed.agrees(server)).toBe(true);
    expect(server.seen('List').map(({ query }) => query['limit'])).toEqual([
      '500',
      '500',
      '500',
      '500',
      undefined,
    ]);
    expect(followed.of('Backoff')).toEqual([]);
  });

  test('a version that the server has not reached yet (restored from a backup) is dropped', async () => {
    const followed = await connected();
    const tooLarge = {
      ...(failure(504, 'Timeout') as object),
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
    };
    server.script('Watch', (response) => json(response, 504, tooLarge));
    server.cutWatches();
    await followed.passBackoff(1);
    await followed.passBackoff(2);
    await followed.reach('List', 2);
    expect(followed.of('Relist')).toMatchObject([{ reason: 'Gone' }]);
  });

  test('a version that the server refuses is dropped', async () => {
    const followed = await connected();
    server.script('Watch', refuse(400, 'BadRequest'));
    server.cutWatches();
    await followed.passBackoff(1);
    await followed.passBackoff(2);
    await followed.reach('List', 2);
    expect(followed.of('List')[1]).toMatchObject({ reason: 'Refused' });
  });
});

describe('a server in trouble', () => {
  test('429 with Retry-After: waits so long, for lists and for watches', async () => {
    server.script('List', refuse(429, 'TooManyRequests', { 'retry-after': '7' }));
    server.script('Watch', refuse(429, 'TooManyRequests', { 'retry-after': '11' }));
    const followed = follow();
    expect(await followed.passBackoff(1)).toBe(7000);
    expect(await followed.passBackoff(2)).toBe(11_000);
    await followed.reach('Connect');
    expect(followed.of('Failed').map(({ fault }) => fault.code)).toEqual(['ApiThrottled', 'ApiThrottled']);
  });

  test('503 with Retry-After as a date; and nobody makes us wait for more than five minutes', async () => {
    const followed = follow();
    const inTwentySeconds = new Date(followed.time.date().getTime() + 20_000).toUTCString();
    server.script('List', refuse(503, 'ServiceUnavailable', { 'retry-after': inTwentySeconds }));
    server.script('List', refuse(503, 'ServiceUnavailable', { 'retry-after': '86400' }));
    expect(await followed.passBackoff(1)).toBe(20_000);
    expect(await followed.passBackoff(2)).toBe(300_000);
    await followed.reach('Connect');
  });

  test('a storm of 500: waits grow to their cap, and nobody lists into the storm', async () => {
    const followed = await connected();
    server.script('Watch', ...times(12, refuse(500, 'InternalError')));
    server.put('orders/settings');
    server.cutWatches();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 13; attempt++) waits.push(await followed.passBackoff(attempt));
    await followed.agree(server);
    // Half of 0.5, 1, 2, ... 30 seconds.
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, ...Array(6).fill(15_000)]);
    expect(server.seen('List')).toHaveLength(1);
    expect(followed.of('Relist')).toEqual([]);
  });

  test('an error inside the watch is a failure, not an object', async () => {
    const followed = await connected();
    server.write(
      ScriptedServer.line('ERROR', {
        ...(failure(500, 'InternalError') as object),
        details: { retryAfterSeconds: 3 },
      }),
    );
    expect(await followed.passBackoff(1)).toBe(3000);
    await followed.reach('Connect', 2);
    expect(followed.of('Failed')).toMatchObject([{ at: 'Watch', fault: { code: 'ApiFailed' } }]);
    expect(followed.collection.size).toBe(0);
  });

  test('a server that ends each watch at once is not asked in a tight loop', async () => {
    server.script('Watch', ...times(10, openAndEnd));
    const followed = follow();
    for (let attempt = 1; attempt <= 10; attempt++) await followed.passBackoff(attempt);
    await followed.reach('Connect', 11);
    expect(followed.time.monotonicMs()).toBeGreaterThan(45_000);
    expect(server.seen('Watch')).toHaveLength(11);
    expect(server.seen('List')).toHaveLength(1);
  });

  test('even with the worst dice an attempt waits', async () => {
    server.script('Watch', ...times(5, openAndEnd));
    const followed = follow();
    followed.time.random = () => 0;
    for (let attempt = 1; attempt <= 5; attempt++) expect(await followed.passBackoff(attempt)).toBe(100);
  });

  test('only a stable minute makes the next failure a first one', async () => {
    const followed = await connected();
    const failAfter = async (openMs: number, attempt: number): Promise<number> => {
      await until(() => server.openWatches === 1);
      await followed.time.advance(openMs);
      server.cutWatches();
      const waited = await followed.passBackoff(attempt);
      await followed.reach('Connect', attempt + 1);
      return waited;
    };
    const waits = [];
    for (const [index, openMs] of [1000, 59_999, 1000, 60_000, 1000].entries()) {
      waits.push(await failAfter(openMs, index + 1));
    }
    expect(waits).toEqual([250, 500, 1000, 250, 500]);
  });

  test('connections that break at once, before and in the middle of an answer', async () => {
    server.script('List', breakOff);
    server.script('List', (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"items":[');
      setImmediate(() => response.destroy());
    });
    const followed = follow();
    await followed.passBackoff(1);
    await followed.passBackoff(2);
    await followed.reach('Connect');
    expect(followed.of('Failed').map(({ fault }) => fault.code)).toEqual([
      'ApiUnreachable',
      'ApiUnreachable',
    ]);
  });

  test('nobody there at all, until there is', async () => {
    await server.close();
    const followed = follow();
    for (let attempt = 1; attempt <= 3; attempt++) await followed.passBackoff(attempt);
    await followed.reach('Backoff', 4);
    expect(followed.of('Failed').map(({ fault }) => fault.code)).toEqual(Array(4).fill('ApiUnreachable'));
    expect(followed.collection.isSynced).toBe(false);
    server = await ScriptedServer.start(undefined, server.port);
    server.put('orders/settings');
    await followed.passBackoff(4);
    await followed.agree(server);
  });

  test('a redirect is not followed: it could lead our credentials anywhere', async () => {
    server.script('List', (response) => {
      response.writeHead(307, { location: `${server.url}/elsewhere` });
      response.end();
    });
    const followed = follow();
    await followed.passBackoff(1);
    await followed.reach('Connect');
    expect(followed.of('Failed')).toMatchObject([{ fault: { code: 'ApiRedirected' } }]);
    expect(server.seen('Other')).toEqual([]);
  });

  test('a list that is slow but comes is waited for; one that takes more than a minute is not', async () => {
    server.put('orders/settings');
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    for (const gate of gates) {
      server.script('List', async (response, request) => {
        await gate.promise;
        await server.serveList(response, request);
      });
    }
    const followed = follow();
    await until(() => server.seen('List').length === 1);
    await followed.time.advance(60_000);
    await followed.reach('Failed');
    expect(followed.of('Failed')).toMatchObject([{ at: 'List', fault: { code: 'ApiTimedOut' } }]);
    await followed.passBackoff(1);
    await until(() => server.seen('List').length === 2);
    await followed.time.advance(59_000);
    gates[1]?.resolve();
    await followed.agree(server);
    gates[0]?.resolve();
  });

  test('objects stay while the server is away, and while it denies knowing the resource', async () => {
    server.put('orders/settings');
    const followed = await connected();
    server.script('Watch', refuse(404, 'NotFound'));
    server.script('List', refuse(404, 'NotFound'));
    server.cutWatches();
    for (let attempt = 1; attempt <= 3; attempt++) await followed.passBackoff(attempt);
    await followed.reach('List', 2);
    expect(followed.changes).toHaveLength(1);
    expect(followed.collection.size).toBe(1);
  });
});

describe('pages too large to take', () => {
  test('are asked for in smaller ones', async () => {
    for (let n = 0; n < 40; n++) server.put(`orders/settings-${n}`);
    const flood: Step = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const block = Buffer.alloc(1024 * 1024, 0x20);
      const pour = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', pour);
      pour();
    };
    server.script('List', flood, flood);
    const followed = await connected();
    expect(server.seen('List').map(({ query }) => query['limit'])).toEqual(['500', '125', '31', '31']);
    expect(followed.agrees(server)).toBe(true);
    expect(followed.of('Failed')).toEqual([]);
  });
});
