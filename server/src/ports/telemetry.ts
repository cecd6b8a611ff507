/** Telemetry as a port: metrics are named in one table, and recording never blocks. */
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
  /** Adds a value, in the metric's unit, to a histogram. */
  readonly observe: <Name extends HistogramName>(
    name: Name,
    labels: LabelsOf<Name>,
    value: number,
  ) => void;
  /** Replaces every series of a gauge: what is not among them any more disappears. */
  readonly set: <Name extends GaugeName>(name: Name, series: readonly GaugeSeries<Name>[]) => void;
  /** Starts a stopwatch; call what is returned once, and the time since is observed. */
  readonly startTimer: <Name extends HistogramName>(name: Name) => (labels: LabelsOf<Name>) => void;
}

/** Everything measured so far, as scrapers read it. */
export interface MetricsPage {
  readonly contentType: string;
  readonly render: () => Promise<string>;
}

const ignore = (): void => undefined;

/** Measures nothing: for running parts of NovaCron without monitoring. */
export const NO_TELEMETRY: Telemetry = {
  count: ignore,
  observe: ignore,
  set: ignore,
  startTimer: () => ignore,
};
