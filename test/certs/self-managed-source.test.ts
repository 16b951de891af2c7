import { describe, expect, test } from '@jest/globals';
import { DEFAULT_LIFETIMES, selfManagedSource } from '../../src/certs/certs.ts';
import type { CertificateEvent, Lifetimes, SelfManagedSource } from '../../src/certs/certs.ts';
import { writeMaterial } from '../../src/certs/stored-material.ts';
import { MemoryStore } from './memory-store.ts';
import { NAME, NAMES, sampleMaterial } from './sample-material.ts';
import { TestClock } from './test-clock.ts';
import { refusal } from './verify-chain.ts';

interface Scene {
  readonly clock: TestClock;
  readonly store: MemoryStore;
  readonly events: CertificateEvent[];
  readonly source: SelfManagedSource;
  /** Another replica on the same cluster. */
  readonly replica: () => SelfManagedSource;
}

function scene(lifetimes: Partial<Lifetimes> = {}, names: readonly string[] = NAMES): Scene {
  const clock = new TestClock();
  const store = new MemoryStore(() => clock.nowMs);
  store.install('ValidatingWebhookConfiguration', 'pathkeeper', 2);
  store.install('MutatingWebhookConfiguration', 'pathkeeper');
  const events: CertificateEvent[] = [];
  const replica = (): SelfManagedSource =>
    selfManagedSource({
      store,
      names,
      lifetimes: { ...DEFAULT_LIFETIMES, ...lifetimes },
      clock,
      listener: (event) => events.push(event),
    });
  return { clock, store, events, source: replica(), replica };
}

/** A scene in which a certificate is served and every bundle is in place. */
async function settledScene(lifetimes: Partial<Lifetimes> = {}): Promise<Scene> {
  const made = scene(lifetimes);
  await made.source.start();
  made.clock.pass(3);
  await made.source.look();
  expect(made.source.healthy().healthy).toBe(true);
  made.events.length = 0;
  return made;
}

/** Looks again after some time. */
async function lookAfter({ clock, source }: Scene, seconds: number): Promise<void> {
  clock.pass(seconds);
  await source.look();
}

function named(events: readonly CertificateEvent[], name: CertificateEvent['event']): CertificateEvent[] {
  return events.filter(({ event }) => event === name);
}

function changes(events: readonly CertificateEvent[]): string[] {
  return events.flatMap((event) => (event.event === 'SecretWritten' ? [event.change] : []));
}

describe('the first start', () => {
  test('makes a Secret, fills every bundle, and serves a certificate that they trust', async () => {
    const { store, source, clock } = scene();
    await source.start();
    const served = source.get()?.certificatePem ?? '';
    expect(store.bundles).toHaveLength(3);
    for (const bundle of store.bundles) expect(refusal(served, bundle, NAME, clock.nowMs)).toBeUndefined();
    expect(Object.keys(store.entries ?? {}).sort()).toEqual(['ca.crt', 'ca.key', 'tls.crt', 'tls.key']);
  });

  test('is ready only when API servers have surely heard of the authority', async () => {
    const { source, clock } = scene();
    expect(source.healthy()).toEqual({ healthy: false, detail: 'no certificate yet' });
    await source.start();
    expect(source.healthy().healthy).toBe(false);
    clock.pass(1);
    await source.look();
    expect(source.healthy().healthy).toBe(false);
    clock.pass(1);
    await source.look();
    expect(source.healthy()).toEqual({ healthy: true, detail: 'valid until 2026-12-24T10:00:00.000Z' });
  });

  test('uses an empty Secret that is already there, and leaves other entries alone', async () => {
    const { store, source } = scene();
    store.tamper({ note: 'made by the chart' });
    await source.start();
    expect(store.calls).not.toContain('createSecret');
    expect(store.entries).toMatchObject({ note: 'made by the chart' });
    expect(store.entries?.['tls.crt']).toMatch(/^-----BEGIN/);
  });

  test('takes over a Secret that is whole, and changes nothing', async () => {
    const first = await settledScene();
    const before = first.store.entries;
    const second = first.replica();
    await second.start();
    expect(second.get()?.certificatePem).toBe(first.source.get()?.certificatePem);
    expect(first.store.entries).toBe(before);
  });

  test('a source without names is refused', () => {
    expect(() => scene({}, [])).toThrow('at least one name');
  });
});

