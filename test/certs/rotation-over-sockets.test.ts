import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket, connect } from 'node:tls';
import { DEFAULT_LIFETIMES, selfManagedSource, serveCertificate } from '../../src/certs/certs.ts';
import type { SelfManagedSource } from '../../src/certs/certs.ts';
import { systemTime } from '../../src/kubernetes/time.ts';
import { MemoryStore } from './memory-store.ts';
import { NAME, NAMES } from './sample-material.ts';

/** API servers hear of a changed bundle so much later; a new authority waits for three times that. */
const LAG_MS = 50;
const ROTATIONS = 20;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Setting {
  readonly store: MemoryStore;
  readonly source: SelfManagedSource;
  readonly server: Server;
  readonly port: number;
}

async function serve(): Promise<Setting> {
  const store = new MemoryStore(() => Date.now());
  store.install('ValidatingWebhookConfiguration', 'pathkeeper');
  const source = selfManagedSource({
    store,
    names: NAMES,
    lifetimes: {
      ...DEFAULT_LIFETIMES,
      propagationSeconds: (3 * LAG_MS) / 1000,
      settleSeconds: 0,
      strangerSeconds: 1,
    },
    clock: systemTime(),
    listener: () => undefined,
  });
  await source.start();
  ends.push(() => source.stop());
  const server = createServer({ minVersion: 'TLSv1.2' }, (_request, response) => response.end('ok'));
  serveCertificate(server, source);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { store, source, server, port: (server.address() as AddressInfo).port };
}

/** One request as an API server sends it, by the bundle that it knows of; the serial number of what it was shown. */
function ask(port: number, bundle: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, servername: NAME, ca: bundle, agent, timeout: 5000 },
      (response) => {
        const { socket } = response;
        const serialNumber =
          socket instanceof TLSSocket ? socket.getPeerCertificate().serialNumber : undefined;
        response.resume();
        response.on('end', () => resolve(serialNumber));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.end();
  });
}

/** Sends requests one after the other until told to stop. */
async function keepAsking(
  setting: Setting,
  agent: Agent,
  tally: { requests: number; readonly failures: string[]; readonly serials: Set<string> },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const [bundle = ''] = setting.store.bundlesAt(Date.now() - LAG_MS);
    try {
      const serial = await ask(setting.port, bundle, agent);
      if (serial !== undefined) tally.serials.add(serial);
    } catch (error) {
      tally.failures.push(String(error));
    }
    tally.requests += 1;
  }
}

describe('a server under constant requests', () => {
  test(`is rotated ${ROTATIONS} times without one failed request`, async () => {
    const setting = await serve();
    await sleep(2 * LAG_MS);
    const tally = { requests: 0, failures: [] as string[], serials: new Set<string>() };
    const stop = new AbortController();
    // Two clients keep their connection; one resumes TLS sessions on new ones; one does neither.
    const agents = [
      new Agent({ keepAlive: true, maxSockets: 1 }),
      new Agent({ keepAlive: true, maxSockets: 1 }),
      new Agent({ keepAlive: false, maxCachedSessions: 100 }),
      new Agent({ keepAlive: false, maxCachedSessions: 0 }),
    ];
    const asking = agents.map((agent) => keepAsking(setting, agent, tally, stop.signal));
    const authorities = new Set<string>();
    for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
      const { entries } = setting.store;
      authorities.add(entries?.['ca.crt'] ?? '');
      const before = setting.source.get()?.certificatePem;
      // By turns a new certificate and a new authority: both are asked for by taking something out of the Secret.
      const out = rotation % 2 === 0 ? { 'tls.crt': '', 'tls.key': '' } : { 'ca.key': '' };
      setting.store.tamper({ ...entries, ...out });
      while (setting.source.get()?.certificatePem === before) {
        await setting.source.look();
        await sleep(10);
      }
      await sleep(20);
    }
    stop.abort();
    await Promise.all(asking);
    for (const agent of agents) agent.destroy();
    expect(tally.failures).toEqual([]);
    expect(authorities.size).toBe(ROTATIONS / 2);
    expect(tally.serials.size).toBe(ROTATIONS + 1);
    expect(tally.requests).toBeGreaterThan(10 * ROTATIONS);
  }, 60_000);

  test('the check has teeth: a certificate that the bundle does not trust fails the request', async () => {
    const setting = await serve();
    const other = await serve();
    const [bundle = ''] = other.store.bundles;
    const agent = new Agent();
    await expect(ask(setting.port, bundle, agent)).rejects.toThrow(/unable to verify|self-signed|issuer/);
    agent.destroy();
  });
});

describe('a handshake', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('works with %s', async (version) => {
    const { port, store } = await serve();
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: NAME,
      ca: store.bundles[0] ?? '',
      minVersion: version,
      maxVersion: version,
    });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  test('with TLS 1.1 is refused', async () => {
    const { port, store } = await serve();
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: NAME,
      ca: store.bundles[0] ?? '',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/protocol|alert|unsupported/i);
    socket.destroy();
  });
});
