/** Makes the table that a model learns from out of series. */
import type { SeriesFeature, SeriesTable, TimedTable } from './model/table.ts';

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** 1 January 1970 was a Thursday; days of the week begin with Monday. */
const FIRST_DAY = 3;
const WEEK_DAYS = 7;

/** Rows with a known target, in order of time. Features are known before the horizon begins. */
export function planTable({ startS, stepS, horizon, target, features }: SeriesTable): TimedTable {
  const rows = Float64Array.from(target.keys()).filter(
    (at) => at >= horizon && Number.isFinite(target[at]),
  );
  const shifted = (steps: number) => rows.map((at) => target[at - steps] ?? Number.NaN);
  const times = rows.map((at) => startS + at * stepS);
  const day = Math.round(DAY_S / stepS);
  return {
    features: features.map(({ name }) => name),
    columns: features.map((feature) => columnOf(feature, { rows, times, horizon })),
    target: shifted(0),
    references: [
      { rule: 'last', predicted: shifted(Math.max(horizon, 1)) },
      ...(day > horizon ? [{ rule: 'day-before' as const, predicted: shifted(day) }] : []),
    ],
    times,
  };
}

/** The features of the step after the last one: what a forecast is made from. */
export function planNextRow({
  startS,
  stepS,
  horizon,
  target,
  features,
}: SeriesTable): Pick<TimedTable, 'columns' | 'times'> {
  // Without a horizon, features and target are of the same step: the last one.
  const rows = Float64Array.of(target.length - 1 + horizon);
  const times = rows.map((at) => startS + at * stepS);
  return {
    columns: features.map((feature) => columnOf(feature, { rows, times, horizon })),
    times,
  };
}

function columnOf(
  feature: SeriesFeature,
  {
    rows,
    times,
    horizon,
  }: { readonly rows: Float64Array; readonly times: Float64Array; readonly horizon: number },
): Float64Array {
  if ('values' in feature) {
    return rows.map((at) => feature.values[at - horizon] ?? Number.NaN);
  }
  return feature.name === 'hour_of_day'
    ? times.map((atS) => (atS % DAY_S) / HOUR_S)
    : times.map((atS) => (Math.floor(atS / DAY_S) + FIRST_DAY) % WEEK_DAYS);
}
