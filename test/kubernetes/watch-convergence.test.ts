import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Step } from './scripted-server.ts';
import { FakeTime, settle, until } from './fake-time.ts';
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

interface Move {
  readonly do: string;
  readonly key: number;
  readonly data: number;
}

/** What goes wrong. `duplicate` and `wait` need more than the server; the others are below. */
const TROUBLE_NAMES = ['duplicate', 'wait', ...Object.keys(troubles())];

const MOVES: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    do: fc.oneof(
      { weight: 4, arbitrary: fc.constant('put') },
      { weight: 2, arbitrary: fc.constant('remove') },
      { weight: 3, arbitrary: fc.constantFrom(...TROUBLE_NAMES) },
    ),
    key: fc.nat(11),
    data: fc.nat(3),
  }),
  { maxLength: 60 },
);

function staleToken(server: ScriptedServer): Step {
  return async (response, request) => {
    await server.serveList(response, request);
    server.compact();
  };
}

function troubles(): Readonly<Record<string, (server: ScriptedServer) => void>> {
  return {
    cut: (server) => server.cutWatches(),
    end: (server) => server.endWatches(),
    bookmark: (server) => server.bookmark(),
    elsewhere: (server) => server.changeElsewhere(),
    halfOpen: (server) => void (server.silent = true),
    garbage: (server) => server.write('\u0000garbage\n'),
    errorEvent: (server) => server.write(ScriptedServer.line('ERROR', failure(500, 'InternalError'))),
    refuseList: (server) => server.script('List', refuse(500, 'InternalError')),
    staleToken: (server) => server.script('List', staleToken(server)),
    halfLine: (server) => {
      server.write('{"type":"ADD');
      server.endWatches();
    },
    compact: (server) => {
      server.goneAs = 'Status';
      server.compact();
      server.cutWatches();
    },
    compactLoudly: (server) => {
      server.goneAs = 'Event';
      server.compact();
      server.cutWatches();
    },
    refuseWatch: thenCut(refuse(500, 'InternalError')),
    throttle: thenCut(refuse(429, 'TooManyRequests', { 'retry-after': '2' })),
    breakOff: thenCut(breakOff),
    endAtOnce: thenCut(openAndEnd),
    hangOpen: thenCut(hang),
    openHalf: thenCut(openAndWrite('{"type')),
    wrongAnswer: thenCut((response) => json(response, 200, {})),
  };
}

/** The next watch is treated so, and it begins now. */
function thenCut(step: Step): (server: ScriptedServer) => void {
  return (server) => {
    server.script('Watch', step);
    server.cutWatches();
  };
}

async function make(
  move: Move,
  server: ScriptedServer,
  time: FakeTime,
  last: { line: string },
): Promise<void> {
  if (move.do === 'put') {
    const key = `orders/settings-${move.key}`;
    const version = server.put(key, { n: String(move.data) });
    last.line = ScriptedServer.line('MODIFIED', server.object(key));
    expect(version).toBeDefined();
  } else if (move.do === 'remove') {
    server.remove(`orders/settings-${move.key}`);
    last.line = '';
  } else if (move.do === 'duplicate') {
    if (last.line !== '') server.write(last.line);
  } else if (move.do === 'wait') {
    await settle();
    await time.advance(20_000);
  } else {
    troubles()[move.do]?.(server);
  }
}

/** Everything that was scripted is over, and time passes: it must come to rest with what the server has. */
async function comeToRest(server: ScriptedServer, followed: Followed): Promise<void> {
  server.silent = false;
  for (let minute = 0; minute < 40 && !(followed.agrees(server) && server.openWatches > 0); minute++) {
    await followed.time.advance(30_000);
    server.bookmark();
    const started = Date.now();
    await until(() => Date.now() - started >= 2 || followed.agrees(server));
  }
  await followed.agree(server);
}

test('whatever changes and whatever goes wrong, in the end the store holds what the server has', async () => {
  await fc.assert(
    fc.asyncProperty(MOVES, async (moves) => {
      const server = await ScriptedServer.start();
      const time = new FakeTime();
      const followed = new Followed(server, { time, tuning: { pageObjects: 5 } });
      const told = new Map<string, string>();
      followed.collection.subscribe((key, before, after) => {
        // Each listener sees an unbroken story of each key.
        expect(before?.version).toBe(told.get(key));
        if (after === undefined) told.delete(key);
        else told.set(key, after.version);
      });
      try {
        const last = { line: '' };
        for (const move of moves) {
          await make(move, server, time, last);
          await settle(1);
        }
        await comeToRest(server, followed);
        expect(told).toEqual(server.state());
        expect(followed.of('CallbackFailed')).toEqual([]);
        expect(followed.of('Missed')).toEqual([]);
      } finally {
        await followed.stop();
        await server.close();
      }
      expect(time.pending).toBe(0);
    }),
    { numRuns: 300, endOnFailure: true },
  );
}, 120_000);
