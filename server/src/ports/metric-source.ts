/** Another system that measures, as a port: it is asked for metrics of one tenant at a time. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** One value that a source has. */
export interface SourceSample {
  /** Labels of the series. */
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** Query to a metric source. */
export interface SourceQuestion {
  /** One of {@link MetricSource.metrics}. */
  readonly metric: string;
  readonly tenantId: string;
  /** The moment whose values are wanted. Unit: seconds since the Unix epoch. */
  readonly atS: number;
}

/** A source of metrics. */
export interface MetricSource {
  /** Names of the metrics that it can be asked for. */
  readonly metrics: readonly string[];
  /** Values of the tenant alone, one for each set of labels. Problems: `unavailable`. */
  readonly read: (question: SourceQuestion) => Promise<Result<readonly SourceSample[], Problem>>;
}
