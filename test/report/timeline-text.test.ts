import { describe, expect, test } from '@jest/globals';
import { drawTimeline } from '../../src/evaluation/timeline.ts';
import type { TimelineOptions } from '../../src/evaluation/timeline.ts';
import type { ConnectionModel } from '../../src/extraction/connection-model.ts';
import type { PathModel } from '../../src/evaluation/path-model.ts';
import type { ConnectionState } from '../../src/findings/verdict.ts';
import { renderTimeline } from '../../src/report/timeline-text.ts';
import {
  circumstances,
  connection,
  hop,
  keepAlive,
  limit,
  path,
  proxy,
} from '../evaluation/model-builders.ts';

const TEN = 10 * 3600;

function story(
  client: ConnectionModel,
  route: PathModel,
  state: ConnectionState = 'Pooled',
  options: TimelineOptions = {},
): readonly string[] {
  const timeline = drawTimeline(client, route, state, circumstances(), options);
  return renderTimeline(timeline, { startSeconds: TEN, peer: 'db' }).split('\n');
}

const firewall = hop(3600, { name: 'internal-firewall' });
const nat = hop(350, { name: 'nat' });
const peer = { keepAlive: { timeSeconds: 7200, intervalSeconds: 75, probes: 9 } };

test('the seed: forgotten at 11:00, probed in vain at 12:00, a request at 13:00 that hangs', () => {
  expect(story(connection(), path([firewall], { peer }))).toEqual([
    '10:00:00    workload -> db     last packet; from here on the connection is silent',
    '11:00:00    internal-firewall  forgets the connection: it has heard nothing for 3600 s',
    '12:00:00    db -> workload     first keep-alive probe: internal-firewall no longer knows the connection and drops it',
    '12:01:15    db -> workload     8 more keep-alive probes, one every 75 s: internal-firewall no longer knows the connection and drops it',
    '12:11:15    db                 its kernel gives up after 9 unanswered probes: this end is closed, the other is not told',
    '13:00:00    workload -> db     next request: internal-firewall no longer knows the connection and drops it',
    '13:15:24.6  workload           fails: the kernel stops retransmitting after 924.6 s',
  ]);
});

test('the seed mended by a firewall that remembers longer', () => {
  expect(story(connection(), path([hop(9000)], { peer }))).toEqual([
    '10:00:00  workload -> db  last packet; from here on the connection is silent',
    '12:00:00  db -> workload  first keep-alive probe: it arrives',
    '13:00:00  workload -> db  next request: it arrives',
  ]);
});

test('keep-alives that arrive are told once and counted', () => {
  expect(story(connection({ keepAlive: keepAlive(300) }), path([nat]))).toEqual([
    '10:00:00  workload -> db  last packet; from here on the connection is silent',
    '10:05:00  workload -> db  first keep-alive probe: it arrives',
    '10:10:00  workload -> db  3 more keep-alive probes, one every 300 s: it arrives',
    '10:20:00  workload -> db  next request: it arrives',
  ]);
});

test('keep-alives do not pass a proxy', () => {
  const lines = story(
    connection({ keepAlive: keepAlive(300) }),
    path([proxy(3600, { onExpiry: 'Close' }), nat]),
  );
  expect(lines).toEqual([
    '10:00:00  workload -> db     last packet; from here on the connection is silent',
    '10:05:00  workload -> proxy  first keep-alive probe: it arrives',
    '10:05:50  nat                forgets the connection: it has heard nothing for 350 s',
    '10:10:00  workload -> proxy  11 more keep-alive probes, one every 300 s: it arrives',
    '11:00:00  proxy              closes the connection: it has heard nothing for 3600 s; both ends are told',
  ]);
});

