import type {
  CertificateStore,
  SecretEntries,
  StoredSecret,
  WebhookConfiguration,
  WriteOutcome,
} from '../certs/certificate-store.ts';
import type { Cluster, JsonPatchOperation } from './cluster.ts';
import type { KubernetesObject, ObjectRef, OwnerReference, Resource } from './resource.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { ownedBy } from './owner.ts';
import { MUTATING_WEBHOOKS, SECRETS, VALIDATING_WEBHOOKS } from './resources.ts';

export interface CertificateStoreOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** The Secret's name. */
  readonly secret: string;
  /** With whom a Secret that we make goes when it goes. Default: with nobody. */
  readonly owner?: OwnerReference | undefined;
  /** The names of the webhook configurations that are to trust the certificate. */
  readonly validating: readonly string[];
  readonly mutating: readonly string[];
}

/** Keeps the webhook's certificates in a Secret of the cluster, and its authority in the webhook configurations. */
export function clusterCertificateStore(options: CertificateStoreOptions): CertificateStore {
  const { cluster, namespace } = options;
  const secret: ObjectRef = { resource: SECRETS, namespace, name: options.secret };
  const configurations: readonly ObjectRef[] = [
    ...options.validating.map((name) => ({ resource: VALIDATING_WEBHOOKS, name })),
    ...options.mutating.map((name) => ({ resource: MUTATING_WEBHOOKS, name })),
  ];
  return {
    getSecret: async () => readSecret(await cluster.get(secret)),
    createSecret: (entries) =>
      unlessConflict(
        cluster.create(SECRETS, {
          metadata: { namespace, name: options.secret, ...ownedBy(options.owner) },
          type: 'Opaque',
          data: encode(entries),
        }),
      ),
    updateSecret: (entries, version) =>
      unlessMoved(
        cluster.patch(secret, { type: 'Json', body: [lock(version), put('/data', encode(entries))] }),
      ),
    getConfigurations: async () => {
      const found = await Promise.all(
        configurations.map(async (ref) => readConfiguration(await cluster.get(ref))),
      );
      return found.filter((configuration) => configuration !== undefined);
    },
    putCaBundle: (configuration, bundle) => {
      const value = Buffer.from(bundle, 'utf8').toString('base64');
      const puts = configuration.caBundles.map((_old, index) =>
        put(`/webhooks/${index}/clientConfig/caBundle`, value),
      );
      const ref = { resource: resourceOf(configuration), name: configuration.name };
      return unlessMoved(
        cluster.patch(ref, { type: 'Json', body: [lock(configuration.resourceVersion), ...puts] }),
      );
    },
  };
}

/** A patch that names a version is refused where the object has moved on. */
function lock(version: string): JsonPatchOperation {
  return { op: 'replace', path: '/metadata/resourceVersion', value: version };
}

function put(path: string, value: unknown): JsonPatchOperation {
  return { op: 'add', path, value };
}

async function unlessConflict(writing: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await writing;
    return 'Written';
  } catch (error) {
    if (isFault(error, 'ApiConflict')) return 'Conflict';
    throw error;
  }
}

/** What is gone has moved, too. */
async function unlessMoved(writing: Promise<unknown>): Promise<WriteOutcome> {
  try {
    return await unlessConflict(writing);
  } catch (error) {
    if (isFault(error, 'ApiNotFound')) return 'Conflict';
    throw error;
  }
}

function resourceOf(configuration: WebhookConfiguration): Resource {
  return configuration.kind === VALIDATING_WEBHOOKS.kind ? VALIDATING_WEBHOOKS : MUTATING_WEBHOOKS;
}

function readSecret(object: KubernetesObject | undefined): StoredSecret | undefined {
  if (object === undefined) return undefined;
  const entries = Object.entries((object['data'] ?? {}) as Record<string, unknown>);
  return {
    // fromEntries defines properties: a key such as __proto__ is one like any other.
    entries: Object.fromEntries(entries.map(([key, value]) => [key, decode(value)])),
    resourceVersion: versionOf(object),
  };
}

function readConfiguration(object: KubernetesObject | undefined): WebhookConfiguration | undefined {
  if (object === undefined) return undefined;
  const webhooks: readonly unknown[] = Array.isArray(object['webhooks']) ? object['webhooks'] : [];
  return {
    kind:
      object.kind === VALIDATING_WEBHOOKS.kind
        ? 'ValidatingWebhookConfiguration'
        : 'MutatingWebhookConfiguration',
    name: object.metadata.name,
    resourceVersion: versionOf(object),
    caBundles: webhooks.map((webhook) => {
      const { clientConfig } = (webhook ?? {}) as { clientConfig?: { caBundle?: unknown } | null };
      return decode(clientConfig?.caBundle);
    }),
  };
}

function versionOf(object: KubernetesObject): string {
  const version = object.metadata.resourceVersion;
  if (version === undefined) throw new Fault('ApiAnswerMalformed', `${object.metadata.name} has no version`);
  return version;
}

function encode(entries: SecretEntries): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]),
  );
}

function decode(value: unknown): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}
