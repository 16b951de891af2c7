import { once } from 'node:events';
import { createServer, request, type Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdmissionApp, type ReviewHandler } from '../../src/admission/admission-app.ts';
import { createAuthority, issueCertificate } from '../../src/certs/issue-certificates.ts';
import { DEFAULT_LIFETIMES } from '../../src/certs/lifetimes.ts';

/** What came back over the socket. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A webhook on a free loopback port, over TLS, with what its observer was told. */
export interface ServedApp {
  readonly port: number;
  readonly refusals: string[];
  readonly failures: unknown[];
  post(path: string, body: string | Buffer, headers?: Record<string, string>, agent?: Agent): Promise<Answer>;
  close(): Promise<void>;
}

/** Serves the app with these handlers. */
export async function serveApp(
  handlers: Readonly<Record<string, ReviewHandler>>,
  mostAtOnce = 100,
): Promise<ServedApp> {
  const now = Date.now();
  const authority = await createAuthority(now, DEFAULT_LIFETIMES);
  const issued = await issueCertificate(authority, ['localhost', '127.0.0.1'], now, DEFAULT_LIFETIMES);
  const refusals: string[] = [];
  const failures: unknown[] = [];
  const app = createAdmissionApp({
    handlers,
    mostAtOnce,
    observer: {
      reviewed: () => undefined,
      refused: (_path, status, problem) => refusals.push(`${status} ${problem}`),
      failed: (_path, _request, error) => failures.push(error),
    },
  });
  const server = createServer(
    { cert: issued.certificate.pem, key: issued.key.reveal(), minVersion: 'TLSv1.2' },
    app,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    refusals,
    failures,
    post: (path, body, headers, agent) => post(port, authority.certificate.pem, path, body, headers, agent),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function post(
  port: number,
  ca: string,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  agent?: Agent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        ca,
        headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
        ...(agent === undefined ? {} : { agent }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** A well-formed review of a Pod, for changing. */
export function podReview(change: Record<string, unknown> = {}, pod: Record<string, unknown> = {}): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      name: 'api',
      namespace: 'orders',
      operation: 'CREATE',
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'api', namespace: 'orders' },
        spec: { containers: [{ name: 'app', image: 'example/api:1' }] },
        ...pod,
      },
      oldObject: null,
      dryRun: false,
      ...change,
    },
  });
}