describe('what ends the wait', () => {
  test('a reset at once', () => {
    expect(story(connection(), path([hop(350, { onExpiry: 'Reset' })])).slice(-2)).toEqual([
      '10:06:00  workload -> db  next request: firewall no longer knows the connection and answers with a reset',
      '10:06:00  workload        fails at once with a reset, after 0 s',
    ]);
  });

  test('a reset on the first probe closes that end, and the request goes elsewhere', () => {
    const client = connection({ keepAlive: keepAlive(7200) });
    expect(story(client, path([hop(350, { onExpiry: 'Reset' })])).slice(-1)).toEqual([
      '12:00:00  workload -> db  first keep-alive probe: firewall no longer knows the connection and answers with a reset, which closes this end',
    ]);
  });

  test('the socket timeout', () => {
    const client = connection({ limits: [limit('OperationTimeout', 30)] });
    expect(story(client, path([nat])).at(-1)).toBe(
      '10:06:30  workload        fails: its own timeout ends the wait after 30 s',
    );
  });

  test('TCP_USER_TIMEOUT on the first leg only', () => {
    const client = connection({
      userTimeout: { ...connection().userTimeout, state: 'Known', value: 60 } as never,
    });
    expect(story(client, path([nat])).at(-1)).toContain('TCP_USER_TIMEOUT ends the wait after 60 s');
    const behind = path([proxy(9000, { onExpiry: 'Close' }), nat]);
    expect(story(client, behind, 'Pooled', { useAfterSeconds: 400 }).at(-1)).toContain('after 924.6 s');
  });

  test('nothing, for an answer that is lost on its way', () => {
    const waits = path([nat], { longestQuietOperationSeconds: 900 });
    expect(story(connection(), waits, 'InUse')).toEqual([
      '10:00:00    workload -> db  last packet; from here on the connection is silent',
      '10:05:50    nat             forgets the connection: it has heard nothing for 350 s',
      '10:15:00    db -> workload  the answer: nat no longer knows the connection and drops it',
      '10:20:00    workload        still waits: nobody tells it that the connection is dead',
      '10:30:24.6  db              fails: the kernel stops retransmitting after 924.6 s',
    ]);
  });

  test('its own timeout, for who waits for a lost answer', () => {
    const waits = path([nat], { longestQuietOperationSeconds: 900 });
    const client = connection({ limits: [limit('OperationTimeout', 1200)] });
    expect(story(client, waits, 'InUse').at(-2)).toBe(
      '10:20:00    workload        gives up waiting (OperationTimeout) and closes the connection',
    );
  });

  test('the kernel of a listener, whose probes stay unanswered', () => {
    const client = connection({ keepAlive: keepAlive(7200) });
    expect(story(client, path([nat]), 'Listening').slice(-3)).toEqual([
      '12:11:15    workload        its kernel gives up after 9 unanswered probes: this end is closed, the other is not told',
      '13:00:00    db -> workload  a message: nat no longer knows the connection and drops it',
      '13:15:24.6  db              fails: the kernel stops retransmitting after 924.6 s',
    ]);
  });

  test('a heartbeat that nobody answers', () => {
    const client = connection({ limits: [limit('Heartbeat', 1000)] });
    expect(story(client, path([nat])).slice(-2)).toEqual([
      '10:16:40    workload -> db  first heartbeat: nat no longer knows the connection and drops it',
      '10:32:04.6  workload        fails: the kernel stops retransmitting after 924.6 s',
    ]);
  });
});

describe('why an old connection is not used', () => {
  test('the pool closes it', () => {
    const client = connection({ limits: [limit('IdleEviction', 600)] });
    expect(story(client, path([firewall])).at(-1)).toBe(
      '10:10:00  workload        closes the connection (IdleEviction); both ends are told',
    );
  });

  test('the pool throws it away before use', () => {
    const client = connection({ limits: [limit('MaxLifetime', 600, { enforced: 'OnBorrow' })] });
    expect(story(client, path([nat])).at(-1)).toBe(
      '10:11:00  workload        throws the old connection away before use (MaxLifetime) and opens a new one',
    );
  });

  test('the job ends', () => {
    const timeline = drawTimeline(
      connection(),
      path([nat]),
      'Pooled',
      circumstances({ deadlineSeconds: 300 }),
    );
    expect(renderTimeline(timeline, { startSeconds: 0 }).split('\n').at(-1)).toBe(
      '00:05:00  workload          ends (activeDeadlineSeconds), and its connections with it',
    );
  });
});

test('who serves gets the request from outside', () => {
  const inbound = path([nat], { direction: 'Inbound' });
  expect(story(connection(), inbound).slice(-2)).toEqual([
    '10:06:00    db -> workload  next request: nat no longer knows the connection and drops it',
    '10:21:24.6  db              fails: the kernel stops retransmitting after 924.6 s',
  ]);
});

test('what repeats too often is cut short and says so', () => {
  const client = connection({ limits: [limit('Heartbeat', 0.001)] });
  expect(story(client, path([firewall])).at(-1)).toContain('and so on');
});

test('a story over midnight counts the days', () => {
  const timeline = drawTimeline(connection(), path([hop(86_400)]), 'Pooled', circumstances());
  expect(renderTimeline(timeline, { startSeconds: TEN }).split('\n')[1]).toBe(
    '10:00:00 +1 d    firewall          forgets the connection: it has heard nothing for 86400 s',
  );
});

test('the connection is used when it is asked to be', () => {
  const lines = story(connection(), path([firewall], { peer }), 'Pooled', { useAfterSeconds: 1800 });
  expect(lines).toEqual([
    '10:00:00  workload -> db  last packet; from here on the connection is silent',
    '10:30:00  workload -> db  next request: it arrives',
  ]);
});

test('the parties stand in line for a picture', () => {
  const timeline = drawTimeline(connection(), path([proxy(60), nat]), 'Pooled', circumstances());
  expect(timeline.parties).toEqual([
    { name: 'workload', kind: 'Workload' },
    { name: 'proxy', kind: 'Hop' },
    { name: 'nat', kind: 'Hop' },
    { name: 'peer', kind: 'Peer' },
  ]);
});
