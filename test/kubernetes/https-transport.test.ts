import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiTransport } from '../../src/kubernetes/api-transport.ts';
import type { Credentials } from '../../src/kubernetes/credentials.ts';
import type { KeyPair } from '../controlplane/certificates.ts';
import type { Step } from './scripted-server.ts';
import { renderFault } from '../../src/faults/render-fault.ts';
import { fixedCredentials, serviceAccountCredentials } from '../../src/kubernetes/credentials.ts';
import { createHttpsTransport } from '../../src/kubernetes/https-transport.ts';
import { createAuthority, issueClient, issueServer } from '../controlplane/certificates.ts';
import { FakeTime, settle, until } from './fake-time.ts';
import { ScriptedServer, hang, json, openAndWrite } from './scripted-server.ts';

let authority: KeyPair;
let serving: KeyPair;
let client: KeyPair;
let server: ScriptedServer;
let time: FakeTime;
const opened: ApiTransport[] = [];

beforeAll(async () => {
  authority = await createAuthority('test authority');
  serving = await issueServer(authority, 'api', { dns: ['localhost'], ip: ['127.0.0.1'] });
  client = await issueClient(authority, 'somebody', []);
});

beforeEach(async () => {
  time = new FakeTime();
  server = await ScriptedServer.start({
    cert: serving.certificate,
    key: serving.key,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  });
});

afterEach(async () => {
  for (const transport of opened.splice(0)) transport.close();
  await server.close();
});

function transportOf(credentials?: Credentials, url = server.url): ApiTransport {
  const transport = createHttpsTransport({
    server: url,
    credentials: credentials ?? fixedCredentials({ headers: {}, ca: authority.certificate }),
    userAgent: 'pathkeeper-test',
    time,
  });
  opened.push(transport);
  return transport;
}

const ok: Step = (response, request) => json(response, 200, { saw: request.body });

/** A server that knows one token. */
function wants(token: string): Step {
  return (response, request) => {
    const known = request.headers.authorization === `Bearer ${token}`;
    json(
      response,
      known ? 200 : 401,
      known ? { ok: true } : { kind: 'Status', code: 401, reason: 'Unauthorized' },
    );
  };
}

