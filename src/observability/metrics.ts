import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { METRIC_ROWS, type MetricName, type MetricRow } from './metric-table.ts';

type Labels = Readonly<Record<string, string>>;

/** All metrics of a process. A label value that is not in the table counts under the last of its list. */
export class Metrics {
  readonly registry = new Registry();
  readonly #rows: ReadonlyMap<string, MetricRow> = new Map(METRIC_ROWS.map((row) => [row.name, row]));
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #collectors: (() => void)[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const row of METRIC_ROWS) this.#register(row);
  }

  /** Adds one to a counter. */
  count(name: MetricName, labels: Labels = {}, by = 1): void {
    this.#counters.get(name)?.inc(this.#closed(name, labels), by);
  }

  set(name: MetricName, value: number, labels: Labels = {}): void {
    this.#gauges.get(name)?.set(this.#closed(name, labels), value);
  }

  /** Adds a duration, in seconds. */
  observe(name: MetricName, seconds: number, labels: Labels = {}): void {
    this.#histograms.get(name)?.observe(this.#closed(name, labels), seconds);
  }

  /** Called before each scrape, to set gauges that are read off rather than counted. */
  onScrape(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** The exposition of all metrics (Prometheus text format). */
  async expose(): Promise<string> {
    for (const collect of this.#collectors) collect();
    return this.registry.metrics();
  }

  #register(row: MetricRow): void {
    const shared = {
      name: row.name,
      help: row.help,
      labelNames: Object.keys(row.labels),
      registers: [this.registry],
    };
    const combinations = combine(Object.entries(row.labels));
    if (row.type === 'Counter') {
      const counter = new Counter(shared);
      for (const labels of combinations) counter.inc(labels, 0);
      this.#counters.set(row.name, counter);
    } else if (row.type === 'Gauge') {
      const gauge = new Gauge(shared);
      for (const labels of combinations) gauge.set(labels, 0);
      this.#gauges.set(row.name, gauge);
    } else {
      const histogram = new Histogram({
        ...shared,
        ...(row.buckets === undefined ? {} : { buckets: [...row.buckets] }),
      });
      for (const labels of combinations) histogram.zero(labels);
      this.#histograms.set(row.name, histogram);
    }
  }

  #closed(name: MetricName, labels: Labels): Record<string, string> {
    const row = this.#rows.get(name);
    const closed: Record<string, string> = {};
    for (const [label, values] of Object.entries(row?.labels ?? {})) {
      const value = labels[label] ?? '';
      closed[label] = values.includes(value) ? value : (values.at(-1) ?? '');
    }
    return closed;
  }
}

function combine(labels: readonly (readonly [string, readonly string[]])[]): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [label, values] of labels) {
    combinations = combinations.flatMap((before) => values.map((value) => ({ ...before, [label]: value })));
  }
  return combinations;
}
