import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allowed } from '../../src/admission/response.ts';
import { podReview, serveApp, type ServedApp } from './serve-app.ts';

let served: ServedApp;

beforeAll(async () => {
  served = await serveApp({
    '/validate': () => Promise.resolve(allowed()),
    '/broken': () => Promise.reject(new Error('secret detail')),
  });
});

afterAll(async () => {
  await served.close();
});

/** After each attack the next honest review must be answered. */
async function expectAlive(): Promise<void> {
  const { status, body } = await served.post('/validate', podReview());
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true },
  });
}

describe('a body that is no review gets a 4xx, and the next review is answered', () => {
  test.each<[string, string | Buffer, number, RegExp]>([
    ['not JSON', '{"apiVersion": ', 400, /not JSON/],
    ['empty', '', 400, /not JSON/],
    ['JSON of another kind', '[1, 2, 3]', 400, /no AdmissionReview/],
    [
      'a wrong version',
      podReview().replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'),
      400,
      /must be admission.k8s.io\/v1/,
    ],
    ['no request', '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}', 400, /no request/],
    ['no uid', podReview({ uid: undefined }), 400, /uid/],
    ['a uid of 10 000 characters', podReview({ uid: 'x'.repeat(10_000) }), 400, /uid/],
    [
      'an operation that does not exist',
      podReview({ operation: 'EXPLODE' }),
      400,
      /CREATE, UPDATE, DELETE, CONNECT/,
    ],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400, /not UTF-8/],
    ['arrays 10 000 levels deep', '['.repeat(10_000) + ']'.repeat(10_000), 400, /nested deeper/],
    ['objects 10 000 levels deep', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), 400, /nested deeper/],
    ['8 MiB', Buffer.alloc(8 * 1024 * 1024, 0x20), 413, /larger than/],
  ])('%s', async (_name, body, status, problem) => {
    const answer = await served.post('/validate', body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(problem);
    await expectAlive();
  });

  test('a wrong content type', async () => {
    const answer = await served.post('/validate', podReview(), { 'content-type': 'text/yaml' });
    expect(answer.status).toBe(415);
    await expectAlive();
  });

  test('a content type with a charset is right', async () => {
    const answer = await served.post('/validate', podReview(), {
      'content-type': 'application/json; charset=utf-8',
    });
    expect(answer.status).toBe(200);
  });

  test('braces inside of strings are not depth', async () => {
    const review = podReview({}, { metadata: { name: 'api', annotations: { a: '{['.repeat(5000) } } });
    expect((await served.post('/validate', review)).status).toBe(200);
  });

  test('prototype keys change nothing in the process', async () => {
    const review = podReview().replace(
      '"dryRun":false',
      '"dryRun":false,"__proto__":{"allowed":false},"constructor":{"prototype":{"x":1}}',
    );
    expect((await served.post('/validate', review)).status).toBe(200);
    expect(({} as Record<string, unknown>)['allowed']).toBeUndefined();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    await expectAlive();
  });

  test('a client that stops sending is answered with 408 within its deadline', async () => {
    const socket = connect({ host: '127.0.0.1', port: served.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write(
      'POST /validate?timeout=1s HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"a"',
    );
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 408 /);
    await expectAlive();
  });

  test('a client that goes away in the middle harms nobody', async () => {
    const socket = connect({ host: '127.0.0.1', port: served.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write(
      'POST /validate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"a"',
    );
    socket.destroy();
    await once(socket, 'close');
    await expectAlive();
  });

  test('TLS 1.1 is refused', async () => {
    const socket = connect({
      host: '127.0.0.1',
      port: served.port,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toMatch(/version|protocol|alert/i);
    await expectAlive();
  });

  test('another path is not found', async () => {
    expect((await served.post('/nothing', podReview())).status).toBe(404);
  });
});

test('a handler that throws is a 500 inside the review, under its uid, without the detail', async () => {
  const { status, body } = await served.post('/broken', podReview());
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: false, status: { code: 500 } },
  });
  expect(body).not.toContain('secret detail');
  expect(served.failures).toHaveLength(1);
});

test('more reviews than are answered at once get a 429', async () => {
  const arrived: (() => void)[] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const bothIn = new Promise<void>((resolve) => {
    arrived.push(resolve);
  });
  let count = 0;
  const busy = await serveApp(
    {
      '/validate': async () => {
        if (++count === 2) arrived[0]?.();
        await gate;
        return allowed();
      },
    },
    2,
  );
  try {
    const waiting = [busy.post('/validate', podReview()), busy.post('/validate', podReview())];
    await bothIn;
    expect((await busy.post('/validate', podReview())).status).toBe(429);
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  } finally {
    release();
    await busy.close();
  }
});
