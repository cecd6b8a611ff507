/** `novacron simulate data`: series of a pattern, to train and to test models with. */
import { err, ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import type { SampleRequest, SampleSeries } from '@novacron/engine/training/model/sample-data';
import { planSampleData } from '@novacron/engine/training/plan-sample-data';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';

/** `series`: a series per row; `points`: a value per row; `table`: a column per metric. */
export const LAYOUTS = ['series', 'points', 'table'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** The request of a command line. */
export interface DataRequest extends SampleRequest {
  readonly seed: number;
  readonly layout: Layout;
}

/** A file with more is no table any more. */
const VALUES_MAX = 2_000_000;

/** Values are written with this many digits. */
const DIGITS = 6;

/** Makes the series. Failures: wrong usage for more values than fit in a table, or none. */
export function simulateData({ seed, layout, ...request }: DataRequest): Result<Document, Failure> {
  const { vms, metrics, length, startMs, stepMs, pattern } = request;
  const count = vms * metrics.length * length;
  if (length < 1) return err(usageFailure('--for is shorter than --step, so there are no values'));
  if (count > VALUES_MAX) {
    const [asked, most] = [count, VALUES_MAX].map((each) => each.toLocaleString('en'));
    const remedy = 'shorten --for, or lengthen --step';
    return err(usageFailure(`${asked} values are more than ${most}; ${remedy}`));
  }
  if (layout === 'points' && vms * metrics.length > 1) {
    return err(usageFailure('--layout points has one series; ask for one metric of one VM'));
  }
  if (layout === 'table' && vms > 1) {
    return err(usageFailure('--layout table has the metrics of one VM; ask for one VM'));
  }
  const series = planSampleData(request, { rng: makeRng(`${seed}`) });
  const value = {
    pattern,
    seed,
    start: new Date(startMs).toISOString(),
    step_seconds: stepMs / 1_000,
    series: series.map(({ id, metric, values, outliers }) => ({
      id,
      metric,
      values: Array.from(values, (each) => (Number.isNaN(each) ? null : rounded(each))),
      outliers,
    })),
  };
  const text = layout === 'series' ? series.map(toRow).join('') : toTable(series, request, layout);
  return ok({ kind: 'report', value, text });
}

/** The table that `anomaly` reads, or `model`: a row per time, a column per series. */
function toTable(
  series: readonly SampleSeries[],
  { startMs, stepMs, length }: SampleRequest,
  layout: Layout,
): string {
  const names = layout === 'points' ? ['value'] : series.map(({ metric }) => metric);
  const rows = Array.from({ length }, (_, at) => {
    const cells = series.map(({ values }) => cellOf(values[at] ?? Number.NaN));
    return `${[new Date(startMs + at * stepMs).toISOString(), ...cells].join(',')}\n`;
  });
  return [`${['timestamp', ...names].join(',')}\n`, ...rows].join('');
}

/** A row of the table that `forecast` reads. */
function toRow({ id, values }: SampleSeries): string {
  return `${[id, ...Array.from(values, cellOf)].join(',')}\n`;
}

function cellOf(value: number): string {
  return Number.isNaN(value) ? '' : `${rounded(value)}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
