import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DEFAULT_LIFETIMES } from '../../src/certs/certs.ts';
import { DAY_MS } from './sample-material.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

const HOUR = 3600;
const QUICK = {
  ...DEFAULT_LIFETIMES,
  authoritySeconds: 20 * 24 * HOUR,
  certificateSeconds: 4 * 24 * HOUR,
  checkSeconds: 6 * HOUR,
  propagationSeconds: 24 * HOUR,
  settleSeconds: 24 * HOUR,
  strangerSeconds: 13 * HOUR,
};

/** Replicas that look at the same moments, each call of theirs waiting for a few turns of the others. */
function racingFleet(replicas: number, turns: readonly number[]): SimulatedFleet {
  const fleet = new SimulatedFleet({
    lifetimes: QUICK,
    skewsMs: Array.from({ length: replicas }, () => 0),
    lagsMs: [0, 23 * HOUR * 1000],
    aligned: true,
  });
  let call = 0;
  fleet.store.interleave = async () => {
    call += 1;
    for (let turn = turns[call % turns.length] ?? 0; turn > 0; turn -= 1) await Promise.resolve();
  };
  return fleet;
}

const replicas = fc.integer({ min: 2, max: 4 });
const turns = fc.array(fc.nat(12), { minLength: 7, maxLength: 31 });

describe('replicas that race', () => {
  test('on an empty cluster agree on one authority and one certificate', async () => {
    await fc.assert(
      fc.asyncProperty(replicas, turns, async (count, waits) => {
        const fleet = racingFleet(count, waits);
        await fleet.run(1);
        expect(fleet.changes()).toEqual({ AuthorityCreated: 1 });
        expect(fleet.served).toEqual(Array.from({ length: count }, () => fleet.entries['tls.crt']));
        expect(fleet.store.bundles).toEqual([1, 2, 3].map(() => fleet.entries['ca.crt']));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('through several changes of authority never undo each other and never cost a request', async () => {
    await fc.assert(
      fc.asyncProperty(replicas, turns, async (count, waits) => {
        const fleet = racingFleet(count, waits);
        await fleet.run(60 * DAY_MS);
        expect(fleet.refused).toEqual([]);
        expect(fleet.checked).toBeGreaterThan(100);
        // One of each for every authority, though all replicas saw the need at the same moment.
        const { NextIntroduced, NextPromoted, AuthorityCreated } = fleet.changes();
        expect([AuthorityCreated, NextIntroduced, NextPromoted]).toEqual([1, 4, 4]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
