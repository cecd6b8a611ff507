/** Accuracy of forecasts of the hourly series of the M4 competition, by its official measures. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FORECASTERS } from '@novacron/engine/scaling/forecast/models/find-forecasters';
import { planForecast } from '@novacron/engine/scaling/forecast/plan-forecast';
import { mean, median } from 'simple-statistics';
import { forecastNaive2, M4_HORIZON, maseOf, readM4, smapeOf } from '../../read-m4.mjs';
import { round } from '../../statistics.mjs';

const PERIODS = [24, 168];
const OWA_GOAL = 0.4;
const COVERAGE_RANGE = [93, 97];
const CPU_MS_GOAL = 30;
const NETWORKS = new Set(['mlp', 'lstm']);

/** Forecasts the last values of each series from those before. */
function measureModels(dataDir, models, networks) {
  const path = join(dataDir ?? '', 'm4-hourly', 'train.csv');
  if (!existsSync(path)) return undefined;
  const split = readM4(path).map((values) => ({
    known: values.slice(0, -M4_HORIZON),
    actual: values.slice(-M4_HORIZON),
  }));
  const peer = scoreOf(
    split,
    split.map(({ known }) => forecastNaive2(known, M4_HORIZON)),
  );
  const times = [];
  const forecasts = split.map(({ known }) => {
    const before = process.cpuUsage();
    const series = { startS: 0, stepS: 3600, values: known };
    const request = { horizon: M4_HORIZON, periods: PERIODS, models, networks };
    const forecast = planForecast(series, request);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
    return forecast;
  });
  const score = scoreOf(
    split,
    forecasts.map(({ point }) => point),
  );
  const owa = (score.smape / peer.smape + score.mase / peer.mase) / 2;
  return { split, forecasts, times, owa, ...score };
}

let measured;

/** Measures the forecasts without a chosen model once, so that all figures share the result. */
function measureOnce(dataDir) {
  measured ??= measureModels(dataDir, undefined);
  return measured;
}

function scoreOf(split, points) {
  return {
    smape: mean(split.map(({ actual }, at) => smapeOf(actual, points[at]))),
    mase: mean(split.map(({ actual, known }, at) => maseOf(actual, points[at], known))),
  };
}

const SKIPPED = { skipped: 'give the folder of the public data: DATA=dir' };

const accuracy = {
  name: 'forecast-m4',
  summary: 'OWA of forecasts of the 414 hourly series of M4, the last 48 values kept back',
  measure: async ({ dataDir, progress }) => {
    const ours = measureOnce(dataDir);
    if (ours === undefined) return SKIPPED;
    const models = {};
    for (const { name: model } of FORECASTERS) {
      const { owa, smape, mase } = measureModels(dataDir, [model]);
      models[model] = round(owa, 3);
      progress(`${model}: OWA ${round(owa, 3)}, sMAPE ${round(smape, 2)}, MASE ${round(mase, 3)}`);
    }
    const tried = measureModels(dataDir, undefined, 'tried');
    const chosen = tried.forecasts.filter(({ model }) => NETWORKS.has(model)).length;
    const networks = { owa: round(tried.owa, 4), chosen, ms: round(median(tried.times), 0) };
    progress(`networks tried: OWA ${networks.owa}, chosen for ${chosen} series`);
    const value = round(ours.owa, 4);
    const line = { value, unit: 'OWA', peer: 'winner of M4', peer_value: 0.44, goal: OWA_GOAL };
    const parts = { smape: round(ours.smape, 3), mase: round(ours.mase, 4), models, networks };
    return { ...line, better: 'lower', ok: value <= OWA_GOAL, ...parts };
  },
};

const coverage = {
  name: 'forecast-m4-coverage',
  summary: 'Share of the kept values of M4 in the 95 % interval of their forecast',
  measure: async ({ dataDir }) => {
    const ours = measureOnce(dataDir);
    if (ours === undefined) return SKIPPED;
    const isInside = ours.split.flatMap(({ actual }, at) => {
      const { lower, upper } = ours.forecasts[at];
      return actual.map((value, step) => lower[step] <= value && value <= upper[step]);
    });
    const value = round((100 * isInside.filter(Boolean).length) / isInside.length, 2);
    const [goal, most] = COVERAGE_RANGE;
    const line = { value, unit: 'percent', goal, goal_most: most, better: 'higher' };
    return { ...line, ok: value >= goal && value <= most };
  },
};

const speed = {
  name: 'forecast-cpu',
  summary: 'CPU for a forecast of a series of M4, backtest included (median)',
  measure: async ({ dataDir }) => {
    const ours = measureOnce(dataDir);
    if (ours === undefined) return SKIPPED;
    const value = round(median(ours.times), 2);
    const slowest = round(Math.max(...ours.times), 1);
    const line = { value, unit: 'ms', goal: CPU_MS_GOAL, better: 'lower' };
    return { ...line, ok: value <= CPU_MS_GOAL, slowest_ms: slowest };
  },
};

export const forecastM4Figures = [accuracy, coverage, speed];
