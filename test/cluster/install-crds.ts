import { join } from 'node:path';

import type { ClusterAccess } from '../controlplane/cluster-access.ts';
import { projectRoot } from '../controlplane/project-root.ts';

/** Installs what `crds/` holds and waits until the API server serves it. Suites share it: nobody removes it. */
export async function installCrds(cluster: ClusterAccess): Promise<void> {
  const folder = join(projectRoot(), 'crds');
  const steps = [
    ['apply', '--server-side', '--force-conflicts', '-f', folder],
    ['wait', '--for=condition=Established', '--timeout=30s', '-f', folder],
  ];
  for (const step of steps) {
    const { code, stderr } = await cluster.kubectl(step);
    if (code !== 0) throw new Error(`kubectl ${step.join(' ')}: ${stderr}`);
  }
}
