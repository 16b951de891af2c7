import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DEFAULT_LIFETIMES } from '../../src/certs/certs.ts';
import type { Lifetimes } from '../../src/certs/certs.ts';
import { DAY_MS, sampleMaterial } from './sample-material.ts';
import { writeMaterial } from '../../src/certs/stored-material.ts';
import { SimulatedFleet } from './simulated-fleet.ts';

const HOUR = 3600;
const HOUR_MS = 3_600_000;

/** The proportions of the defaults, with looks far enough apart for years to be walked through. */
const SLOW: Lifetimes = {
  ...DEFAULT_LIFETIMES,
  checkSeconds: 12 * HOUR,
  propagationSeconds: 48 * HOUR,
  settleSeconds: 48 * HOUR,
  strangerSeconds: 30 * HOUR,
  reissueSeconds: HOUR,
};

/** Short lives, for many of them in one run. */
const BRIEF: Lifetimes = { ...SLOW, authoritySeconds: 40 * 24 * HOUR, certificateSeconds: 12 * 24 * HOUR };

describe('years in simulated time', () => {
  test('three replicas with wrong clocks live through five years without one refusal', async () => {
    const fleet = new SimulatedFleet({
      lifetimes: SLOW,
      skewsMs: [0, -0.5 * HOUR_MS, 0.5 * HOUR_MS],
      lagsMs: [0, 47 * HOUR_MS],
    });
    await fleet.run(5 * 365 * DAY_MS);
    expect(fleet.refused).toEqual([]);
    expect(fleet.checked).toBeGreaterThan(10_000);
    const changes = fleet.changes();
    // An authority is renewed after 243 days: seven times in 1825 days. A certificate is renewed after 20 days.
    expect(changes).toMatchObject({ AuthorityCreated: 1, NextIntroduced: 7, NextPromoted: 7 });
    expect(changes['CertificateIssued']).toBeGreaterThan(75);
    expect(new Set(fleet.served).size).toBe(1);
    expect(fleet.ready).toEqual([true, true, true]);
  }, 120_000);

  test('the old authority is trusted until it has expired, and no longer', async () => {
    const fleet = new SimulatedFleet({ lifetimes: BRIEF, skewsMs: [0], lagsMs: [0] });
    await fleet.run(30 * DAY_MS);
    expect(fleet.changes()).toMatchObject({ NextIntroduced: 1, NextPromoted: 1 });
    const old = fleet.entries['previous-ca.crt'];
    expect(old).toMatch(/BEGIN CERTIFICATE/);
    for (const bundle of fleet.store.bundles) expect(bundle).toContain(old);
    await fleet.run(9 * DAY_MS);
    expect(fleet.store.bundles[0]).toContain(old);
    await fleet.run(3 * DAY_MS);
    for (const bundle of fleet.store.bundles) expect(bundle).toBe(fleet.entries['ca.crt']);
    expect(fleet.refused).toEqual([]);
  });

  test('an API server slower than the wait is what would be refused: the check has teeth', async () => {
    const fleet = new SimulatedFleet({ lifetimes: BRIEF, skewsMs: [0], lagsMs: [90 * HOUR_MS] });
    await fleet.run(40 * DAY_MS);
    expect(fleet.refused.length).toBeGreaterThan(0);
  });
});

/** What may befall a running fleet. None of it may cost a request while a replica is alive. */
type Incident =
  | { readonly do: 'Restart'; readonly replica: number }
  | { readonly do: 'DeleteSecret' }
  | { readonly do: 'EmptySecret' }
  | { readonly do: 'Corrupt'; readonly entry: string; readonly value: string }
  | { readonly do: 'Remove'; readonly entry: string }
  | { readonly do: 'OtherSecret' }
  | { readonly do: 'OldSecret' }
  | { readonly do: 'AddToBundle' };

const ENTRIES = [
  'ca.crt',
  'ca.key',
  'tls.crt',
  'tls.key',
  'next-ca.crt',
  'next-ca.key',
  'previous-ca.crt',
] as const;

const incidents = fc.array(
  fc.record({
    afterHours: fc.integer({ min: 1, max: 200 }),
    incident: fc.oneof(
      fc.record({ do: fc.constant('Restart' as const), replica: fc.nat(2) }),
      fc.constant({ do: 'DeleteSecret' as const }),
      fc.constant({ do: 'EmptySecret' as const }),
      fc.record({
        do: fc.constant('Corrupt' as const),
        entry: fc.constantFrom(...ENTRIES),
        value: fc.constantFrom('rubbish', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      }),
      fc.record({ do: fc.constant('Remove' as const), entry: fc.constantFrom(...ENTRIES) }),
      fc.constant({ do: 'OtherSecret' as const }),
      fc.constant({ do: 'OldSecret' as const }),
      fc.constant({ do: 'AddToBundle' as const }),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

/**
 * Losing the authority's key twice within the 48 hours that a successor needs, shortly before what is served expires,
 * is the one thing that cannot be survived: nobody is left who could sign under an authority that is trusted everywhere.
 */
function leastHoursAfter(incident: Incident): number {
  const losesKey = incident.do === 'OtherSecret' || incident.do === 'OldSecret';
  return losesKey || (incident.do === 'Remove' && incident.entry === 'ca.key') ? 84 : 0;
}

class Saboteur {
  readonly #fleet: SimulatedFleet;
  #old = {};

  constructor(fleet: SimulatedFleet) {
    this.#fleet = fleet;
  }

  async inflict(incident: Incident): Promise<void> {
    const { store, entries, nowMs } = this.#fleet;
    if (incident.do === 'Restart') this.#fleet.restart(incident.replica);
    else if (incident.do === 'DeleteSecret') store.tamper(undefined);
    else if (incident.do === 'EmptySecret') store.tamper({});
    else if (incident.do === 'Corrupt') store.tamper({ ...entries, [incident.entry]: incident.value });
    else if (incident.do === 'Remove') store.tamper({ ...entries, [incident.entry]: '' });
    else if (incident.do === 'OtherSecret') store.tamper(writeMaterial(await sampleMaterial(nowMs, BRIEF)));
    else if (incident.do === 'OldSecret') store.tamper({ ...this.#old });
    else {
      const { authority } = await sampleMaterial(nowMs, BRIEF);
      store.tamperBundles((bundle) => bundle + authority.pem);
    }
    this.#old = entries;
  }
}

describe('whatever happens to a fleet', () => {
  const runs = Number(process.env['LIVES'] ?? 40);
  test(`no API server refuses a ready replica (${runs} lives)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        incidents,
        fc.array(fc.integer({ min: -25, max: 25 }), { minLength: 2, maxLength: 3 }),
        fc.integer({ min: 0, max: 47 }),
        async (plan, skewMinutes, lagHours) => {
          const fleet = new SimulatedFleet({
            lifetimes: BRIEF,
            skewsMs: skewMinutes.map((minutes) => minutes * 60_000),
            lagsMs: [0, lagHours * HOUR_MS],
          });
          await fleet.run(5 * DAY_MS);
          const saboteur = new Saboteur(fleet);
          for (const { afterHours, incident } of plan) {
            await saboteur.inflict(incident);
            await fleet.run(Math.max(afterHours, leastHoursAfter(incident)) * HOUR_MS);
          }
          await fleet.run(20 * DAY_MS);
          expect(await fleet.converge(3 * DAY_MS)).toBe(true);
          expect(fleet.refused).toEqual([]);
          expect(fleet.ready.every(Boolean)).toBe(true);
        },
      ),
      { numRuns: runs },
    );
  }, 1_800_000);
});
