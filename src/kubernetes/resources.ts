import type { Resource } from './resource.ts';

/** The collections of Kubernetes that Pathkeeper reads or writes. */
export const PODS = core('pods', 'Pod');
export const CONFIG_MAPS = core('configmaps', 'ConfigMap');
export const SECRETS = core('secrets', 'Secret');
export const SERVICES = core('services', 'Service');
export const NAMESPACES: Resource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};
export const REPLICATION_CONTROLLERS = core('replicationcontrollers', 'ReplicationController');
export const DEPLOYMENTS = grouped('apps', 'deployments', 'Deployment');
export const STATEFUL_SETS = grouped('apps', 'statefulsets', 'StatefulSet');
export const DAEMON_SETS = grouped('apps', 'daemonsets', 'DaemonSet');
export const REPLICA_SETS = grouped('apps', 'replicasets', 'ReplicaSet');
export const JOBS = grouped('batch', 'jobs', 'Job');
export const CRON_JOBS = grouped('batch', 'cronjobs', 'CronJob');
export const INGRESSES = grouped('networking.k8s.io', 'ingresses', 'Ingress');
export const LEASES = grouped('coordination.k8s.io', 'leases', 'Lease');
export const EVENTS = grouped('events.k8s.io', 'events', 'Event');
export const VALIDATING_WEBHOOKS: Resource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
};
export const MUTATING_WEBHOOKS: Resource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'mutatingwebhookconfigurations',
  kind: 'MutatingWebhookConfiguration',
  namespaced: false,
};

function core(plural: string, kind: string): Resource {
  return { group: '', version: 'v1', plural, kind, namespaced: true };
}

function grouped(group: string, plural: string, kind: string): Resource {
  return { group, version: 'v1', plural, kind, namespaced: true };
}
