/*
 * Every metric: name, type, help, and for each label the closed list of its values. The registry starts each combination
 * at zero, so that "never happened" and "not exported" differ; the reference page is made from the same table.
 */

/** The programs that run for long and are scraped. */
export type Program = 'webhook' | 'controller';

/**
 * A row of the table. A label has a closed list of values, because an open one would grow with the cluster; a value
 * outside a list that ends in `Other` counts as that. `GivenAtStart` has one value for the life of the process.
 */
export interface MetricRow {
  readonly name: string;
  readonly type: 'Counter' | 'Gauge' | 'Histogram';
  readonly help: string;
  /** Which programs have it: one that cannot know a value does not export a zero that means something else. */
  readonly programs: readonly Program[];
  readonly labels: Readonly<Record<string, readonly string[] | 'GivenAtStart'>>;
  /** Histograms: upper bounds in seconds. */
  readonly buckets?: readonly number[];
}

const WEBHOOK = ['webhook'] as const;
const CONTROLLER = ['controller'] as const;
const BOTH = ['webhook', 'controller'] as const;

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
  'Other',
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

const QUEUES = ['workloads', 'policies', 'Other'] as const;

const PATHS = ['/validate', '/mutate', '/validate-policy'] as const;

export const METRIC_ROWS = [
  {
    name: 'pathkeeper_admission_reviews_total',
    type: 'Counter',
    help: 'Admission reviews answered.',
    programs: WEBHOOK,
    labels: {
      path: PATHS,
      kind: KINDS,
      decision: ['Allowed', 'Warned', 'Patched', 'Denied', 'Errored'],
    },
  },
  {
    name: 'pathkeeper_admission_refused_total',
    type: 'Counter',
    help: 'Requests that were no review that can be answered, by HTTP status.',
    programs: WEBHOOK,
    labels: { status: ['400', '408', '413', '415', '429', 'Other'] },
  },
  {
    name: 'pathkeeper_admission_duration_seconds',
    type: 'Histogram',
    help: 'Time from the parsed review to its answer.',
    programs: WEBHOOK,
    labels: { path: PATHS },
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  {
    name: 'pathkeeper_config_reads_total',
    type: 'Counter',
    help: 'ConfigMaps and Secrets asked for while a workload was judged.',
    programs: BOTH,
    labels: { result: ['Cached', 'Read', 'Missing', 'Failed'] },
  },
  {
    name: 'pathkeeper_watch_events_total',
    type: 'Counter',
    help: 'Events in the life of the watches.',
    programs: BOTH,
    labels: { collection: COLLECTIONS, event: WATCH_EVENTS },
  },
  {
    name: 'pathkeeper_watch_missed_total',
    type: 'Counter',
    help: 'Changes that a watch did not tell of and a comparison with a list found. Anything but zero is a fault.',
    programs: BOTH,
    labels: { collection: COLLECTIONS },
  },
  {
    name: 'pathkeeper_queue_outcomes_total',
    type: 'Counter',
    help: 'Pieces of work finished, by outcome.',
    programs: CONTROLLER,
    labels: { queue: QUEUES, outcome: ['Done', 'Retry', 'Again', 'GiveUp'] },
  },
  {
    name: 'pathkeeper_queue_depth',
    type: 'Gauge',
    help: 'Keys that wait for a worker.',
    programs: CONTROLLER,
    labels: { queue: QUEUES },
  },
  {
    name: 'pathkeeper_queue_oldest_seconds',
    type: 'Gauge',
    help: 'How long the oldest waiting key has waited.',
    programs: CONTROLLER,
    labels: { queue: QUEUES },
  },
  {
    name: 'pathkeeper_work_duration_seconds',
    type: 'Histogram',
    help: 'Time that a piece of work took.',
    programs: CONTROLLER,
    labels: { queue: QUEUES },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  },
  {
    name: 'pathkeeper_workload_verdicts',
    type: 'Gauge',
    help: 'Verdicts of running workloads under the policies that select them: one for each pair.',
    programs: CONTROLLER,
    labels: {
      verdict: ['AtRisk', 'Marginal', 'Unknown', 'Protected', 'NotApplicable'],
      basis: ['Evidence', 'Assumption'],
    },
  },
  {
    name: 'pathkeeper_policies',
    type: 'Gauge',
    help: 'Policies known, by kind and whether they are applied.',
    programs: BOTH,
    labels: { kind: ['NetworkPathPolicy', 'ClusterNetworkPathPolicy'], accepted: ['True', 'False'] },
  },
  {
    name: 'pathkeeper_workloads',
    type: 'Gauge',
    help: 'Workloads followed: those that have no owner among the followed kinds.',
    programs: BOTH,
    labels: {},
  },
  {
    name: 'pathkeeper_events_total',
    type: 'Counter',
    help: 'Kubernetes events about findings that appeared or went, by what became of them.',
    programs: CONTROLLER,
    labels: { outcome: ['Written', 'Repeated', 'RateLimited', 'Dropped', 'Failed'] },
  },
  {
    name: 'pathkeeper_certificate_expiry_timestamp_seconds',
    type: 'Gauge',
    help: 'When the certificate that is served, and the authority that signs, end: seconds since the epoch; 0 before there is one.',
    programs: WEBHOOK,
    labels: { certificate: ['Serving', 'Authority'] },
  },
  {
    name: 'pathkeeper_certificate_changes_total',
    type: 'Counter',
    help: 'Changes of the Secret that holds authority and certificate, by this replica.',
    programs: WEBHOOK,
    labels: {
      change: [
        'AuthorityCreated',
        'NextIntroduced',
        'NextPromoted',
        'CertificateIssued',
        'Restored',
        'TidiedUp',
      ],
    },
  },
  {
    name: 'pathkeeper_certificate_bundles_total',
    type: 'Counter',
    help: 'Authorities written into a webhook configuration: `Repaired` where somebody else had taken one out.',
    programs: WEBHOOK,
    labels: { outcome: ['Written', 'Repaired', 'Conflict'] },
  },
  {
    name: 'pathkeeper_certificate_failures_total',
    type: 'Counter',
    help: 'Looks at the Secret, the webhook configurations or the mounted files that failed; each is repeated.',
    programs: WEBHOOK,
    labels: { what: ['Look', 'Files'] },
  },
  {
    name: 'pathkeeper_leader',
    type: 'Gauge',
    help: '1 on the replica that writes.',
    programs: CONTROLLER,
    labels: {},
  },
  {
    name: 'pathkeeper_build_info',
    type: 'Gauge',
    help: 'Always 1; the version of Pathkeeper that runs is its label.',
    programs: BOTH,
    labels: { version: 'GivenAtStart' },
  },
] as const satisfies readonly MetricRow[];

type Row = (typeof METRIC_ROWS)[number];

/** Names of the metrics of a type. */
export type MetricName<T extends MetricRow['type']> = Extract<Row, { readonly type: T }>['name'];

/** What a label takes: one of its list, or anything where the list ends in `Other`. */
type LabelValue<V> = V extends readonly (infer S)[] ? ('Other' extends S ? string : S) : never;

type LabelSpec<N> = Extract<Row, { readonly name: N }>['labels'];

/** The labels of a metric; nothing where it has none. */
export type MetricLabels<N> = keyof LabelSpec<N> extends never
  ? readonly []
  : readonly [{ readonly [L in keyof LabelSpec<N>]: LabelValue<LabelSpec<N>[L]> }];
