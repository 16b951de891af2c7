import type { Cluster } from './cluster.ts';
import type { Credentials } from './credentials.ts';
import type { WatchEvent } from './watch-event.ts';
import { ApiClient } from './api-client.ts';
import { ApiCluster } from './api-cluster.ts';
import { serviceAccountCredentials } from './credentials.ts';
import { createHttpsTransport } from './https-transport.ts';
import { readKubeconfig } from './kubeconfig.ts';
import type { Time } from './time.ts';
import { systemTime } from './time.ts';
import type { WatchTuning } from './watched-collection.ts';
import { WATCH_TUNING } from './watched-collection.ts';

/** Where the API server is, and who we are there. */
export type ClusterSource =
  /** We are a pod: the service account that the kubelet mounted, at the address that it put into the environment. */
  | {
      readonly from: 'ServiceAccount';
      readonly host: string;
      readonly port: number;
      readonly folder?: string;
    }
  /** The files that KUBECONFIG names, or that `--kubeconfig` does. */
  | { readonly from: 'Kubeconfig'; readonly files: readonly string[]; readonly context?: string | undefined }
  /** Said outright. */
  | { readonly from: 'Address'; readonly server: string; readonly credentials: Credentials };

export interface ClusterOptions {
  readonly source: ClusterSource;
  /** Who we say we are: `pathkeeper/0.1.0 (controller)`. The API server's audit log and metrics show it. */
  readonly userAgent: string;
  /** The owner of the fields that we apply, unless a call says otherwise. Default `pathkeeper-controller`. */
  readonly fieldManager?: string;
  /** Everything that happens to the watches. For logs and metrics; it must be quick. */
  readonly onWatchEvent?: (event: WatchEvent) => void;
  readonly time?: Time;
  readonly watchTuning?: Partial<WatchTuning>;
}

/** Where the kubelet mounts a pod's service account. */
const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

const FIELD_MANAGER = 'pathkeeper-controller';

/**
 * Makes a cluster out of where it is. It sends nothing yet: whether the server answers is found out by the first call.
 * Rejects with a Fault (KubeconfigUnusable) where the kubeconfig cannot be read.
 */
export async function connectCluster(options: ClusterOptions): Promise<Cluster> {
  const time = options.time ?? systemTime();
  const { server, credentials } = await locate(options.source, time);
  const transport = createHttpsTransport({ server, credentials, userAgent: options.userAgent, time });
  return new ApiCluster({
    api: new ApiClient(transport, time),
    time,
    fieldManager: options.fieldManager ?? FIELD_MANAGER,
    tuning: { ...WATCH_TUNING, ...options.watchTuning },
    onWatchEvent: options.onWatchEvent ?? (() => undefined),
  });
}

async function locate(
  source: ClusterSource,
  time: Time,
): Promise<{ readonly server: string; readonly credentials: Credentials }> {
  if (source.from === 'Address') return source;
  if (source.from === 'Kubeconfig') return readKubeconfig(source, time);
  const host = source.host.includes(':') ? `[${source.host}]` : source.host;
  const credentials = serviceAccountCredentials(source.folder ?? SERVICE_ACCOUNT_FOLDER, time);
  return { server: `https://${host}:${source.port}`, credentials };
}