describe('what is sent', () => {
  test('method, path, query, JSON, its type, who we are', async () => {
    server.script('Other', ok);
    const answer = await transportOf().request('PATCH', '/api/v1/namespaces/orders/configmaps/a', {
      query: { fieldManager: 'us', force: true, limit: 5, nothing: undefined },
      body: { text: 'żółć' },
      contentType: 'application/apply-patch+yaml',
    });
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([200, { saw: '{"text":"żółć"}' }]);
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'PATCH',
      path: '/api/v1/namespaces/orders/configmaps/a',
      query: { fieldManager: 'us', force: 'true', limit: '5' },
      headers: {
        'content-type': 'application/apply-patch+yaml',
        'user-agent': 'pathkeeper-test',
        'content-length': '19',
      },
    });
    expect(request?.headers['accept-encoding']).toBeUndefined();
  });

  test.each(['DELETE', 'POST', 'PUT', 'PATCH'] as const)(
    'the body of %s is framed: the next request is not taken for it',
    async (method) => {
      server.script('Other', ok, ok);
      const transport = transportOf();
      const answer = await transport.request(method, '/a', { body: { uid: 'u' } });
      expect(JSON.parse(answer.body.toString())).toEqual({ saw: '{"uid":"u"}' });
      expect((await transport.request('GET', '/b')).status).toBe(200);
      expect(server.openSockets).toBe(1);
    },
  );

  test('below the path of the server, where it has one', async () => {
    server.script('Other', ok);
    await transportOf(undefined, `${server.url}/k8s/clusters/c-1/`).request('GET', '/version');
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/version');
  });

  test('connections are kept and used again', async () => {
    server.script('Other', ok, ok, ok);
    const transport = transportOf();
    for (let n = 0; n < 3; n++) await transport.request('GET', '/version');
    expect(server.openSockets).toBe(1);
  });

  test('an answer of any status is an answer', async () => {
    const answer = await transportOf().request('GET', '/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('who is at the other end', () => {
  test('a server whose certificate comes from elsewhere is not believed', async () => {
    const other = await createAuthority('another authority');
    const transport = transportOf(fixedCredentials({ headers: {}, ca: other.certificate }));
    await expect(transport.request('GET', '/version')).rejects.toMatchObject({
      code: 'ApiUnreachable',
      retryable: true,
    });
    expect(server.requests).toEqual([]);
  });

  test('nor one whose certificate is for another name, unless that name is the one to expect', async () => {
    const elsewhere = await issueServer(authority, 'api', { dns: ['api.example'], ip: [] });
    await server.close();
    server = await ScriptedServer.start({ cert: elsewhere.certificate, key: elsewhere.key });
    await expect(transportOf().request('GET', '/version')).rejects.toMatchObject({ code: 'ApiUnreachable' });
    server.script('Other', ok);
    const named = fixedCredentials({ headers: {}, ca: authority.certificate, servername: 'api.example' });
    expect((await transportOf(named).request('GET', '/version')).status).toBe(200);
  });

  test('plain http goes to this machine only', () => {
    for (const url of [
      'http://10.0.0.1:8080',
      'http://api.example',
      'ftp://127.0.0.1',
      'no address at all',
      'http://127.0.0.1.example.com',
    ]) {
      expect(() => transportOf(undefined, url)).toThrow(
        expect.objectContaining({ code: 'KubeconfigUnusable' }),
      );
    }
    expect(() => transportOf(undefined, 'http://localhost:8001')).not.toThrow();
  });

  test('our own certificate is shown', async () => {
    let name: unknown;
    server.script('Other', (response) => {
      name = Reflect.get(response.req.socket, 'getPeerCertificate').call(response.req.socket).subject.CN;
      json(response, 200, {});
    });
    const identity = { headers: {}, ca: authority.certificate, cert: client.certificate, key: client.key };
    await transportOf(fixedCredentials(identity)).request('GET', '/version');
    expect(name).toBe('somebody');
  });
});

describe('bounds', () => {
  test('an answer that does not come in time', async () => {
    server.script('Other', hang);
    const answer = transportOf().request('GET', '/version', { timeoutMs: 3000 });
    const refused = expect(answer).rejects.toMatchObject({
      code: 'ApiTimedOut',
      message: 'GET /version: no answer within 3000 ms',
    });
    await until(() => server.requests.length === 1);
    await time.advance(3000);
    await refused;
    await until(() => server.openSockets === 0);
  });

  test('an answer that begins in time and does not end', async () => {
    server.script('Other', openAndWrite('{"half":'));
    const answer = transportOf().request('GET', '/version', { timeoutMs: 3000 });
    const refused = expect(answer).rejects.toMatchObject({ code: 'ApiTimedOut' });
    await until(() => server.requests.length === 1);
    await settle();
    await time.advance(3000);
    await refused;
    expect(time.pending).toBe(0);
  });

  test('an answer that is too long', async () => {
    server.script('Other', (response) => void response.end(Buffer.alloc(5000)));
    await expect(transportOf().request('GET', '/version', { maxBytes: 4999 })).rejects.toMatchObject({
      code: 'ApiAnswerTooLarge',
      retryable: false,
    });
    server.script('Other', (response) => void response.end(Buffer.alloc(5000)));
    expect((await transportOf().request('GET', '/version', { maxBytes: 5000 })).body).toHaveLength(5000);
  });

  test('a compressed answer, which could grow beyond any bound', async () => {
    server.script('Other', (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end('x');
    });
    await expect(transportOf().request('GET', '/version')).rejects.toMatchObject({
      code: 'ApiAnswerMalformed',
    });
  });

  test('the caller gives up: before, while waiting, and while reading', async () => {
    const gone = new Error('the review has its deadline');
    await expect(
      transportOf().request('GET', '/a', { signal: AbortSignal.abort(gone) }),
    ).rejects.toMatchObject({
      code: 'ApiAborted',
      cause: gone,
    });
    server.script('Other', hang, openAndWrite('{'));
    for (const [index, where] of ['/b', '/c'].entries()) {
      const stop = new AbortController();
      const answer = transportOf().request('GET', where, { signal: stop.signal });
      const refused = expect(answer).rejects.toMatchObject({ code: 'ApiAborted', cause: gone });
      await until(() => server.requests.length === index + 1);
      await settle();
      stop.abort(gone);
      await refused;
    }
    expect(time.pending).toBe(0);
  });

  test('closing ends what is under way', async () => {
    server.script('Other', hang);
    const transport = transportOf();
    const refused = expect(transport.request('GET', '/version')).rejects.toMatchObject({
      code: 'ApiAborted',
    });
    await until(() => server.requests.length === 1);
    transport.close();
    await refused;
    await until(() => server.openSockets === 0);
  });
});

describe('a connection that the server has just closed', () => {
  const closeAfterwards: Step = (response, request) => {
    response.on('finish', () => void setImmediate(() => response.socket?.destroy()));
    return ok(response, request);
  };

  test('a read is sent once more', async () => {
    const transport = transportOf();
    server.script('Other', ok, (response) => void response.destroy(), ok);
    await transport.request('GET', '/a');
    expect((await transport.request('GET', '/b')).status).toBe(200);
    expect(server.requests.map((request) => request.path)).toEqual(['/a', '/b', '/b']);
  });

  test('a write is not: it may have been carried out', async () => {
    const transport = transportOf();
    server.script('Other', ok, (response) => void response.destroy(), ok);
    await transport.request('GET', '/a');
    await expect(transport.request('POST', '/b', { body: {} })).rejects.toMatchObject({
      code: 'ApiUnreachable',
      retryable: true,
    });
    expect(server.requests).toHaveLength(2);
  });

  test('nor is a read on a new connection: there the server is really in trouble', async () => {
    server.script('Other', (response) => void response.destroy());
    await expect(transportOf().request('GET', '/a')).rejects.toMatchObject({ code: 'ApiUnreachable' });
    expect(server.requests).toHaveLength(1);
  });

  test('idle ones are gone before a request meets them', async () => {
    const transport = transportOf();
    server.script('Other', closeAfterwards, ok);
    await transport.request('GET', '/a');
    await until(() => server.openSockets === 0);
    expect((await transport.request('GET', '/b')).status).toBe(200);
  });
});

describe('tokens that change', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pathkeeper-account-'));
    await writeFile(path.join(folder, 'ca.crt'), authority.certificate);
    await writeFile(path.join(folder, 'token'), 'first\n');
  });

  afterEach(() => rm(folder, { recursive: true }));

  test('the mounted token is read again each minute', async () => {
    const transport = transportOf(serviceAccountCredentials(folder, time));
    server.script('Other', wants('first'), wants('first'), wants('second'));
    expect((await transport.request('GET', '/a')).status).toBe(200);
    await writeFile(path.join(folder, 'token'), 'second\n');
    await time.advance(59_000);
    expect((await transport.request('GET', '/b')).status).toBe(200);
    await time.advance(1000);
    expect((await transport.request('GET', '/c')).status).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  test('and at once when the server refuses the old one; the request is sent again, with its body', async () => {
    const transport = transportOf(serviceAccountCredentials(folder, time));
    server.script('Other', wants('first'), wants('second'), wants('second'));
    await transport.request('GET', '/a');
    await writeFile(path.join(folder, 'token'), 'second');
    const answer = await transport.request('POST', '/b', { body: { n: 1 } });
    expect(answer.status).toBe(200);
    expect(server.requests.slice(1).map(({ body, headers }) => [body, headers.authorization])).toEqual([
      ['{"n":1}', 'Bearer first'],
      ['{"n":1}', 'Bearer second'],
    ]);
  });

  test('where there is no newer one, 401 is the answer, after one request', async () => {
    const transport = transportOf(serviceAccountCredentials(folder, time));
    server.script('Other', wants('another'), wants('another'));
    expect((await transport.request('GET', '/a')).status).toBe(401);
    expect(server.requests).toHaveLength(1);
  });

  test('a watch renews itself in the same way', async () => {
    const transport = transportOf(serviceAccountCredentials(folder, time));
    server.script('Other', wants('first'));
    await transport.request('GET', '/a');
    await writeFile(path.join(folder, 'token'), 'second');
    server.script('Watch', wants('second'), wants('second'));
    const stream = await transport.stream('/api/v1/configmaps', { query: { watch: true } });
    stream.close();
    expect(stream.status).toBe(200);
    expect(server.seen('Watch')).toHaveLength(2);
  });

  test('while the file cannot be read, the last token is used', async () => {
    const transport = transportOf(serviceAccountCredentials(folder, time));
    server.script('Other', wants('first'), wants('first'));
    await transport.request('GET', '/a');
    await rm(path.join(folder, 'token'));
    await time.advance(120_000);
    expect((await transport.request('GET', '/b')).status).toBe(200);
  });

  test('without any token it fails, and says why without saying what', async () => {
    await writeFile(path.join(folder, 'token'), 'two words\r\nx-evil: yes');
    const failed: unknown = await transportOf(serviceAccountCredentials(folder, time))
      .request('GET', '/a')
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CredentialsUnusable', retryable: true });
    expect(renderFault(failed)).not.toContain('evil');
    expect(server.requests).toEqual([]);
  });

  test('many requests at the same time read the files once', async () => {
    const folderless = serviceAccountCredentials(folder, time);
    const identities = await Promise.all(Array.from({ length: 20 }, () => folderless.current()));
    expect(new Set(identities).size).toBe(1);
  });

  test('no token is in any fault', async () => {
    await writeFile(path.join(folder, 'token'), 'a-very-secret-token');
    const transport = transportOf(serviceAccountCredentials(folder, time));
    server.script(
      'Other',
      (response) => void response.destroy(),
      (response) => void response.writeHead(307).end(),
    );
    for (const where of ['/a', '/b']) {
      const failed: unknown = await transport
        .request('POST', where, { body: {} })
        .catch((error: unknown) => error);
      expect(renderFault(failed) + JSON.stringify(failed)).not.toContain('a-very-secret-token');
    }
  });
});

describe('our own connections', () => {
  test('ask the kernel for keep-alives long before any firewall forgets them', async () => {
    if (process.platform !== 'linux') return;
    server.script('Watch', openAndWrite('x'));
    const stream = await transportOf().stream('/api/v1/configmaps', { query: { watch: true } });
    const timer = await keepAliveTimer(server.port);
    stream.close();
    expect(timer.active).toBe(2);
    expect(timer.seconds).toBeGreaterThan(1);
    expect(timer.seconds).toBeLessThanOrEqual(30);
  });
});

/** The kernel's timer of our connection to that port (proc(5), net/tcp: 2 is the keep-alive timer). */
async function keepAliveTimer(port: number): Promise<{ readonly active: number; readonly seconds: number }> {
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/));
  const row = rows.find((columns) => columns[2] === remote && columns[3] === '01');
  const [active = '', jiffies = ''] = (row?.[5] ?? '').split(':');
  // USER_HZ is 100 on every architecture that Node runs on.
  return { active: Number.parseInt(active, 16), seconds: Number.parseInt(jiffies, 16) / 100 };
}
