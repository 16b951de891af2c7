import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Metrics } from '../../src/observability/metrics.ts';
import { startProbeServer } from '../../src/observability/probe-server.ts';
import type { HealthCheck, ProbeServer } from '../../src/observability/probe-server.ts';

let server: ProbeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(parts: {
  ready?: readonly HealthCheck[];
  live?: readonly HealthCheck[];
  metrics?: Metrics;
}): Promise<(path: string, method?: string) => Promise<{ status: number; body: string; type: string }>> {
  const started = await startProbeServer({
    port: 0,
    address: '127.0.0.1',
    metrics: parts.metrics ?? new Metrics('webhook', '1.2.3'),
    ready: parts.ready ?? [],
    live: parts.live ?? [],
  });
  server = started;
  return async (path, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${started.port}${path}`, { method });
    return {
      status: response.status,
      body: await response.text(),
      type: response.headers.get('content-type') ?? '',
    };
  };
}

const well: HealthCheck = { name: 'caches', check: () => ({ healthy: true, detail: 'synced' }) };
const ill: HealthCheck = {
  name: 'certificate',
  check: () => ({ healthy: false, detail: 'no\ncertificate yet' }),
};
const broken: HealthCheck = {
  name: 'broken',
  check: () => {
    throw new Error('cannot tell');
  },
};

describe('readiness and liveness', () => {
  test('are told apart, each check on its line', async () => {
    const ask = await serve({ ready: [well, ill], live: [well] });
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      body: '[+] caches: synced\n[-] certificate: no certificate yet\n',
    });
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: '[+] caches: synced\n' });
  });

  test('follow what is so at the moment', async () => {
    let healthy = false;
    const ask = await serve({ ready: [{ name: 'x', check: () => ({ healthy, detail: '' }) }] });
    expect((await ask('/readyz')).status).toBe(503);
    healthy = true;
    expect((await ask('/readyz?verbose')).status).toBe(200);
  });

  test('take a check that throws for one that fails', async () => {
    const ask = await serve({ ready: [broken, well] });
    const { status, body } = await ask('/readyz');
    expect(status).toBe(503);
    expect(body).toBe('[-] broken: Error: cannot tell\n[+] caches: synced\n');
  });

  test('without checks are well', async () => {
    const ask = await serve({});
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
  });
});

describe('/metrics', () => {
  test('is the text format', async () => {
    const ask = await serve({});
    const { status, body, type } = await ask('/metrics');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toContain('pathkeeper_build_info{version="1.2.3"} 1');
  });

  test('answers 500 and goes on serving when something cannot be collected', async () => {
    const metrics = new Metrics('webhook', '1.2.3');
    let fails = true;
    metrics.onScrape(() => {
      if (fails) throw new Error('no');
    });
    const ask = await serve({ metrics });
    expect((await ask('/metrics')).status).toBe(500);
    fails = false;
    expect((await ask('/metrics')).status).toBe(200);
  });
});

describe('whoever connects', () => {
  test.each([
    ['/', 'GET', 404],
    ['/metrics/../../etc/passwd', 'GET', 404],
    ['/metrics', 'POST', 405],
    ['/readyz', 'HEAD', 200],
  ])('%s with %s gets %i', async (path, method, status) => {
    const ask = await serve({});
    expect((await ask(path, method)).status).toBe(status);
  });

  test('with headers beyond all measure is refused, and the next one is answered', async () => {
    const ask = await serve({});
    const socket = connect(server?.port ?? 0, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('431');
    socket.destroy();
    expect((await ask('/healthz')).status).toBe(200);
  });

  test('a taken port is told', async () => {
    await serve({});
    const metrics = new Metrics('webhook', '1.2.3');
    const again = startProbeServer({
      port: server?.port ?? 0,
      address: '127.0.0.1',
      metrics,
      ready: [],
      live: [],
    });
    await expect(again).rejects.toThrow('EADDRINUSE');
  });
});
