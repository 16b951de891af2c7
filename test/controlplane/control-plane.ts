/**
 * A real Kubernetes control plane (etcd, kube-apiserver and the controllers that make Pods) on loopback, for tests,
 * the demo and benchmarks. There are no nodes: Pods are made and stay Pending.
 *
 *     import { startControlPlane } from '../controlplane/control-plane.ts';
 *
 *     const plane = await startControlPlane();
 *     try {
 *       const namespace = await plane.createNamespace('orders');
 *       const { code, stdout, stderr } = await plane.kubectl(['apply', '-n', namespace, '-f', '-'], { stdin: yaml });
 *     } finally {
 *       await plane.stop();
 *     }
 *
 * Tests below `test/cluster/` share one control plane for a whole Jest run instead; see `shared-control-plane.ts`.
 *
 * The programs are found, downloaded or built as `obtain-binaries.ts` tells; `K8S_VERSION` chooses the version.
 * Everything ends with the process that started it, however that ends: see `supervisor-process.ts`.
 */
import { join } from 'node:path';

import { accessCluster, type ClusterAccess, waitForServiceAccount } from './cluster-access.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { obtainBinaries } from './obtain-binaries.ts';
import { createPki } from './pki.ts';
import { type Progress, progressOnStderr } from './progress.ts';
import { type ApiServerOptions, startApiServerAnywhere, startApiServerAt } from './start-api-server.ts';
import { startControllerManager } from './start-controller-manager.ts';
import { startEtcd } from './start-etcd.ts';
import { startSupervisor, type Supervisor } from './supervisor.ts';
import { type Binaries, wantedKubernetesVersion } from './versions.ts';

export interface ControlPlaneOptions {
  /** The Kubernetes version. Default: `K8S_VERSION`, else the project's own. */
  readonly kubernetes?: string;
  /** Whether Deployments make Pods, and so on. Default: true. */
  readonly controllers?: boolean;
  /** More flags for kube-apiserver. */
  readonly apiServerArgs?: readonly string[];
  /** Who hears what goes on. Default: standard error. */
  readonly progress?: Progress;
}

/** A control plane, for the one who started it. */
export interface ControlPlane extends ClusterAccess {
  /** The process ids of what runs, for measuring. */
  readonly pids: Readonly<Record<'etcd' | 'kube-apiserver', number>>;
  /** Stops the API server; etcd keeps the data. Politely by default, or by SIGKILL. */
  stopApiServer(how?: { readonly kill: boolean }): Promise<void>;
  /** Starts the API server again, with the same address and data. */
  startApiServer(): Promise<void>;
  /** Ends everything and deletes the folder. May be called again. */
  stop(): Promise<void>;
}

/** Starts a control plane and returns when Pods can be made in namespace `default`. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const progress = options.progress ?? progressOnStderr;
  const kubernetes = options.kubernetes ?? wantedKubernetesVersion();
  const binaries = await obtainBinaries({ kubernetes, progress });
  const supervisor = await startSupervisor();
  try {
    return await startIn(supervisor, binaries, kubernetes, options);
  } catch (error) {
    await supervisor.shutDown();
    throw error;
  }
}

async function startIn(
  supervisor: Supervisor,
  binaries: Binaries,
  kubernetes: string,
  options: ControlPlaneOptions,
): Promise<ControlPlane> {
  const { folder } = supervisor;
  const controllers = options.controllers ?? true;
  const pki = await createPki(join(folder, 'pki'));
  const etcd = await startEtcd(supervisor, binaries.etcd, pki);
  const apiServerOptions: ApiServerOptions = {
    command: binaries['kube-apiserver'],
    etcdUrl: etcd.url,
    pki,
    serviceAccounts: controllers,
    auditLogFile: join(folder, 'audit.log'),
    extraArgs: options.apiServerArgs ?? [],
  };
  const apiServer = await startApiServerAnywhere(supervisor, apiServerOptions);
  const pids = { etcd: etcd.pid, 'kube-apiserver': apiServer.pid };
  const url = `https://127.0.0.1:${apiServer.port}`;
  const kubeconfigPath = join(folder, 'admin.kubeconfig');
  await writeKubeconfig(kubeconfigPath, url, pki.authority.certificate, pki.admin);
  const access = accessCluster({
    kubernetes,
    url,
    folder,
    kubeconfigPath,
    binaries,
    authority: pki.authority,
    auditLogFile: apiServerOptions.auditLogFile,
    controllers,
  });
  if (controllers) {
    await startControllerManager(supervisor, binaries['kube-controller-manager'], kubeconfigPath, pki);
    await waitForServiceAccount(access.kubectl, 'default');
  }
  return {
    ...access,
    pids,
    stopApiServer: ({ kill } = { kill: false }) => supervisor.stop('kube-apiserver', kill ? 0 : 10_000),
    startApiServer: async () => {
      pids['kube-apiserver'] = await startApiServerAt(supervisor, apiServerOptions, apiServer.port);
    },
    stop: () => supervisor.shutDown(),
  };
}
