/** Every model by name, and those that take part where a request names none. */
import type { Forecaster, ForecastRequest, ModelName } from '../model/forecasting.ts';
import { arima, sarima } from './arima.ts';
import { mstl } from './mstl.ts';
import { longSeasonalNaive, naive, rollingMedian, seasonalNaive } from './naive.ts';
import { networkForecasters } from './networks.ts';
import { linearRegression, trendFourier } from './regression.ts';
import { ridgeForecasters } from './ridge.ts';
import { seasonProfile } from './season-profile.ts';
import { doubleSmoothing, holtWinters, simpleSmoothing } from './smoothing.ts';

/** All models, in the order in which tables show them. */
export const FORECASTERS: readonly Forecaster[] = [
  naive,
  seasonalNaive,
  longSeasonalNaive,
  rollingMedian,
  simpleSmoothing,
  doubleSmoothing,
  holtWinters,
  seasonProfile,
  linearRegression,
  ...ridgeForecasters,
  arima,
  sarima,
  mstl,
  trendFourier,
  ...networkForecasters,
];

/**
 * Groups that compete: the members of a group err differently, so that their median is better than
 * each of them; groups differ in what they take for granted. The choice of the members was frozen
 * on forecasts of M4's hourly series from 96 to 336 values before their ends.
 */
const SEASONAL: readonly ModelName[] = [
  'log-ridge',
  'double-season-ridge',
  'wide-ridge',
  'change-ridge',
  'season-change-ridge',
  'long-season-change-ridge',
  'holt-winters',
  'season-profile',
  'seasonal-naive',
  'long-seasonal-naive',
];

const LEVEL: readonly ModelName[] = ['naive', 'rolling-median', 'simple-smoothing'];

const LEVEL_ALONE: readonly ModelName[] = [...LEVEL, 'double-smoothing', 'log-ridge'];

/** The groups of a history; of those models alone that are named, if some are. */
export function findGroups(
  periods: readonly number[],
  { models, without = [] }: Pick<ForecastRequest, 'models' | 'without'>,
): readonly (readonly Forecaster[])[] {
  const groups = findAll(periods, models);
  return groups.map((group) => group.filter(({ name }) => !without.includes(name)));
}

function findAll(
  periods: readonly number[],
  named: readonly ModelName[] | undefined,
): readonly (readonly Forecaster[])[] {
  if (named !== undefined && named.length > 0) return [named.flatMap(find)];
  if (periods.length === 0) return [LEVEL_ALONE.flatMap(find)];
  return [SEASONAL.flatMap(find), LEVEL.flatMap(find)];
}

/** Networks, each alone: they compete where a request asks for it. */
export function findNetworks(): readonly (readonly Forecaster[])[] {
  return networkForecasters.map((network) => [network]);
}

/** Models that a network has to be better than: what it corrects, and others of that sort. */
export const RIDGES: ReadonlySet<ModelName> = new Set(ridgeForecasters.map(({ name }) => name));

/** The models of these names. */
export function findForecasters(names: readonly ModelName[]): readonly Forecaster[] {
  return names.flatMap(find);
}

function find(name: ModelName): readonly Forecaster[] {
  return FORECASTERS.filter((forecaster) => forecaster.name === name);
}
