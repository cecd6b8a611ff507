/**
 * Long-term cost of the forecasts of 1,000 groups: each is fitted again every four minutes, and its
 * models are selected once a day.
 */

import { makeRng } from '@novacron/engine/rng';
import { continueForecast } from '@novacron/engine/scaling/forecast/continue-forecast';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const GROUPS = 1_000;
/**
 * Forecast of a group with the default horizon: two weeks of five-minute values, forecast for six
 * hours.
 */
const STEP_S = 300;
const COUNT = 14 * 288;
const REQUEST = { horizon: 72, periods: [288, 2_016] };
/**
 * Intervals at which `forecast-load.ts` renews the forecasts and `forecast-series.ts` selects
 * models. Unit: seconds.
 */
const RENEWED_S = 240;
const SELECTED_S = 86_400;
const SERIES = 12;
const PERCENT = 100;
const PERCENT_GOAL = 10;

/** A load with a day and a week in it, which differ from group to group. */
function seriesOf(number) {
  const rng = makeRng(`scaling-fitting-${number}`);
  const [daily, weekly] = [10 + 20 * rng.next(), 10 * rng.next()];
  const values = Array.from({ length: COUNT }, (_, at) => {
    const day = daily * Math.sin((2 * Math.PI * at) / 288);
    return 60 + day + weekly * Math.sin((2 * Math.PI * at) / 2_016) + 4 * rng.next();
  });
  return { startS: 0, stepS: STEP_S, values };
}

function cpuS(work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}

export const fittingFigure = {
  name: 'scaling-fitting',
  summary: 'CPU of a core for the forecasts of 1,000 groups: fitting, and a daily selection',
  measure: async () => {
    const runs = Array.from({ length: SERIES }, (_, number) => {
      const series = seriesOf(number);
      const selected = cpuS(() => continueForecast(series, REQUEST, undefined));
      const fitted = cpuS(() => continueForecast(series, REQUEST, selected.result.selection));
      if (fitted.result.change !== 'kept') throw new Error('The selection was made again.');
      return { selectS: selected.seconds, fitS: fitted.seconds };
    }).slice(1);
    const selectS = median(runs.map((run) => run.selectS));
    const fitS = median(runs.map((run) => run.fitS));
    const value = round(PERCENT * GROUPS * (fitS / RENEWED_S + selectS / SELECTED_S), 1);
    const goal = PERCENT_GOAL;
    const line = { value, unit: '%', goal, better: 'lower', ok: value <= goal };
    return { ...line, fit_ms: round(fitS * 1_000, 1), select_ms: round(selectS * 1_000, 0) };
  },
};
