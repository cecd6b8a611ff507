/** Accuracy of forecasts of measured CPU use: the AWS series in NAB. */
import { planForecast } from '@novacron/engine/scaling/forecast/plan-forecast';
import { findNab, readNab } from '../../read-nab.mjs';
import { round } from '../../statistics.mjs';

const STEP_S = 300;
const DAY = 288;
const ORIGINS = 24;
/** Minimum history of a forecast: two weeks at most leave room for the origins. Unit: values. */
const KNOWN_MIN = 1500;
const WITHIN_RATIO = 0.1;
const WITHIN_POINTS = 5;
const GOAL_PERCENT = 80;
const GOAL_POINTS_PERCENT = 95;

const HORIZONS = [
  ['30m', 6],
  ['6h', 72],
];

export const forecastNabFigures = HORIZONS.map(([label, horizon]) => ({
  name: `forecast-nab-cpu-${label}`,
  summary: `Share of CPU values of NAB within 10 % of their forecast ${label} before`,
  measure: async ({ dataDir, progress }) => {
    const folder = findNab(dataDir);
    if (folder === undefined) return { skipped: 'give the folder of the public data: DATA=dir' };
    const series = readCpuSeries(folder);
    const ours = shareWithin(series, horizon, undefined);
    const peers = {};
    for (const model of ['naive', 'seasonal-naive', 'rolling-median']) {
      peers[model] = shareWithin(series, horizon, [model]).relative;
      progress(`${model}: ${peers[model]} %`);
    }
    const value = ours.relative;
    const line = {
      value,
      unit: 'percent',
      goal: GOAL_PERCENT,
      better: 'higher',
      series: series.length,
    };
    const points = { within_points: ours.points, goal_points: GOAL_POINTS_PERCENT };
    const ok = value >= GOAL_PERCENT && ours.points >= GOAL_POINTS_PERCENT;
    return { ...line, ok, ...points, models: peers };
  },
}));

/** Values, and where people have marked an anomaly: nothing is forecast there. */
function readCpuSeries(folder) {
  return readNab(folder)
    .filter(({ name }) => /^realAWSCloudwatch\/.*cpu/.test(name))
    .map(({ rows, windows }) => ({
      values: rows.map(({ value }) => value),
      marked: rows.map((_, row) => windows.some(({ first, last }) => first <= row && row <= last)),
    }));
}

/** Unit: percent, of the forecasts that end at the horizon and those before. */
function shareWithin(series, horizon, models) {
  let all = 0;
  let relative = 0;
  let points = 0;
  for (const { values, marked } of series) {
    const room = values.length - KNOWN_MIN - horizon;
    for (let origin = 0; origin < ORIGINS; origin += 1) {
      const begin = KNOWN_MIN + Math.floor((room * origin) / (ORIGINS - 1));
      const known = { startS: 0, stepS: STEP_S, values: values.slice(0, begin) };
      const { point } = planForecast(known, { horizon, periods: [DAY], models });
      for (let step = 0; step < horizon; step += 1) {
        if (marked[begin + step]) continue;
        const actual = values[begin + step];
        const error = Math.abs(actual - point[step]);
        all += 1;
        if (error <= WITHIN_RATIO * Math.abs(actual)) relative += 1;
        if (error <= Math.max(WITHIN_RATIO * Math.abs(actual), WITHIN_POINTS)) points += 1;
      }
    }
  }
  return { relative: round((100 * relative) / all, 2), points: round((100 * points) / all, 2) };
}
