/**
 * The one control plane that all suites below `test/cluster/` share in a Jest run. Jest starts it before the first
 * of them and stops it after the last (`jest-setup.ts`, `jest-teardown.ts`); it is not there for unit tests.
 *
 *     import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
 *
 *     const cluster = sharedControlPlane();
 *     const namespace = await cluster.createNamespace('crds');
 *
 * Each test file works in namespaces of its own. What is not namespaced (CRDs, webhook configurations) is everybody's:
 * give it names of your own and delete it. A suite that stops the API server starts a control plane for itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { accessCluster, type ClusterAccess, type ClusterState } from './cluster-access.ts';
import type { ControlPlane } from './control-plane.ts';

const STATE_VARIABLE = 'PATHKEEPER_TEST_CONTROL_PLANE';

export function sharedControlPlane(): ClusterAccess {
  const path = process.env[STATE_VARIABLE];
  if (path === undefined)
    throw new Error('no shared control plane: run this suite through Jest, from test/cluster/');
  return accessCluster(JSON.parse(readFileSync(path, 'utf8')) as ClusterState);
}

/** Tells the test processes that are started from now on where the control plane is. */
export function shareControlPlane(plane: ControlPlane): void {
  const { kubernetes, url, folder, kubeconfigPath, binaries, authority, auditLogFile, controllers } = plane;
  const state: ClusterState = {
    kubernetes,
    url,
    folder,
    kubeconfigPath,
    binaries,
    authority,
    auditLogFile,
    controllers,
  };
  const path = join(folder, 'shared.json');
  writeFileSync(path, JSON.stringify(state), { mode: 0o600 });
  process.env[STATE_VARIABLE] = path;
}
