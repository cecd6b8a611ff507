/** Telemetry as a port: metrics are named in one table, and recording never blocks. */
import type { TraceContext } from '@novacron/contract/trace-context';
import type { METRICS } from './metrics/metrics-table.ts';

type MetricsOf<Type extends string> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name] extends { readonly type: Type }
    ? Name
    : never;
}[keyof typeof METRICS];

/** Names a counter of the table. */
export type CounterName = MetricsOf<'counter'>;
/** Names a histogram of the table. */
export type HistogramName = MetricsOf<'histogram'>;
/** Names a gauge of the table. */
export type GaugeName = MetricsOf<'gauge'>;

/** A word for each label of a metric. */
export type LabelsOf<Name extends keyof typeof METRICS> = {
  readonly [Label in (typeof METRICS)[Name]['labels'][number]]: string;
};

/** A gauge's value for one combination of labels. */
export interface GaugeSeries<Name extends GaugeName> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** Takes measurements. No method throws or waits, and none changes what the caller does. */
export interface Telemetry {
  /** Adds to a counter; `by` is 1 unless said. */
  readonly count: <Name extends CounterName>(
    name: Name,
    labels: LabelsOf<Name>,
    by?: number,
  ) => void;
  /**
   * Adds a value, in the metric's unit, to a histogram.
   * @param trace - a trace in which this was measured, as an example of such values
   */
  readonly observe: <Name extends HistogramName>(
    name: Name,
    labels: LabelsOf<Name>,
    value: number,
    trace?: TraceContext,
  ) => void;
  /** Replaces every series of a gauge: what is not among them any more disappears. */
  readonly set: <Name extends GaugeName>(name: Name, series: readonly GaugeSeries<Name>[]) => void;
  /** Starts a stopwatch; call what is returned once, and the time since is observed. */
  readonly startTimer: <Name extends HistogramName>(
    name: Name,
  ) => (labels: LabelsOf<Name>, trace?: TraceContext) => void;
}

/** Everything measured so far, in one of the formats that scrapers read. */
export interface MetricsFormat {
  readonly contentType: string;
  readonly render: () => Promise<string>;
}

/** Everything measured so far. */
export interface MetricsPage {
  /** The text format of Prometheus. */
  readonly plain: MetricsFormat;
  /** OpenMetrics, with exemplars. */
  readonly open: MetricsFormat;
}

const ignore = (): void => undefined;

/** Measures nothing: for running parts of NovaCron without monitoring. */
export const NO_TELEMETRY: Telemetry = {
  count: ignore,
  observe: ignore,
  set: ignore,
  startTimer: () => ignore,
};
