/*
 * One server of the admission benchmark, as a process of its own: `echo` answers each review with "allowed" by nothing but
 * Node's HTTPS; `pathkeeper` answers by the real handler with N policies. Tells its port on the first line, and on each
 * line of its standard input the CPU time that it has used, in microseconds.
 */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { createAdmissionApp } from '../../src/admission/admission-app.ts';
import { validateWorkload } from '../../src/admission/validate-workload.ts';
import { parsePolicy } from '../../src/api/parse-policy.ts';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { createAuthority, issueCertificate } from '../../src/certs/issue-certificates.ts';
import { DEFAULT_LIFETIMES } from '../../src/certs/lifetimes.ts';
import { compilePolicy } from '../../src/inspection/compiled-policy.ts';
import { PolicyIndex } from '../../src/inspection/policy-index.ts';
import { RememberedInspections } from '../../src/inspection/remember-inspections.ts';
import type { ClusterLookup, ConfigReader } from '../../src/inspection/ports.ts';

const [kind = 'echo', policies = '1', memorySize = '1000'] = process.argv.slice(2);
const remembered = Number(memorySize);

const lookup: ClusterLookup = {
  service: () => undefined,
  declaring: () => undefined,
  namespaceLabels: () => ({}),
};
const config: ConfigReader = {
  configMap: () => Promise.resolve({ state: 'Missing' }),
  secret: () => Promise.resolve({ state: 'Missing' }),
};

/** One policy that selects every workload; the others select by labels and namespaces that other teams have. */
function policyIndex(count: number): PolicyIndex {
  const catalogue = loadBuiltinCatalogue();
  const index = new PolicyIndex();
  for (let number = 0; number < count; number++) {
    const { policy } = parsePolicy({
      apiVersion: 'pathkeeper.dev/v1alpha1',
      kind: number === 0 ? 'ClusterNetworkPathPolicy' : 'NetworkPathPolicy',
      metadata: { name: `path-${number}`, ...(number === 0 ? {} : { namespace: `team-${number % 50}` }) },
      spec: {
        podSelector: number === 0 ? {} : { matchLabels: { app: `other-${number}` } },
        path: { hops: [{ name: 'nat', device: 'aws-nat-gateway' }] },
      },
    });
    if (policy !== undefined) index.put(compilePolicy(policy, catalogue, lookup));
  }
  return index;
}

function handlerOf(): Parameters<typeof createServer>[1] {
  if (kind === 'echo') {
    return (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const review = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { request: { uid: string } };
        const body = JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: review.request.uid, allowed: true },
        });
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      });
    };
  }
  const policyCount = Number(policies);
  const index = policyIndex(policyCount);
  const memory = new RememberedInspections(remembered);
  const catalogue = loadBuiltinCatalogue();
  return createAdmissionApp({
    mostAtOnce: 512,
    observer: {
      reviewed: () => undefined,
      refused: () => undefined,
      failed: (_path, _request, error) => console.error(error),
    },
    handlers: {
      '/validate': validateWorkload({
        spared: new Set(['kube-system']),
        version: '0.0.0',
        inspect: (subject) =>
          memory.inspect(
            subject,
            {
              catalogue,
              policies: index,
              lookup,
              config,
              secrets: 'Off',
              clusterDomain: 'cluster.local',
              clusterVersion: { major: 1, minor: 36 },
              now: new Date(),
            },
            1,
          ),
      }),
    },
  });
}

const authority = await createAuthority(Date.now(), DEFAULT_LIFETIMES);
const issued = await issueCertificate(authority, ['127.0.0.1'], Date.now(), DEFAULT_LIFETIMES);
const server = createServer({ cert: issued.certificate.pem, key: issued.key.reveal() }, handlerOf());
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);
const lines = createInterface({ input: process.stdin });
lines.on('line', () => {
  const { user, system } = process.cpuUsage();
  console.log(user + system);
});
lines.on('close', () => process.exit(0));
