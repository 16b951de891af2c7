import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectDefaultMetrics } from 'prom-client';
import { SECRET_CHANGES } from '../../src/certs/certs.ts';
import { WATCH_EVENT_TYPES } from '../../src/kubernetes/watch-event.ts';
import { WORK_OUTCOMES } from '../../src/kubernetes/work-queue.ts';
import { METRIC_ROWS } from '../../src/observability/metric-table.ts';
import type { MetricRow, Program } from '../../src/observability/metric-table.ts';
import { Metrics, rowsOf } from '../../src/observability/metrics.ts';

const ROWS: readonly MetricRow[] = METRIC_ROWS;
const PAGE = join(import.meta.dirname, '../../../docs/reference/metrics.md');

/** Name of each metric to its type, as a scrape shows them. */
function typesIn(exposition: string): Map<string, string> {
  return new Map(
    [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name ?? '', type ?? '']),
  );
}

/** All series of a metric with their values. */
function seriesOf(exposition: string, name: string): string[] {
  return exposition.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

/** How many series a row must have. */
function combinations(row: MetricRow): number {
  return Object.values(row.labels).reduce(
    (product, values) => product * (values === 'GivenAtStart' ? 1 : values.length),
    1,
  );
}

describe.each(['webhook', 'controller'] as const)('what the %s exposes', (program: Program) => {
  test('is the table, with the types of the table, and what every Node process has', async () => {
    const types = typesIn(await new Metrics(program, '1.2.3').expose());
    const own = [...types].filter(([name]) => name.startsWith('pathkeeper_'));
    expect(Object.fromEntries(own)).toEqual(
      Object.fromEntries(rowsOf(program).map(({ name, type }) => [name, type.toLowerCase()])),
    );
    const others = [...types.keys()].filter((name) => !name.startsWith('pathkeeper_'));
    expect(others.every((name) => /^(?:process|nodejs)_/.test(name))).toBe(true);
    expect(collectDefaultMetrics.metricsList.length).toBeGreaterThan(0);
  });

  test('has every combination of labels from the start, at zero', async () => {
    const exposition = await new Metrics(program, '1.2.3').expose();
    for (const row of rowsOf(program)) {
      const name = row.type === 'Histogram' ? `${row.name}_count` : row.name;
      const series = seriesOf(exposition, name);
      expect([row.name, series.length]).toEqual([row.name, combinations(row)]);
      const value = row.name === 'pathkeeper_build_info' ? '1' : '0';
      expect([row.name, new Set(series.map((line) => line.split(' ').at(-1)))]).toEqual([
        row.name,
        new Set([value]),
      ]);
    }
  });
});

describe('the table', () => {
  test('is what the reference page says: every metric, every label value, nothing else', async () => {
    const page = await readFile(PAGE, 'utf8');
    const named = new Set([...page.matchAll(/^\| `(pathkeeper_\w+)`/gm)].map(([, name]) => name));
    expect([...named]).toEqual(ROWS.map(({ name }) => name));
    const used = new Set([...page.matchAll(/pathkeeper_[a-z_]+/g)].map(([name]) => name));
    expect([...used].filter((name) => !named.has(name))).toEqual([]);
    for (const { labels } of ROWS) {
      for (const value of Object.values(labels).flat()) {
        if (value !== 'GivenAtStart') expect(page).toContain(`\`${value}\``);
      }
    }
  });

  test('keeps the conventions: prefix, unit and suffix in the name, a help that ends in a full stop', () => {
    for (const { name, type, help, buckets } of ROWS) {
      expect(name).toMatch(/^pathkeeper_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'Counter']);
      expect(help).toMatch(/^[A-Z1].*[^.]\.$|before there is one\.$|annotation\.$/);
      expect([name, buckets !== undefined]).toEqual([name, type === 'Histogram']);
      if (type === 'Histogram') expect(name).toMatch(/_seconds$/);
    }
    expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
  });

  test('stays small: no metric has more than 500 series', () => {
    for (const row of ROWS) expect([row.name, combinations(row) <= 500]).toEqual([row.name, true]);
  });

  test.each([
    ['pathkeeper_watch_events_total', 'event', WATCH_EVENT_TYPES],
    ['pathkeeper_queue_outcomes_total', 'outcome', WORK_OUTCOMES],
    ['pathkeeper_certificate_changes_total', 'change', SECRET_CHANGES],
  ])('%s knows every %s that there is', (name, label, values) => {
    expect(ROWS.find((row) => row.name === name)?.labels[label]).toEqual([...values]);
  });
});

describe('a recorder', () => {
  test('counts, sets and observes', async () => {
    const metrics = new Metrics('webhook', '1.2.3');
    metrics.count('pathkeeper_admission_refused_total', { status: '413' });
    metrics.count('pathkeeper_admission_refused_total', { status: '413' });
    metrics.set('pathkeeper_workloads', 12);
    metrics.observe('pathkeeper_admission_duration_seconds', 0.003, { path: '/mutate' });
    const exposition = await metrics.expose();
    expect(exposition).toContain('pathkeeper_admission_refused_total{status="413"} 2\n');
    expect(exposition).toContain('pathkeeper_workloads 12\n');
    expect(exposition).toContain(
      'pathkeeper_admission_duration_seconds_bucket{le="0.005",path="/mutate"} 1\n',
    );
    expect(exposition).toContain(
      'pathkeeper_admission_duration_seconds_bucket{le="0.0025",path="/mutate"} 0\n',
    );
    expect(exposition).toContain('pathkeeper_build_info{version="1.2.3"} 1\n');
  });

  test('counts a value outside the list as Other, and so never grows', async () => {
    const metrics = new Metrics('webhook', '1.2.3');
    const before = (await metrics.expose()).split('\n').length;
    for (const kind of ['Rollout', '__proto__', 'constructor', 'x"} 1\nforged_total{a="']) {
      metrics.count('pathkeeper_admission_reviews_total', { path: '/validate', kind, decision: 'Allowed' });
    }
    const exposition = await metrics.expose();
    expect(exposition).toContain('{path="/validate",kind="Other",decision="Allowed"} 4\n');
    expect(exposition.split('\n')).toHaveLength(before);
  });

  test('ignores what its program does not have', async () => {
    const metrics = new Metrics('controller', '1.2.3');
    metrics.count('pathkeeper_admission_refused_total', { status: '413' });
    expect(await metrics.expose()).not.toContain('admission');
  });

  test('reads gauges off at each scrape', async () => {
    const metrics = new Metrics('controller', '1.2.3');
    let depth = 1;
    metrics.onScrape(() => metrics.set('pathkeeper_queue_depth', (depth += 1), { queue: 'workloads' }));
    expect(await metrics.expose()).toContain('pathkeeper_queue_depth{queue="workloads"} 2\n');
    expect(await metrics.expose()).toContain('pathkeeper_queue_depth{queue="workloads"} 3\n');
  });
});
