/** `novacron simulate data`: series of a pattern, to train and to test models with. */
import { err, ok, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import type { SampleRequest, SampleSeries } from '@novacron/engine/training/model/sample-data';
import { planSampleData } from '@novacron/engine/training/plan-sample-data';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';

/** `series`: a series per row; `points`: a value per row, of one series. */
export const LAYOUTS = ['series', 'points'] as const;
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
  const [first] = series;
  const text =
    layout === 'points' && first !== undefined
      ? toPoints(first, request)
      : series.map(toRow).join('');
  return ok({ kind: 'report', value, text });
}

/** The table that `anomaly` reads. */
function toPoints({ values }: SampleSeries, { startMs, stepMs }: SampleRequest): string {
  const rows = Array.from(values, (each, at) => {
    const time = new Date(startMs + at * stepMs).toISOString();
    return `${time},${Number.isNaN(each) ? '' : rounded(each)}\n`;
  });
  return ['timestamp,value\n', ...rows].join('');
}

/** A row of the table that `forecast` reads. */
function toRow({ id, values }: SampleSeries): string {
  const cells = Array.from(values, (each) => (Number.isNaN(each) ? '' : `${rounded(each)}`));
  return `${[id, ...cells].join(',')}\n`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
