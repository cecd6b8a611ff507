/** Telemetry for Prometheus: a registry made from the table of metrics, rendered on demand. */
import { assert } from '@novacron/contract/result';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricRow } from '../../ports/metrics-table.ts';
import type { MetricsPage, Telemetry } from '../../ports/telemetry.ts';

/**
 * Combinations of labels that one metric may have. More would cost the server memory and the
 * scraper time: what comes later is counted together, with every label `other`.
 */
export const SERIES_MAX = 1_000;

const NANOSECONDS = 1e9;

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
    assert(meter !== undefined, `${name} is not in the table of metrics`);
    return meter;
  };
  const telemetry: Telemetry = {
    count: (name, labels, by = 1) => meterOf(name).add(labels, by),
    observe: (name, labels, value) => meterOf(name).add(labels, value),
    set: (name, series) => meterOf(name).replace(series),
    startTimer: (name) => {
      const startedAtNs = process.hrtime.bigint();
      return (labels) => {
        const elapsedNs = Number(process.hrtime.bigint() - startedAtNs);
        meterOf(name).add(labels, elapsedNs / NANOSECONDS);
      };
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
      const counter = new Counter(options);
      return { add: (labels, by) => counter.inc(bound(labels), by), replace: refuse };
    }
    case 'histogram': {
      assert(row.buckets !== undefined, `${name} is a histogram without buckets`);
      const histogram = new Histogram({ ...options, buckets: [...row.buckets] });
      return { add: (labels, value) => histogram.observe(bound(labels), value), replace: refuse };
    }
    case 'gauge': {
      const gauge = new Gauge(options);
      return {
        add: refuse,
        replace: (series) => {
          gauge.reset();
          for (const { labels, value } of series.slice(0, SERIES_MAX))
            gauge.set({ ...labels }, value);
        },
      };
    }
  }
}

function refuse(): never {
  throw new Error('this metric is of another type');
}

/** Lets the first combinations of labels through and folds the others into one. */
function createBound(names: readonly string[]): (labels: Labels) => Record<string, string> {
  const known = new Set<string>();
  const other = Object.fromEntries(names.map((name) => [name, 'other']));
  return (labels) => {
    const key = names.map((name) => labels[name]).join('\n');
    if (!known.has(key)) {
      if (known.size >= SERIES_MAX) return other;
      known.add(key);
    }
    return { ...labels };
  };
}
