/** CPU time of a model fit, a forecast and a decomposition. */

import { makeRng } from '@novacron/engine/rng';
import { decomposeSeries } from '@novacron/engine/scaling/forecast/decomposition/decompose-series';
import { findForecasters } from '@novacron/engine/scaling/forecast/models/find-forecasters';
import { makeHistory } from '@novacron/engine/scaling/forecast/series/make-history';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

/** Four weeks of a value each five minutes, with a day and a week in them. */
const FIVE_MINUTES = { count: 28 * 288, periods: [288, 2016] };
/** Default training data of the models: a day of five-minute values, and a week of hours. */
const DAY = { count: 288, periods: [] };
const WEEK = { count: 168, periods: [24] };
const HORIZON = 48;
const REPETITIONS = 15;

const FIGURES = [
  ['arima-fit', 'a fit of ARIMA(1,1,1) to a day of values each five minutes', 500, DAY, 'arima'],
  ['arima-predict', 'a forecast of it', 10, DAY, 'arima', 'predict'],
  ['smoothing-fit', 'a fit of Holt and Winters to a week of hours', 100, WEEK, 'holt-winters'],
  [
    'regression-fit',
    'a fit of a line to four weeks of values',
    50,
    FIVE_MINUTES,
    'linear-regression',
  ],
];

function historyOf({ count, periods }) {
  const rng = makeRng('forecast-times');
  const values = Array.from({ length: count }, (_, at) => {
    const day = 20 * Math.sin((2 * Math.PI * at) / (periods[0] ?? 288));
    return 50 + day + 10 * Math.sin((2 * Math.PI * at) / (periods[1] ?? 2016)) + rng.next();
  });
  return makeHistory({ startS: 0, stepS: 300, values }, periods).history;
}

/** The median of a few repetitions. Unit: milliseconds of CPU. */
function cpuMsOf(work) {
  work();
  const times = Array.from({ length: REPETITIONS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return round(median(times), 2);
}

function figureOf(name, summary, goal, work) {
  return {
    name: `forecast-${name}`,
    summary: `CPU of ${summary}`,
    measure: async () => {
      const value = cpuMsOf(work());
      return { value, unit: 'ms', goal, better: 'lower', ok: value <= goal };
    },
  };
}

export const forecastTimeFigures = [
  ...FIGURES.map(([name, summary, goal, shape, model, part]) =>
    figureOf(name, summary, goal, () => {
      const history = historyOf(shape);
      const [forecaster] = findForecasters([model]);
      if (part !== 'predict') return () => forecaster.fit(history);
      const fitted = forecaster.fit(history);
      return () => fitted.predict(HORIZON, history);
    }),
  ),
  figureOf(
    'decomposition',
    'a decomposition of four weeks of values each five minutes',
    300,
    () => {
      const { values, periods } = historyOf(FIVE_MINUTES);
      return () => decomposeSeries(values, periods);
    },
  ),
];
