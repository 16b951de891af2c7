import { request } from 'node:https';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { NAMESPACE } from '../demo/installed-chart.ts';
import { probe } from '../demo/start-pathkeeper.ts';
import type { Installed } from './installed.ts';
import { deployment, LATE, policy } from './manifests.ts';

/** What the API server would wait for; the review says so, and must be answered before. */
const DEADLINE_MS = 5000;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/**
 * Reviews that no API server would send, over the running webhook's own socket, as any pod of the cluster could send them,
 * and hostile workloads through the API server. Each is answered before its deadline, and so is the next good one.
 */
export function describeHostileReviews(installed: () => Installed): void {
  describe('hostile reviews', () => {
    let namespace: string;
    let authority: string;

    beforeAll(async () => {
      namespace = await installed().plane.createNamespace('hostile');
      await installed().applyPolicy(policy(namespace));
      const name = 'pathkeeper-webhook-tls';
      const secret = await installed().get<{ data: Record<string, string> }>('secret', NAMESPACE, name);
      authority = Buffer.from(secret.data['ca.crt'] ?? '', 'base64').toString();
    });

    const post = (path: string, body: string, type = 'application/json'): Promise<Answer> =>
      send(`${installed().pathkeeper.webhook.url}${path}?timeout=5s`, authority, body, type);

    const expectGoodAnswer = async (): Promise<void> => {
      const good = await post('/validate', review(deployment(namespace, 'api', { url: LATE })));
      expect(good.status).toBe(200);
      expect(good.body).toContain('NPP1001');
      expect((await probe(installed().pathkeeper.webhook, '/healthz')).status).toBe(200);
    };

    test('thousands of variables, each made of the one before', async () => {
      const env = Array.from({ length: 5000 }, (_, index) => ({
        name: `V${index}`,
        value: `$(V${index - 1})$(V${index - 1})x`,
      }));
      const answer = await post('/validate', review(deployment(namespace, 'many', { env })));
      expect(answer.status).toBe(200);
      expect(answer.milliseconds).toBeLessThan(DEADLINE_MS);
      const stored = await installed().kubectl(
        ['create', '-f', '-'],
        JSON.stringify(deployment(namespace, 'many', { env, replicas: 0 })),
      );
      expect(stored.code).toBe(0);
      await expectGoodAnswer();
    });

    test.each([
      ['user names without end', `postgresql://${'a:'.repeat(200_000)}@${'['.repeat(200_000)}`],
      ['brackets without end', `jdbc:oracle:thin:@${'(DESCRIPTION='.repeat(50_000)}`],
      ['hosts and options without end', `mongodb://${'h,'.repeat(200_000)}/?${'a=b&'.repeat(100_000)}`],
      ['escapes without end', `amqp://h/?${'%25'.repeat(300_000)}`],
      ['quotes without end', `host='${"\\'".repeat(300_000)}`],
      ['blanks without end', `host = ${' '.repeat(900_000)}x`],
      ['slashes and colons', `jdbc:postgresql://${':/'.repeat(300_000)}`],
    ])('a connection string of %s', async (_what, value) => {
      const env = [
        { name: 'DATABASE_URL', value },
        { name: 'DB_URL', value },
      ];
      const answer = await post('/validate', review(deployment(namespace, 'string', { env })));
      expect(answer.status).toBe(200);
      expect(answer.milliseconds).toBeLessThan(DEADLINE_MS);
      await expectGoodAnswer();
    });

    test.each([
      ['is of another kind', { kind: 'Pod' }],
      ['is of another group', { apiVersion: 'batch/v1' }],
      ['has no kind', { kind: undefined }],
      ['has a kind that is no text', { kind: { toString: 'x' } }],
    ])('an object that %s than the request says', async (_what, contradiction) => {
      const object = { ...deployment(namespace, 'other', { url: LATE }), ...contradiction };
      for (const path of ['/validate', '/mutate']) {
        const answer = await post(path, review(object));
        expect(answer.status).toBe(200);
        const { response } = JSON.parse(answer.body) as { response: { allowed: boolean; status: object } };
        expect(response).toMatchObject({ uid: 'u-1', allowed: false, status: { code: 400 } });
      }
      await expectGoodAnswer();
    });

    test.each([
      ['not JSON', '{"apiVersion":', 'application/json', [400]],
      ['not a review', '[]', 'application/json', [400]],
      ['not said to be JSON', '{}', 'text/plain', [415]],
      ['nested without end', '['.repeat(1_000_000), 'application/json', [400]],
      ['larger than any review', ' '.repeat(8 * 1024 * 1024), 'application/json', [413, 0]],
    ])('a body that is %s', async (_what, body, type, statuses) => {
      expect(statuses).toContain((await post('/validate', body, type)).status);
      await expectGoodAnswer();
    });

    test('keys of a prototype', async () => {
      const object = deployment(namespace, 'proto', { url: LATE });
      const polluted = review(object).replace('"metadata":{', '"metadata":{"__proto__":{"polluted":true},');
      expect((await post('/mutate', polluted)).status).toBe(200);
      await expectGoodAnswer();
    });
  });
}

function review(object: object): string {
  const { metadata } = object as { metadata?: { namespace?: string; name?: string } };
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'u-1',
      operation: 'CREATE',
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      namespace: metadata?.namespace,
      name: metadata?.name,
      object,
    },
  });
}

function send(url: string, authority: string, body: string, type: string): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const post = request(
      url,
      {
        method: 'POST',
        ca: authority,
        agent: false,
        headers: { 'content-type': type, 'content-length': length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            milliseconds: performance.now() - began,
          }),
        );
      },
    );
    post.setTimeout(4 * DEADLINE_MS, () => post.destroy(new Error('no answer')));
    // A body that is refused need not be read to its end: the connection may be closed while we still write.
    post.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET')
        resolve({ status: 0, body: '', milliseconds: 0 });
      else reject(error);
    });
    post.end(body);
  });
}
