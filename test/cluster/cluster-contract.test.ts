import { afterAll } from '@jest/globals';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
import { describeClusterContract } from '../kubernetes/cluster-contract.ts';
import { createContractKind, removeContractKind } from './contract-crd.ts';

let cluster: Cluster | undefined;

afterAll(async () => {
  if (cluster !== undefined) await removeContractKind(cluster);
  await cluster?.close();
});

describeClusterContract('a real API server', async () => {
  const plane = sharedControlPlane();
  cluster = await connectCluster({
    source: { from: 'Kubeconfig', files: [plane.kubeconfigPath] },
    userAgent: 'pathkeeper-test',
  });
  await createContractKind(cluster);
  return { cluster, namespace: await plane.createNamespace('contract') };
});
