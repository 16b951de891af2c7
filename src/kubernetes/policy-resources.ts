import { API_GROUP, API_VERSION } from '../api/path-policy.ts';
import type { Resource } from './resource.ts';

export const NETWORK_PATH_POLICIES: Resource = {
  group: API_GROUP,
  version: API_VERSION,
  plural: 'networkpathpolicies',
  kind: 'NetworkPathPolicy',
  namespaced: true,
};

export const CLUSTER_NETWORK_PATH_POLICIES: Resource = {
  group: API_GROUP,
  version: API_VERSION,
  plural: 'clusternetworkpathpolicies',
  kind: 'ClusterNetworkPathPolicy',
  namespaced: false,
};
