/** Telemetry for Prometheus: a registry made from the table of metrics, rendered on demand. */
import { assert } from '@novacron/contract/result';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricRow } from '../../ports/metrics/metrics-table.ts';
import type { MetricsPage, Telemetry } from '../../ports/telemetry.ts';

/**
 * Combinations of labels that one metric may have. More would cost the server memory and the
 * scraper time: what comes later is counted together, with every label `other`.
 */
export const SERIES_MAX = 1_000;

const MS_PER_S = 1_000;

type Labels = Readonly<Record<string, string>>;

/** One metric behind the same words, whatever its type. */
interface Meter {
  readonly add: (labels: Labels, value: number) => void;
  readonly replace: (
    series: readonly { readonly labels: Labels; readonly value: number }[],
  ) => void;
}

/** Measurements and the page that shows them. */
export interface PrometheusTelemetry {
  readonly telemetry: Telemetry;
  readonly page: MetricsPage;
}

/** Makes a registry with every metric of the table, and with those of this process. */
export function createPrometheusTelemetry(): PrometheusTelemetry {
  const registry = new Registry();
  const meters = new Map(
    Object.entries(METRICS).map(([name, row]) => [name, createMeter(registry, name, row)]),
  );
  const meterOf = (name: string): Meter => {
    const meter = meters.get(name);
    if (meter === undefined) assert(false, `${name} is not in the table of metrics`);
    return meter;
  };
  const telemetry: Telemetry = {
    count: (name, labels, by = 1) => meterOf(name).add(labels, by),
    observe: (name, labels, value) => meterOf(name).add(labels, value),
    set: (name, series) => meterOf(name).replace(series),
    startTimer: (name) => {
      const startedAtMs = performance.now();
      return (labels) => meterOf(name).add(labels, (performance.now() - startedAtMs) / MS_PER_S);
    },
  };
  const whole = Registry.merge([registry, processRegistry()]);
  return {
    telemetry,
    page: { contentType: whole.contentType, render: () => whole.metrics() },
  };
}

let shared: Registry | undefined;

/** The process is one, however many servers a test starts in it. */
function processRegistry(): Registry {
  if (shared === undefined) {
    shared = new Registry();
    collectDefaultMetrics({ register: shared });
  }
  return shared;
}

function createMeter(registry: Registry, name: string, row: MetricRow): Meter {
  const options = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
  const bound = createBound(row.labels);
  switch (row.type) {
    case 'counter': {
      return { add: createSums(options, bound), replace: refuse };
    }
    case 'histogram': {
      assert(row.buckets !== undefined, `${name} is a histogram without buckets`);
      const histogram = new Histogram({ ...options, buckets: [...row.buckets] });
      return {
        add: (given, value) => histogram.observe(bound(given).labels, value),
        replace: refuse,
      };
    }
    case 'gauge': {
      return { add: refuse, replace: createLatest(options) };
    }
  }
}

/**
 * Counts by itself and updates the counter on a scrape: each step of each operation is
 * counted several times, and the counter takes its labels apart every time.
 */
function createSums(
  options: ConstructorParameters<typeof Counter>[0],
  bound: (labels: Labels) => BoundLabels,
): Meter['add'] {
  const sums = new Map<string, { readonly labels: Record<string, string>; by: number }>();
  new Counter({
    ...options,
    collect() {
      for (const { labels, by } of sums.values()) this.inc(labels, by);
      sums.clear();
    },
  });
  return (given, by) => {
    const { key, labels } = bound(given);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { labels, by });
    else sum.by += by;
  };
}

/** Stores the latest series and sets the gauge on a scrape: most are replaced before one. */
function createLatest(options: ConstructorParameters<typeof Gauge>[0]): Meter['replace'] {
  let latest: Parameters<Meter['replace']>[0] = [];
  let isReported = true;
  const gauge = new Gauge({
    ...options,
    collect() {
      if (isReported) return;
      isReported = true;
      this.reset();
      // Without labels a gauge is 0 from the start, which was not measured.
      this.remove({});
      for (const { labels, value } of latest.slice(0, SERIES_MAX)) this.set({ ...labels }, value);
    },
  });
  gauge.remove({});
  return (series) => {
    latest = series;
    isReported = false;
  };
}

function refuse(): never {
  throw new Error('this metric is of another type');
}

/** A combination of labels, the same object every time. */
interface BoundLabels {
  readonly key: string;
  readonly labels: Record<string, string>;
}

/** Lets the first combinations of labels through and folds the others into one. */
function createBound(names: readonly string[]): (labels: Labels) => BoundLabels {
  const known = new Map<string, BoundLabels>();
  const other = { key: 'other', labels: Object.fromEntries(names.map((name) => [name, 'other'])) };
  const [first = '', ...others] = names;
  return (labels) => {
    let key = String(labels[first]);
    for (const name of others) key += `\n${labels[name]}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= SERIES_MAX) return other;
    const made = { key, labels: { ...labels } };
    known.set(key, made);
    return made;
  };
}