describe('the pace', () => {
  test('is a second until ready, then thirty', async () => {
    const { source, clock } = scene();
    await source.start();
    expect(clock.waits).toEqual([1000]);
    clock.pass(2);
    await source.look();
    expect(clock.waits).toEqual([30_000]);
  });

  test('is five seconds while there is no webhook configuration', async () => {
    const { source, clock, store } = scene();
    store.uninstall();
    await source.start();
    await lookAfter({ source, clock } as Scene, 3);
    expect(source.healthy().healthy).toBe(true);
    expect(clock.waits).toEqual([5000]);
    store.install('ValidatingWebhookConfiguration', 'pathkeeper');
    clock.runNext();
    await source.look();
    expect(store.bundles).toEqual([store.entries?.['ca.crt']]);
  });

  test('slows down while looks fail, and the last failure is told', async () => {
    const { source, clock, store, events } = scene();
    store.failOn = () => {
      throw new Error('no route to the API server');
    };
    await source.start();
    const waits = [clock.waits[0]];
    for (let look = 0; look < 6; look += 1) {
      await source.look();
      waits.push(clock.waits[0]);
    }
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(named(events, 'Failed')).toHaveLength(7);
    expect(source.healthy().detail).toContain('no route to the API server');
    store.failOn = () => undefined;
    await source.look();
    expect(source.get()).toBeDefined();
  });

  test('a timer looks by itself', async () => {
    const { source, clock, store } = await settledScene();
    const before = store.calls.length;
    clock.runNext();
    await source.look();
    expect(store.calls.length).toBeGreaterThan(before);
  });

  test('a look during a look is followed by another, and only one', async () => {
    const { source, store } = await settledScene();
    store.calls.length = 0;
    await Promise.all([source.look(), source.look(), source.look()]);
    expect(store.calls.filter((call) => call === 'getSecret')).toHaveLength(2);
  });

  test('nothing is done after the stop', async () => {
    const { source, clock, store } = await settledScene();
    await source.stop();
    const before = store.calls.length;
    expect(clock.waits).toEqual([]);
    await source.look();
    expect(store.calls).toHaveLength(before);
  });

  test('a stop waits for the look that is under way', async () => {
    const { source, store, clock } = scene();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    store.interleave = () => gate;
    const started = source.start();
    const order: string[] = [];
    const looked = started.finally(() => order.push('looked'));
    const stopping = source.stop().finally(() => order.push('stopped'));
    await Promise.resolve();
    expect(order).toEqual([]);
    open();
    await Promise.all([looked, stopping]);
    expect(order).toEqual(['looked', 'stopped']);
    expect(clock.waits).toEqual([]);
  });
});

