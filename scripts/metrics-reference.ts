import { METRIC_ROWS } from '../src/observability/metric-table.ts';
import type { MetricRow } from '../src/observability/metric-table.ts';
import type { Generator } from './generator.ts';

const PAGE = 'docs/reference/metrics.md';

/** The page of all metrics, from the table that the registry is made from. */
export const metricsReference: Generator = {
  name: 'metrics reference',
  files: () => Promise.resolve(new Map([[PAGE, renderMetrics(METRIC_ROWS)]])),
};

function renderMetrics(rows: readonly MetricRow[]): string {
  return [
    '# Metrics',
    '<!-- Written by `npm run generate` from src/observability/metric-table.ts. -->',
    'Served at `/metrics` on the port given by `--metrics-port`, in the Prometheus text format. Every combination of ' +
      'label values exists from the start with the value 0, so that "never happened" and "not exported" differ. Labels ' +
      'have closed lists of values, so the number of series does not grow with the cluster.',
    'Beside these there are the usual metrics of the process (`process_*`) and of Node (`nodejs_*`).',
    ['| Metric | Type | Program | Meaning |', '| --- | --- | --- | --- |', ...rows.map(summary)].join('\n'),
    '## Labels',
    ...rows.filter(({ labels }) => Object.keys(labels).length > 0).map(labelsOf),
    '## Worth an alert',
    ALERTS,
  ]
    .join('\n\n')
    .concat('\n');
}

function summary({ name, type, programs, help }: MetricRow): string {
  return `| \`${name}\` | ${type} | ${programs.join(', ')} | ${help} |`;
}

function labelsOf({ name, labels }: MetricRow): string {
  const lines = Object.entries(labels).map(([label, values]) =>
    values === 'GivenAtStart'
      ? `- \`${label}\`: one value for the life of the process`
      : `- \`${label}\`: ${values.map((value) => `\`${value}\``).join(', ')}`,
  );
  return [`\`${name}\`:`, '', ...lines].join('\n');
}

const ALERTS = [
  '| What | Expression | Why |',
  '| --- | --- | --- |',
  '| The watch missed something | `increase(pathkeeper_watch_missed_total[1h]) > 0` | What is reported may be stale; always a fault of ours or of the path to the API server. |',
  '| The certificate is not renewed | `pathkeeper_certificate_expiry_timestamp_seconds{certificate="Serving"} - time() < 8 * 86400` | It is renewed with ten days left. |',
  '| Somebody edits the webhook configuration | `increase(pathkeeper_certificate_bundles_total{outcome="Repaired"}[1h]) > 3` | Two owners of one field put each other right for ever. |',
  '| Work does not get done | `pathkeeper_queue_oldest_seconds > 300` | Statuses lag behind the cluster. |',
  '| Reviews fail | `rate(pathkeeper_admission_reviews_total{decision="Errored"}[5m]) > 0` | Requests are let through unjudged, or refused, by the failure policy. |',
  '| Workloads at risk | `pathkeeper_workload_verdicts{verdict="AtRisk",basis="Evidence"} > 0` | The reason for all this. |',
].join('\n');
