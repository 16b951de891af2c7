/* What one workload costs the engine: extraction and evaluation of typical Deployments, and of a large ConfigMap. */
import { readFileSync } from 'node:fs';
import type { ConfigSources } from '../../src/extraction/config-sources.ts';
import { extractWorkload, findSubject } from '../../src/extraction/extract-workload.ts';
import type { WorkloadSubject } from '../../src/extraction/workload-facts.ts';
import { parsePolicy } from '../../src/api/parse-policy.ts';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { compilePolicy } from '../../src/inspection/compiled-policy.ts';
import { inspectWorkload, type InspectionContext } from '../../src/inspection/inspect-workload.ts';
import { PolicyIndex } from '../../src/inspection/policy-index.ts';
import type { ClusterLookup } from '../../src/inspection/ports.ts';
import { sampleReview } from './sample-reviews.ts';

const lookup: ClusterLookup = {
  service: () => undefined,
  declaring: () => undefined,
  namespaceLabels: () => ({}),
};
const catalogue = loadBuiltinCatalogue();
const missing: ConfigSources = {
  configMap: () => ({ state: 'Missing' }),
  secret: () => ({ state: 'Missing' }),
};
const options = { namespaceLabels: {}, secrets: 'Off', clusterDomain: 'cluster.local' } as const;

const { policy } = parsePolicy({
  apiVersion: 'pathkeeper.dev/v1alpha1',
  kind: 'ClusterNetworkPathPolicy',
  metadata: { name: 'nat' },
  spec: { podSelector: {}, path: { hops: [{ name: 'nat', device: 'aws-nat-gateway' }] } },
});
const policies = new PolicyIndex();
if (policy !== undefined) policies.put(compilePolicy(policy, catalogue, lookup));
const context: InspectionContext = {
  catalogue,
  policies,
  lookup,
  config: {
    configMap: () => Promise.resolve({ state: 'Missing' }),
    secret: () => Promise.resolve({ state: 'Missing' }),
  },
  secrets: 'Off',
  clusterDomain: 'cluster.local',
  clusterVersion: { major: 1, minor: 36 },
  now: new Date(),
};

function subjectOf(object: unknown): WorkloadSubject {
  const subject = findSubject(object);
  if (subject === undefined) throw new Error('the sample is no workload');
  return subject;
}

const springs = Array.from({ length: 200 }, (_, index) => {
  const review = JSON.parse(sampleReview(index)) as { request: { object: unknown } };
  return subjectOf(review.request.object);
});

/** One container, one connection string: what most services are. */
const plain = Array.from({ length: 200 }, (_, index) =>
  subjectOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `api-${index}`, namespace: 'orders' },
    spec: {
      template: {
        metadata: { labels: { app: `api-${index}` } },
        spec: {
          containers: [
            {
              name: 'api',
              image: `registry.example/api:1.${index}`,
              command: ['node', 'server.js'],
              env: [
                { name: 'NODE_ENV', value: 'production' },
                { name: 'DATABASE_URL', value: `postgresql://api@db-${index}.data.svc:5432/app` },
                ...Array.from({ length: 10 }, (__, item) => ({ name: `FLAG_${item}`, value: String(item) })),
              ],
            },
          ],
        },
      },
    },
  }),
);

/** A mebibyte of properties, mounted. */
const large = subjectOf({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'large', namespace: 'orders' },
  spec: {
    template: {
      metadata: { labels: { app: 'large' } },
      spec: {
        containers: [
          { name: 'app', image: 'x/y:1', volumeMounts: [{ name: 'config', mountPath: '/config' }] },
        ],
        volumes: [{ name: 'config', configMap: { name: 'settings' } }],
      },
    },
  },
});
const lines = Array.from(
  { length: 26_000 },
  (_, index) => `service.key-${index}.part=some value ${index}`,
).join('\n');
const mebibyte = lines.slice(0, 1_048_576 - 64);
const withLarge: ConfigSources = {
  ...missing,
  configMap: () => ({ state: 'Read', data: { 'application.properties': mebibyte } }),
};

function report(name: string, times: number[]): void {
  times.sort((left, right) => left - right);
  const at = (share: number): string => ((times[Math.floor(times.length * share)] ?? 0) / 1000).toFixed(2);
  console.log(`| ${name} | ${at(0.5)} | ${at(0.99)} |`);
}

async function measure(name: string, count: number, work: (index: number) => unknown): Promise<void> {
  for (let index = 0; index < count; index++) await work(index);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await work(index);
    times.push((performance.now() - started) * 1000);
  }
  report(name, times);
}

console.log('| workload | median ms | p99 ms |');
console.log('| --- | --- | --- |');
const pick = (all: readonly WorkloadSubject[], index: number): WorkloadSubject =>
  all[index % all.length] as WorkloadSubject;
await measure('plain service: extraction', 1000, (index) =>
  extractWorkload(pick(plain, index), missing, catalogue, options),
);
await measure('plain service: the whole inspection', 1000, (index) =>
  inspectWorkload(pick(plain, index), context),
);
await measure('Spring service: extraction', 1000, (index) =>
  extractWorkload(pick(springs, index), missing, catalogue, options),
);
await measure('Spring service: the whole inspection', 1000, (index) =>
  inspectWorkload(pick(springs, index), context),
);
await measure('ConfigMap of 1 MiB: extraction', 20, () =>
  extractWorkload(large, withLarge, catalogue, options),
);
const cpu = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
console.log(`machine: ${cpu}, Node.js ${process.version}`);
