import type { CertificateStore, StoredSecret, WebhookConfiguration, WriteOutcome } from '../certs/certs.ts';
import { isFault } from '../faults/fault.ts';
import type { Cluster } from './cluster.ts';
import type { KubernetesObject, Resource } from './resource.ts';
import { MUTATING_WEBHOOKS, SECRETS, VALIDATING_WEBHOOKS } from './resources.ts';

export interface CertificateStoreOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Secret that holds the authority and the certificate. */
  readonly secretName: string;
  /** Name of both webhook configurations. */
  readonly configurationName: string;
}

const CONFIGURATIONS: readonly Resource[] = [VALIDATING_WEBHOOKS, MUTATING_WEBHOOKS];

/** The cluster as the self-managed certificate source sees it: one Secret, and the bundles of two configurations. */
export function clusterCertificateStore(options: CertificateStoreOptions): CertificateStore {
  const { cluster, namespace, secretName, configurationName } = options;
  const secretRef = { resource: SECRETS, namespace, name: secretName };
  return {
    async getSecret(): Promise<StoredSecret | undefined> {
      const object = await cluster.get(secretRef);
      return object === undefined
        ? undefined
        : { entries: decode(object['data']), resourceVersion: object.metadata.resourceVersion ?? '' };
    },
    createSecret: (entries) =>
      outcome(async () => {
        await cluster.create(SECRETS, secretObject(namespace, secretName, entries));
      }),
    updateSecret: (entries, resourceVersion) =>
      outcome(async () => {
        await cluster.replace(SECRETS, secretObject(namespace, secretName, entries, resourceVersion));
      }),
    async getConfigurations(): Promise<WebhookConfiguration[]> {
      const found = await Promise.all(
        CONFIGURATIONS.map(async (resource) => {
          const object = await cluster.get({ resource, name: configurationName });
          return object === undefined ? undefined : configurationOf(object, resource);
        }),
      );
      return found.filter((configuration) => configuration !== undefined);
    },
    putCaBundle: (configuration, bundle) =>
      outcome(async () => {
        const resource =
          CONFIGURATIONS.find(({ kind }) => kind === configuration.kind) ?? VALIDATING_WEBHOOKS;
        const caBundle = Buffer.from(bundle).toString('base64');
        await cluster.patch(
          { resource, name: configuration.name },
          {
            type: 'Json',
            body: [
              // The server compares: a configuration that changed in the meantime is not written.
              { op: 'test', path: '/metadata/resourceVersion', value: configuration.resourceVersion },
              ...configuration.caBundles.map((_bundle, index) => ({
                op: 'add' as const,
                path: `/webhooks/${index}/clientConfig/caBundle`,
                value: caBundle,
              })),
            ],
          },
        );
      }),
  };
}

/** A failed `test` of a JSON patch is answered with 422, a changed version with 409, a deleted object with 404. */
async function outcome(write: () => Promise<void>): Promise<WriteOutcome> {
  try {
    await write();
    return 'Written';
  } catch (error) {
    if (isFault(error, 'ApiConflict', 'ApiNotFound', 'ApiInvalid')) return 'Conflict';
    throw error;
  }
}

function secretObject(
  namespace: string,
  name: string,
  entries: Readonly<Record<string, string>>,
  resourceVersion?: string,
): KubernetesObject {
  const data = Object.fromEntries(
    Object.entries(entries).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace,
      name,
      labels: { 'app.kubernetes.io/name': 'pathkeeper', 'app.kubernetes.io/component': 'webhook' },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    type: 'Opaque',
    data,
  };
}

function decode(data: unknown): Readonly<Record<string, string>> {
  const entries: Record<string, string> = {};
  if (typeof data !== 'object' || data === null) return entries;
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string') entries[key] = Buffer.from(value, 'base64').toString('utf8');
  }
  return entries;
}

function configurationOf(object: KubernetesObject, resource: Resource): WebhookConfiguration {
  const webhooks = Array.isArray(object['webhooks'])
    ? (object['webhooks'] as { clientConfig?: { caBundle?: unknown } }[])
    : [];
  return {
    kind: resource.kind as WebhookConfiguration['kind'],
    name: object.metadata.name,
    resourceVersion: object.metadata.resourceVersion ?? '',
    caBundles: webhooks.map(({ clientConfig }) =>
      typeof clientConfig?.caBundle === 'string'
        ? Buffer.from(clientConfig.caBundle, 'base64').toString('utf8')
        : '',
    ),
  };
}
