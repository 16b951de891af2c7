/*
 * Every flag and environment variable of the long-running commands, in one table: the parser, the help and the reference
 * page are made from it.
 */

/**
 * One option: a flag, the environment variable that gives it too, and what it takes. The flag wins. No variable ends in
 * `_PORT` or `_SERVICE_HOST`: the kubelet sets such ones for every Service of the namespace, and a Service called
 * `pathkeeper` would set `PATHKEEPER_PORT` to `tcp://10.96.0.1:443`.
 */
export interface OptionRow {
  readonly flag: string;
  readonly env: string;
  readonly takes: 'Text' | 'Port' | 'Milliseconds' | 'Choice' | 'List';
  readonly choices?: readonly string[];
  readonly fallback?: string;
  readonly description: string;
  readonly commands: readonly ('webhook' | 'controller')[];
}

const BOTH = ['webhook', 'controller'] as const;

export const OPTION_ROWS = [
  {
    flag: '--log-level',
    env: 'PATHKEEPER_LOG_LEVEL',
    takes: 'Choice',
    choices: ['trace', 'debug', 'info', 'warn', 'error'],
    fallback: 'info',
    description: 'Least level that is logged.',
    commands: BOTH,
  },
  {
    flag: '--log-format',
    env: 'PATHKEEPER_LOG_FORMAT',
    takes: 'Choice',
    choices: ['Json', 'Text'],
    fallback: 'Json',
    description: 'Json: one object a line. Text: for a person who reads along.',
    commands: BOTH,
  },
  {
    flag: '--kubeconfig',
    env: 'KUBECONFIG',
    takes: 'Text',
    description: 'Kubeconfig file; without it the service account of the pod.',
    commands: BOTH,
  },
  {
    flag: '--namespace',
    env: 'PATHKEEPER_NAMESPACE',
    takes: 'Text',
    fallback: 'pathkeeper-system',
    description: 'Namespace that Pathkeeper runs in; its workloads are never judged.',
    commands: BOTH,
  },
  {
    flag: '--pod-name',
    env: 'PATHKEEPER_POD_NAME',
    takes: 'Text',
    description: 'Name of this replica in leases and events; default: the host name.',
    commands: BOTH,
  },
  {
    flag: '--excluded-namespaces',
    env: 'PATHKEEPER_EXCLUDED_NAMESPACES',
    takes: 'List',
    fallback: '',
    description:
      'More namespaces that are never judged, beside kube-system and our own; separated by commas.',
    commands: BOTH,
  },
  {
    flag: '--cluster-domain',
    env: 'PATHKEEPER_CLUSTER_DOMAIN',
    takes: 'Text',
    fallback: 'cluster.local',
    description: 'Domain of Service names.',
    commands: BOTH,
  },
  {
    flag: '--read-secrets',
    env: 'PATHKEEPER_READ_SECRETS',
    takes: 'Choice',
    choices: ['Off', 'On'],
    fallback: 'Off',
    description: 'Whether Secrets that workloads reference are read; their values are never shown.',
    commands: BOTH,
  },
  {
    flag: '--config-read-timeout',
    env: 'PATHKEEPER_CONFIG_READ_TIMEOUT_MS',
    takes: 'Milliseconds',
    fallback: '1000',
    description: 'How long one read of a ConfigMap that no cache holds may take.',
    commands: BOTH,
  },
  {
    flag: '--compare-interval',
    env: 'PATHKEEPER_COMPARE_INTERVAL_MS',
    takes: 'Milliseconds',
    fallback: '1800000',
    description: 'How often what a watch told is compared with a complete list.',
    commands: BOTH,
  },
  {
    flag: '--metrics-port',
    env: 'PATHKEEPER_METRICS_PORT_NUMBER',
    takes: 'Port',
    fallback: '8080',
    description: 'Port of /metrics, /healthz and /readyz; 0 for any free one.',
    commands: BOTH,
  },
  {
    flag: '--port',
    env: 'PATHKEEPER_PORT_NUMBER',
    takes: 'Port',
    fallback: '9443',
    description: 'Port on which admission reviews are answered; 0 for any free one.',
    commands: ['webhook'],
  },
  {
    flag: '--bind-address',
    env: 'PATHKEEPER_BIND_ADDRESS',
    takes: 'Text',
    fallback: '::',
    description: 'Address to listen on.',
    commands: BOTH,
  },
  {
    flag: '--service-name',
    env: 'PATHKEEPER_SERVICE_NAME',
    takes: 'Text',
    fallback: 'pathkeeper-webhook',
    description: 'Service by which the API server reaches the webhook: the name in its certificate.',
    commands: ['webhook'],
  },
  {
    flag: '--certificate-source',
    env: 'PATHKEEPER_CERTIFICATE_SOURCE',
    takes: 'Choice',
    choices: ['Self', 'Files'],
    fallback: 'Self',
    description: 'Self: made and renewed here and kept in a Secret. Files: mounted.',
    commands: ['webhook'],
  },
  {
    flag: '--certificate-secret',
    env: 'PATHKEEPER_CERTIFICATE_SECRET',
    takes: 'Text',
    fallback: 'pathkeeper-webhook-tls',
    description: 'With Self: Secret that holds authority and certificate.',
    commands: ['webhook'],
  },
  {
    flag: '--webhook-configuration',
    env: 'PATHKEEPER_WEBHOOK_CONFIGURATION',
    takes: 'Text',
    fallback: 'pathkeeper',
    description: 'With Self: name of the webhook configurations that get the authority.',
    commands: ['webhook'],
  },
  {
    flag: '--certificate-names',
    env: 'PATHKEEPER_CERTIFICATE_NAMES',
    takes: 'List',
    fallback: '',
    description: 'With Self: more names and addresses in the certificate; separated by commas.',
    commands: ['webhook'],
  },
  {
    flag: '--certificate-file',
    env: 'PATHKEEPER_CERTIFICATE_FILE',
    takes: 'Text',
    fallback: '/etc/pathkeeper/tls/tls.crt',
    description: 'With Files: certificate in PEM.',
    commands: ['webhook'],
  },
  {
    flag: '--key-file',
    env: 'PATHKEEPER_KEY_FILE',
    takes: 'Text',
    fallback: '/etc/pathkeeper/tls/tls.key',
    description: 'With Files: private key in PEM.',
    commands: ['webhook'],
  },
  {
    flag: '--leader-election',
    env: 'PATHKEEPER_LEADER_ELECTION',
    takes: 'Choice',
    choices: ['On', 'Off'],
    fallback: 'On',
    description: 'Whether replicas elect the one that writes.',
    commands: ['controller'],
  },
  {
    flag: '--lease',
    env: 'PATHKEEPER_LEASE',
    takes: 'Text',
    fallback: 'pathkeeper-controller',
    description: 'Lease by which they elect it.',
    commands: ['controller'],
  },
  {
    flag: '--lease-duration',
    env: 'PATHKEEPER_LEASE_DURATION_MS',
    takes: 'Milliseconds',
    fallback: '15000',
    description: 'How long after its last renewal another replica may take the lease.',
    commands: ['controller'],
  },
  {
    flag: '--lease-renew-within',
    env: 'PATHKEEPER_LEASE_RENEW_WITHIN_MS',
    takes: 'Milliseconds',
    fallback: '10000',
    description: 'How long the writer tries to renew the lease before it ends; less than the duration.',
    commands: ['controller'],
  },
  {
    flag: '--lease-retry',
    env: 'PATHKEEPER_LEASE_RETRY_MS',
    takes: 'Milliseconds',
    fallback: '2000',
    description: 'Time between two attempts at the lease; less than half of --lease-renew-within.',
    commands: ['controller'],
  },
] as const satisfies readonly OptionRow[];
