import type { Catalogue } from '../../catalogue/catalogue.ts';
import { composeCandidates } from '../clients/compose-candidates.ts';
import { findVersion } from '../clients/find-version.ts';
import { unrecognisedModel } from '../clients/join-behaviours.ts';
import { member, memberText } from '../reading/guard.ts';
import type { Address, Connection, PodKeepAlive, WorkloadSubject } from '../workload-facts.ts';
import type { ContainerConnections } from './build-connections.ts';
import { knownAddress } from './read-address.ts';

const HOST = 'kubernetes.default.svc';

/**
 * The connection to the API server of a workload that runs under a service account of its own whose token is not
 * switched off: of the Kubernetes client that its containers show, else of one that nobody recognises. No manifest
 * shows it otherwise.
 */
export function kubernetesApiConnection(
  subject: WorkloadSubject,
  containers: readonly ContainerConnections[],
  catalogue: Catalogue,
  pod: PodKeepAlive,
): Connection | undefined {
  if (!usesOwnToken(subject)) return undefined;
  const address: Address = knownAddress(HOST, 443, undefined, false);
  for (const { settings, signs } of containers) {
    const shown = [...signs.signs].filter(([{ address: where }]) => where?.defaultHost === HOST);
    if (shown.length === 0) continue;
    const lookUp = { settings, seed: undefined };
    const drivers = shown.map(([entry, [sign]]) => ({
      entry,
      by: sign?.says ?? '',
      range: findVersion(entry, signs.signs, lookUp, catalogue),
    }));
    const candidates = composeCandidates(
      { drivers, pools: [], around: [], beneath: [] },
      lookUp,
      'Opened',
      pod,
    );
    return connection(settings.container.name, address, candidates);
  }
  return connection(containers[0]?.settings.container.name ?? '', address, [
    { model: unrecognisedModel(pod) },
  ]);
}

function connection(container: string, address: Address, candidates: Connection['candidates']): Connection {
  return {
    id: `${container}/outbound/kubernetes-api`,
    direction: 'Outbound',
    container,
    address,
    use: candidates.every(({ model }) => model.listens === 'Always') ? 'Listening' : 'Pooled',
    candidates,
    origin: 'KubernetesApi',
  };
}

function usesOwnToken({ podSpec }: WorkloadSubject): boolean {
  const account = memberText(podSpec, 'serviceAccountName') ?? memberText(podSpec, 'serviceAccount') ?? '';
  return account !== '' && account !== 'default' && member(podSpec, 'automountServiceAccountToken') !== false;
}
