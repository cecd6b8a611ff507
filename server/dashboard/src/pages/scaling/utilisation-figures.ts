/** Figures of the chart of a scaled group: what was measured, and the band of the forecast. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { PlotSeries } from '../../charts/plot-props.ts';

const SECOND_MS = 1_000;

/** Measured values. */
export type Measured = Pick<OutputOf<'metric.query'>, 'points'>;

/** Forecast values. */
export type Expected = Pick<OutputOf<'metric.forecast'>, 'times' | 'point' | 'lower' | 'upper'>;

/** Lines over common moments. */
export interface Lines {
  /** Ascending. Unit: seconds since the Unix epoch. */
  readonly xs: readonly number[];
  /** Measured, forecast, and the lower and the upper end of its band. */
  readonly series: readonly PlotSeries[];
}

/**
 * Joins both over one axis; a step without samples is a gap, a moment of the other is none. The
 * axis begins and ends with a value: the last minute has no samples before agents report again.
 */
export function utilisationLines({ points }: Measured, expected: Expected): Lines {
  const measuredAt = new Map(points.map(({ at, values }) => [secondsOf(at), values.avg ?? null]));
  const stepAt = new Map(expected.times.map((at, step) => [secondsOf(at), step]));
  const moments = [...new Set([...measuredAt.keys(), ...stepAt.keys()])];
  const ordered = moments.sort((one, two) => one - two);
  const hasValue = (x: number) => stepAt.has(x) || typeof measuredAt.get(x) === 'number';
  const xs = ordered.slice(ordered.findIndex(hasValue), ordered.findLastIndex(hasValue) + 1);
  const line = (name: string, values: readonly number[]): PlotSeries => ({
    name,
    values: xs.map((x) => values[stepAt.get(x) ?? -1]),
  });
  return {
    xs,
    series: [
      { name: 'Measured', values: xs.map((x) => measuredAt.get(x)) },
      line('Forecast', expected.point),
      line('Lower end', expected.lower),
      line('Upper end', expected.upper),
    ],
  };
}

/** Whether there is any value to draw. */
export function hasValues({ series }: Lines): boolean {
  return series.some(({ values }) => values.some((value) => typeof value === 'number'));
}

/** Explains the limits that keep a group from the size its rules request. */
export function limitWords(
  limitedBy: readonly string[],
  hold: { readonly reason: string } | null | undefined,
): string {
  const limits = limitedBy.map((limit) => limit.replaceAll('_', ' '));
  const words = hold
    ? [`a hold: ${hold.reason}`, ...limits.filter((one) => one !== 'hold')]
    : limits;
  return words.length === 0 ? 'nothing' : words.join(', ');
}

function secondsOf(at: string): number {
  return Date.parse(at) / SECOND_MS;
}
