import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { ClusterState } from '../../src/kubernetes/cluster-state.ts';
import {
  CLUSTER_NETWORK_PATH_POLICIES,
  NETWORK_PATH_POLICIES,
} from '../../src/kubernetes/policy-resources.ts';
import type { KubernetesObject, Resource } from '../../src/kubernetes/resource.ts';
import {
  CONFIG_MAPS,
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  INGRESSES,
  JOBS,
  NAMESPACES,
  PODS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  SECRETS,
  SERVICES,
  STATEFUL_SETS,
} from '../../src/kubernetes/resources.ts';
import { FakeCluster } from '../kubernetes/fake-cluster.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';

const RESOURCES: ReadonlyMap<string, Resource> = new Map(
  [
    NETWORK_PATH_POLICIES,
    CLUSTER_NETWORK_PATH_POLICIES,
    CONFIG_MAPS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    INGRESSES,
    JOBS,
    NAMESPACES,
    PODS,
    REPLICATION_CONTROLLERS,
    REPLICA_SETS,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
  ].map((resource) => [resource.kind, resource]),
);

/** A scenario's objects as they lie in a cluster, and a state that follows it. */
export interface ScenarioCluster {
  readonly cluster: FakeCluster;
  readonly state: ClusterState;
  close(): Promise<void>;
}

/** Puts a scenario's objects into a cluster. Without its workloads where they are only about to be applied. */
export async function scenarioCluster(
  { objects, version }: Scenario,
  takes: (object: ScenarioObject) => boolean = () => true,
): Promise<ScenarioCluster> {
  const cluster = new FakeCluster();
  cluster.version = { ...version, gitVersion: `v${version.major}.${version.minor}.0` };
  for (const object of objects.filter(takes)) cluster.put(resourceOf(object), asStored(object));
  const state = await ClusterState.follow({
    cluster,
    catalogue: loadBuiltinCatalogue(),
    secrets: 'Off',
    clusterDomain: 'cluster.local',
    spared: new Set(['kube-system']),
    configReadTimeoutMs: 1000,
  });
  await state.whenSynced();
  return {
    cluster,
    state,
    close: async () => {
      await state.stop();
      await cluster.close();
    },
  };
}

/** The resource of an object's kind. */
export function resourceOf({ kind }: ScenarioObject): Resource {
  const resource = RESOURCES.get(kind);
  if (resource === undefined) throw new Error(`no scenario may hold a ${kind}`);
  return resource;
}

/** The API server labels every namespace with its name. */
function asStored(object: ScenarioObject): KubernetesObject {
  if (object.kind !== 'Namespace') return object;
  const { metadata } = object;
  const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  return { ...object, metadata: { ...metadata, labels } };
}
