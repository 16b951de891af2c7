import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { METRIC_ROWS } from './metric-table.ts';
import type { MetricLabels, MetricName, MetricRow, Program } from './metric-table.ts';

type Labels = Readonly<Record<string, string>>;

const NO_LABELS: Labels = {};

/** The rows of the table that a program has. */
export function rowsOf(program: Program): readonly MetricRow[] {
  const rows: readonly MetricRow[] = METRIC_ROWS;
  return rows.filter(({ programs }) => programs.includes(program));
}

/**
 * All metrics of a process. A metric that the program does not have is not counted, so that what both programs share
 * need not ask which one it runs in.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #rows: ReadonlyMap<string, MetricRow>;
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #collectors: (() => void)[] = [];

  constructor(program: Program, version: string) {
    collectDefaultMetrics({ register: this.#registry });
    this.#rows = new Map(rowsOf(program).map((row) => [row.name, row]));
    for (const row of this.#rows.values()) this.#register(row);
    this.#gauges.get('pathkeeper_build_info')?.set({ version }, 1);
  }

  /** Adds one to a counter. */
  count<N extends MetricName<'Counter'>>(name: N, ...[labels]: MetricLabels<N>): void {
    this.#counters.get(name)?.inc(this.#closed(name, labels));
  }

  /** Sets a gauge. */
  set<N extends MetricName<'Gauge'>>(name: N, value: number, ...[labels]: MetricLabels<N>): void {
    this.#gauges.get(name)?.set(this.#closed(name, labels), value);
  }

  /** Adds a duration, in seconds, to a histogram. */
  observe<N extends MetricName<'Histogram'>>(name: N, seconds: number, ...[labels]: MetricLabels<N>): void {
    this.#histograms.get(name)?.observe(this.#closed(name, labels), seconds);
  }

  /** Called before each scrape, to set gauges that are read off rather than counted. */
  onScrape(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** The exposition of all metrics (Prometheus text format 0.0.4). */
  async expose(): Promise<string> {
    for (const collect of this.#collectors) collect();
    return this.#registry.metrics();
  }

  #register(row: MetricRow): void {
    const labelNames = Object.keys(row.labels);
    const shared = { name: row.name, help: row.help, labelNames, registers: [this.#registry] };
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
      const histogram = new Histogram({ ...shared, buckets: [...(row.buckets ?? [])] });
      for (const labels of combinations) histogram.zero(labels);
      this.#histograms.set(row.name, histogram);
    }
  }

  /** The labels with every value outside its list replaced by `Other`. */
  #closed(name: string, labels: Labels = NO_LABELS): Record<string, string> {
    const closed: Record<string, string> = {};
    for (const [label, values] of Object.entries(this.#rows.get(name)?.labels ?? {})) {
      const value = labels[label] ?? '';
      closed[label] = values.includes(value) ? value : 'Other';
    }
    return closed;
  }
}

/** Every combination of values; none for a label whose value is given at the start. */
function combine(
  labels: readonly (readonly [string, MetricRow['labels'][string]])[],
): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [label, values] of labels) {
    if (values === 'GivenAtStart') return [];
    combinations = combinations.flatMap((before) => values.map((value) => ({ ...before, [label]: value })));
  }
  return combinations;
}