describe('the bundles', () => {
  test('an emptied one is filled at the next look, and it is told that somebody else did it', async () => {
    const at = await settledScene();
    at.store.tamperBundles(() => '');
    await lookAfter(at, 30);
    for (const bundle of at.store.bundles) expect(bundle).toBe(at.store.entries?.['ca.crt']);
    expect(named(at.events, 'BundleWritten')).toHaveLength(2);
    expect(at.events).toContainEqual({
      event: 'BundleWritten',
      kind: 'MutatingWebhookConfiguration',
      name: 'pathkeeper',
      isRepair: true,
    });
  });

  test('rubbish in one is replaced', async () => {
    const at = await settledScene();
    at.store.tamperBundles(
      (bundle) => `${bundle}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    );
    await lookAfter(at, 30);
    for (const bundle of at.store.bundles) expect(bundle).toBe(at.store.entries?.['ca.crt']);
  });

  test("a stranger's authority goes after a minute, in which a replica could have claimed it", async () => {
    const at = await settledScene();
    const { authority } = await sampleMaterial(at.clock.nowMs);
    at.store.tamperBundles(() => authority.pem);
    await lookAfter(at, 30);
    for (const bundle of at.store.bundles) expect(bundle).toBe(at.store.entries?.['ca.crt'] + authority.pem);
    await lookAfter(at, 61);
    for (const bundle of at.store.bundles) expect(bundle).toBe(at.store.entries?.['ca.crt']);
  });

  test("a stranger's certificate that is no authority goes at once", async () => {
    const at = await settledScene();
    const { leaf } = await sampleMaterial(at.clock.nowMs);
    at.store.tamperBundles((bundle) => bundle + leaf.certificate.pem);
    await lookAfter(at, 1);
    for (const bundle of at.store.bundles) expect(bundle).toBe(at.store.entries?.['ca.crt']);
  });

  test('a refusal to write one does not keep the other from being read, and is told', async () => {
    const { source, store, events } = scene();
    store.failOn = (call) => {
      if (call === 'putCaBundle') throw new Error('forbidden');
    };
    await source.start();
    expect(source.get()).toBeDefined();
    expect(source.healthy()).toEqual({
      healthy: false,
      detail: 'not yet in every webhook configuration; the last look failed: Error: forbidden',
    });
    expect(named(events, 'Failed')).toHaveLength(1);
  });

  test('a bundle is never computed from a Secret older than the configuration it goes into', async () => {
    const at = await settledScene({ strangerSeconds: 0 });
    const slow = at.replica();
    at.store.tamperBundles(() => '');
    let hasRead = (): void => undefined;
    let goOn = (): void => undefined;
    const reading = new Promise<void>((resolve) => (hasRead = resolve));
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    // The other replica stops after its first read of the Secret, while this one introduces a new authority.
    let pauses = 0;
    at.store.interleave = async () => {
      if (at.store.calls.at(-1) !== 'getSecret' || (pauses += 1) !== 2) return;
      hasRead();
      await waiting;
    };
    const started = slow.start();
    await reading;
    at.store.interleave = () => Promise.resolve();
    at.store.tamper({ ...at.store.entries, 'ca.key': '' });
    await at.source.look();
    const introduced = at.store.entries?.['next-ca.crt'] ?? 'none';
    expect(at.store.bundles[0]).toContain(introduced);
    goOn();
    await started;
    for (const bundle of at.store.bundlesAt(at.clock.nowMs)) expect(bundle).toContain(introduced);
    expect(named(at.events, 'WriteConflict').length).toBeGreaterThan(0);
  });
});

describe('the Secret', () => {
  test('that is deleted is written again as it was, by a replica that remembers it', async () => {
    const at = await settledScene();
    const before = at.store.entries;
    at.store.tamper(undefined);
    await lookAfter(at, 30);
    expect(at.store.entries).toEqual(before);
    expect(changes(at.events)).toEqual(['Restored']);
  });

  test('that is deleted together with the webhook configurations stays deleted: that is an uninstall', async () => {
    const at = await settledScene();
    at.store.uninstall();
    at.store.tamper(undefined);
    await lookAfter(at, 30);
    expect(at.store.entries).toBeUndefined();
    expect(named(at.events, 'Waiting')).toHaveLength(1);
    expect(at.source.get()).toBeDefined();
  });

  test('that a new replica finds missing is made anew only when nobody else restores it', async () => {
    const at = await settledScene();
    const trustedBefore = at.store.entries?.['ca.crt'] ?? '';
    await at.source.stop();
    at.store.tamper(undefined);
    const fresh = at.replica();
    await fresh.start();
    at.clock.pass(59);
    await fresh.look();
    expect(at.store.entries).toBeUndefined();
    expect(fresh.get()).toBeUndefined();
    expect(named(at.events, 'Waiting')).toHaveLength(2);
    at.clock.pass(2);
    await fresh.look();
    expect(fresh.get()).toBeDefined();
    expect(at.store.entries?.['ca.crt']).not.toBe(trustedBefore);
  });

  test.each([
    ['ca.crt', 'rubbish', 'Restored'],
    ['ca.key', 'rubbish', 'Restored'],
    ['tls.crt', 'rubbish', 'CertificateIssued'],
    ['tls.key', 'rubbish', 'CertificateIssued'],
    ['next-ca.crt', 'rubbish', 'TidiedUp'],
    ['previous-ca.crt', 'rubbish', 'TidiedUp'],
  ])('with a corrupt `%s` is healed, under the same authority', async (entry, value, change) => {
    const at = await settledScene();
    const authority = at.store.entries?.['ca.crt'];
    at.store.tamper({ ...at.store.entries, [entry]: value });
    await lookAfter(at, 30);
    expect(changes(at.events)).toEqual([change]);
    expect(at.store.entries?.['ca.crt']).toBe(authority);
    expect(JSON.stringify(at.store.entries)).not.toContain('rubbish');
    const served = at.source.get()?.certificatePem ?? '';
    expect(refusal(served, at.store.bundles[0] ?? '', NAME, at.clock.nowMs)).toBeUndefined();
  });

  test('that a backup replaced keeps the authority by which a replica still serves', async () => {
    const at = await settledScene();
    const served = at.source.get()?.certificatePem ?? '';
    at.store.tamper(writeMaterial(await sampleMaterial(at.clock.nowMs)));
    await lookAfter(at, 30);
    expect(at.source.get()?.certificatePem).toBe(served);
    for (const bundle of at.store.bundles) {
      expect(refusal(served, bundle, NAME, at.clock.nowMs)).toBeUndefined();
    }
    await lookAfter(at, 301);
    expect(at.source.get()?.certificatePem).toBe(at.store.entries?.['tls.crt']);
  });

  test('that a backup replaced is served by at once where the present certificate is about to end', async () => {
    const at = await settledScene();
    // Half an hour before the end: on an API server whose clock is ahead it may have expired already.
    at.clock.pass(30 * 86_400 - 1800);
    at.store.tamper(writeMaterial(await sampleMaterial(at.clock.nowMs)));
    await at.source.look();
    expect(at.source.get()?.certificatePem).toBe(at.store.entries?.['tls.crt']);
  });

  test('without `tls.crt` and `tls.key` asks for a new certificate', async () => {
    const at = await settledScene();
    const before = { ...at.store.entries };
    at.store.tamper({ ...before, 'tls.crt': '', 'tls.key': '' });
    await lookAfter(at, 1);
    expect(changes(at.events)).toEqual(['CertificateIssued']);
    expect(at.store.entries?.['ca.crt']).toBe(before['ca.crt']);
    expect(at.source.get()?.certificatePem).toBe(at.store.entries?.['tls.crt']);
    expect(at.store.entries?.['tls.crt']).not.toBe(before['tls.crt']);
  });

  test('without `ca.key` asks for a new authority, which takes over after the wait', async () => {
    const at = await settledScene();
    const before = { ...at.store.entries };
    at.store.tamper({ ...before, 'ca.key': '' });
    await lookAfter(at, 1);
    expect(changes(at.events)).toEqual(['NextIntroduced']);
    await lookAfter(at, 299);
    expect(at.store.entries?.['tls.crt']).toBe(before['tls.crt']);
    await lookAfter(at, 2);
    expect(changes(at.events)).toEqual(['NextIntroduced', 'NextPromoted']);
    expect(at.store.entries?.['previous-ca.crt']).toBe(before['ca.crt']);
    expect(at.store.entries?.['next-ca.crt']).toBeUndefined();
    expect(at.source.get()?.certificatePem).toBe(at.store.entries?.['tls.crt']);
  });

  test('is not fought over by replicas whose clocks are weeks apart', async () => {
    const at = await settledScene();
    const ahead = new TestClock(at.clock.nowMs + 25 * 86_400_000);
    const other = selfManagedSource({
      store: at.store,
      names: NAMES,
      lifetimes: DEFAULT_LIFETIMES,
      clock: ahead,
      listener: (event) => at.events.push(event),
    });
    for (let minute = 0; minute < 60; minute += 1) {
      at.clock.pass(60);
      ahead.pass(60);
      await at.source.look();
      await other.look();
    }
    // Each replaces the other's certificate at most once in five minutes, instead of at every look.
    expect(changes(at.events).length).toBeLessThanOrEqual(26);
  });
});

describe('renewal', () => {
  test('a certificate is replaced after two thirds of its time, and listeners hear of it', async () => {
    const at = await settledScene();
    const heard: string[] = [];
    at.source.onChange(({ certificatePem }) => heard.push(certificatePem));
    await lookAfter(at, 20 * 86_400 - 60);
    expect(heard).toEqual([]);
    await lookAfter(at, 61);
    expect(heard).toEqual([at.store.entries?.['tls.crt']]);
    expect(named(at.events, 'Serving')).toHaveLength(1);
  });

  test('a name that is added gets a certificate that covers it', async () => {
    const at = await settledScene();
    const renamed = selfManagedSource({
      store: at.store,
      names: [...NAMES, 'pathkeeper.example'],
      lifetimes: DEFAULT_LIFETIMES,
      clock: at.clock,
      listener: (event) => at.events.push(event),
    });
    await renamed.start();
    expect(
      refusal(
        renamed.get()?.certificatePem ?? '',
        at.store.bundles[0] ?? '',
        'pathkeeper.example',
        at.clock.nowMs,
      ),
    ).toBeUndefined();
    await at.source.look();
    expect(changes(at.events)).toEqual(['CertificateIssued']);
  });

  test('a certificate that could not be renewed is reported as what it is', async () => {
    const at = await settledScene();
    at.store.failOn = () => {
      throw new Error('gone');
    };
    await lookAfter(at, 29 * 86_400);
    expect(at.source.healthy().healthy).toBe(true);
    await lookAfter(at, 2 * 86_400);
    expect(at.source.healthy().healthy).toBe(false);
  });
});
