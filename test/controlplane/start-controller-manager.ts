import { join } from 'node:path';

import type { Pki } from './pki.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * What turns a workload into Pods, what cleans up after it, and what a namespace needs before a Pod may be made in
 * it; the aggregation gives the roles admin, edit and view their rules. Nothing here needs a node.
 */
const CONTROLLERS = [
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'garbage-collector-controller',
  'job-controller',
  'namespace-controller',
  'replicaset-controller',
  'replicationcontroller-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'statefulset-controller',
];

/** Starts the controllers. They are at work when the first namespace has its service account, soon after. */
export async function startControllerManager(
  supervisor: Supervisor,
  command: string,
  kubeconfigPath: string,
  pki: Pki,
): Promise<void> {
  await supervisor.start({
    name: 'kube-controller-manager',
    command,
    logFile: join(supervisor.folder, 'kube-controller-manager.log'),
    args: [
      `--kubeconfig=${kubeconfigPath}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      `--service-account-private-key-file=${pki.files.serviceAccountKey}`,
      `--root-ca-file=${pki.files.authority.certificate}`,
      '--leader-elect=false',
      // It serves nothing: no port to collide on.
      '--secure-port=0',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--profiling=false',
    ],
  });
}
