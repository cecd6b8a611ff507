/** Series that are made of a pattern: to train models with, and to test them. */

/** Shapes of load over time. */
export type PatternName = 'steady' | 'office' | 'web' | 'batch' | 'bursty' | 'growing' | 'idle';

/** Metrics of a VM that follow its load. */
export type SampleMetric =
  | 'cpu_utilization_ratio'
  | 'memory_utilization_ratio'
  | 'requests_per_second'
  | 'errors_per_second'
  | 'latency_seconds';

/** What to make. */
export interface SampleRequest {
  readonly pattern: PatternName;
  readonly metrics: readonly SampleMetric[];
  /** Number of VMs; each has its own size, phase and noise. */
  readonly vms: number;
  /** Time of the first value. Unit: milliseconds since 1970. */
  readonly startMs: number;
  readonly stepMs: number;
  /** Values per series. */
  readonly length: number;
  /** Standard deviation of the noise, as a share of full load. */
  readonly noise: number;
  /** Share of values that are outliers. */
  readonly outliers: number;
  /** Share of values that are missing. */
  readonly gaps: number;
}

/** One metric of one VM. */
export interface SampleSeries {
  /** `office-1/cpu_utilization_ratio`. */
  readonly id: string;
  readonly metric: SampleMetric;
  /** NaN in gaps. */
  readonly values: Float64Array;
  /** Indexes of the outliers, ascending. */
  readonly outliers: readonly number[];
}
