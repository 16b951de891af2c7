/*
 * Every metric: name, type, help, and for each label the closed list of its values. The registry starts each combination
 * at zero, so that "never happened" and "not exported" differ; the reference page is made from the same table.
 */

/** A row of the table. Labels with a closed list of values only: an open one would grow with the cluster. */
export interface MetricRow {
  readonly name: string;
  readonly type: 'Counter' | 'Gauge' | 'Histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Histograms: upper bounds in seconds. */
  readonly buckets?: readonly number[];
}

const KINDS = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'NetworkPathPolicy',
  'ClusterNetworkPathPolicy',
  'Other',
] as const;

const COLLECTIONS = [
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicasets',
  'replicationcontrollers',
  'jobs',
  'cronjobs',
  'configmaps',
  'secrets',
  'services',
  'namespaces',
  'ingresses',
  'gateways',
  'destinationrules',
  'networkpathpolicies',
  'clusternetworkpathpolicies',
  'other',
] as const;

const WATCH_EVENTS = [
  'List',
  'Synced',
  'Connect',
  'Bookmark',
  'Resume',
  'Relist',
  'Backoff',
  'Watchdog',
  'Compare',
  'Missed',
  'Gone',
  'BadLine',
  'Failed',
  'CallbackFailed',
  'Stop',
] as const;

export const METRIC_ROWS = [
  {
    name: 'pathkeeper_admission_reviews_total',
    type: 'Counter',
    help: 'Admission reviews answered.',
    labels: {
      path: ['/validate', '/mutate', '/validate-policy'],
      kind: KINDS,
      decision: ['Allowed', 'Warned', 'Patched', 'Denied', 'Errored'],
    },
  },
  {
    name: 'pathkeeper_admission_refused_total',
    type: 'Counter',
    help: 'Requests that were no review that can be answered, by HTTP status.',
    labels: { status: ['400', '408', '413', '415', '429'] },
  },
  {
    name: 'pathkeeper_admission_duration_seconds',
    type: 'Histogram',
    help: 'Time from the parsed review to its answer.',
    labels: { path: ['/validate', '/mutate', '/validate-policy'] },
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  {
    name: 'pathkeeper_config_reads_total',
    type: 'Counter',
    help: 'ConfigMaps and Secrets asked for while a workload was judged.',
    labels: { result: ['Cached', 'Read', 'Missing', 'Failed'] },
  },
  {
    name: 'pathkeeper_watch_events_total',
    type: 'Counter',
    help: 'Events in the life of the watches.',
    labels: { collection: COLLECTIONS, event: WATCH_EVENTS },
  },
  {
    name: 'pathkeeper_watch_missed_total',
    type: 'Counter',
    help: 'Changes that a watch did not tell of and a comparison with a list found. Anything but zero is a fault.',
    labels: { collection: COLLECTIONS },
  },
  {
    name: 'pathkeeper_queue_outcomes_total',
    type: 'Counter',
    help: 'Pieces of work finished, by outcome.',
    labels: { queue: ['workloads', 'policies'], outcome: ['Done', 'Retry', 'Again', 'GiveUp'] },
  },
  {
    name: 'pathkeeper_queue_depth',
    type: 'Gauge',
    help: 'Keys that wait for a worker.',
    labels: { queue: ['workloads', 'policies'] },
  },
  {
    name: 'pathkeeper_queue_oldest_seconds',
    type: 'Gauge',
    help: 'How long the oldest waiting key has waited.',
    labels: { queue: ['workloads', 'policies'] },
  },
  {
    name: 'pathkeeper_work_duration_seconds',
    type: 'Histogram',
    help: 'Time that a piece of work took.',
    labels: { queue: ['workloads', 'policies'] },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  },
  {
    name: 'pathkeeper_workload_verdicts',
    type: 'Gauge',
    help: 'Verdicts of running workloads under the policies that select them: one for each pair.',
    labels: {
      verdict: ['AtRisk', 'Marginal', 'Unknown', 'Protected', 'NotApplicable'],
      basis: ['Evidence', 'Assumption'],
    },
  },
  {
    name: 'pathkeeper_policies',
    type: 'Gauge',
    help: 'Policies known, by kind and whether they are applied.',
    labels: { kind: ['NetworkPathPolicy', 'ClusterNetworkPathPolicy'], accepted: ['True', 'False'] },
  },
  {
    name: 'pathkeeper_workloads',
    type: 'Gauge',
    help: 'Workloads followed: those that have no owner among the followed kinds.',
    labels: {},
  },
  {
    name: 'pathkeeper_events_total',
    type: 'Counter',
    help: 'Kubernetes events about findings that appeared or went, by what became of them.',
    labels: { outcome: ['Written', 'Repeated', 'RateLimited', 'Dropped', 'Failed'] },
  },
  {
    name: 'pathkeeper_certificate_expiry_timestamp_seconds',
    type: 'Gauge',
    help: 'When the serving certificate ends, in seconds since the epoch; 0 before there is one.',
    labels: {},
  },
  {
    name: 'pathkeeper_leader',
    type: 'Gauge',
    help: '1 on the replica that writes.',
    labels: {},
  },
  {
    name: 'pathkeeper_build_info',
    type: 'Gauge',
    help: 'Always 1; the version is in the pathkeeper.dev/checked-by annotation and in the log.',
    labels: {},
  },
] as const satisfies readonly MetricRow[];

/** Name of a metric of the table. */
export type MetricName = (typeof METRIC_ROWS)[number]['name'];
