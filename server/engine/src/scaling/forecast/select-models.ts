/**
 * Selects the models of a series by how they would have forecast its newest values: an ensemble
 * whose members count by their accuracy, and the reach of its intervals.
 */
import type {
  Backtest,
  Forecaster,
  ForecastRequest,
  History,
  ModelName,
  NetworkState,
  Selection,
  Series,
} from './model/forecasting.ts';
import { findForecasters, findGroups, findNetworks, RIDGES } from './models/find-forecasters.ts';
import {
  findOrigins,
  type Origins,
  scoreOf,
  type Trial,
  tryModels,
} from './selection/backtest-models.ts';
import { measureReach, type Reach } from './selection/measure-reach.ts';
import { takeWeightedMedian } from './selection/weighted-median.ts';
import { changesOf } from './series/changes.ts';
import { makeHistory } from './series/make-history.ts';

/** Below this an ensemble is not accurate enough to act on. */
const ACCURACY_MIN = 0.7;

const COVERAGE_DEFAULT = 0.95;

/** The error of a network over that of the best ridge, from which on it is not selected. */
const NETWORK_ERROR_RATIO_MAX = 0.95;

/** Added to errors, so that a model that was right by chance does not count for everything. */
const ERROR_FLOOR = 0.02;

/** Errors of the last value repeated grow like this without a backtest. Unit: deviations. */
const REACH_DEVIATIONS = 2;

/** An ensemble at all origins. */
interface Ensemble {
  readonly trials: readonly Trial[];
  readonly weights: readonly number[];
  readonly forecasts: readonly Float64Array[];
  readonly smape: number;
  readonly mase: number;
  readonly error: number;
}

/**
 * Selects. Do so daily, or when forecasts get worse; in between {@link planForecast} refits only
 * the members.
 * @returns data; `fallback` where nothing is accurate enough or too little is known
 */
export function selectModels(series: Series, request: ForecastRequest): Selection {
  const { history, scale } = makeHistory(series, request.periods);
  const origins = findOrigins(history, request.horizon);
  const tryGroups = (groups: readonly (readonly Forecaster[])[]) =>
    groups
      .map((group) => combine(tryModels(group, origins), origins))
      .filter(({ trials }) => trials.length > 0);
  const usual = tryGroups(findGroups(history.periods, request));
  const networks = request.networks === 'tried' ? tryGroups(findNetworks()) : [];
  const [best] = [...usual, ...networks.filter((each) => isBetter(each, usual))].sort(
    (one, other) => one.error - other.error,
  );
  if (best === undefined) return selectLast(history, scale, request);
  const backtest = describe([...usual, ...networks], best, origins);
  const residuals = origins.actuals.map((actual, at) =>
    actual.map((value, step) => value - (best.forecasts[at]?.[step] ?? 0)),
  );
  const { horizon, coverageRatio = COVERAGE_DEFAULT } = request;
  return {
    kind: backtest.accuracyRatio < ACCURACY_MIN ? 'fallback' : 'ensemble',
    members: best.trials.map(({ model }, at) => {
      const state = trainState(model, history, scale);
      return { model, weight: best.weights[at] ?? 0, ...(state && { state }) };
    }),
    backtest,
    reach: scaleReach(measureReach({ residuals, horizon, coverageRatio }), scale),
  };
}

/** Trains a network on the whole series; undefined for models that are fitted each time. */
function trainState(model: ModelName, history: History, scale: number): NetworkState | undefined {
  const [forecaster] = findForecasters([model]);
  if (forecaster?.restore === undefined) return undefined;
  return forecaster.fit(history)?.stateOf?.(scale);
}

/** Whether a network is better than each ridge by so much that it is worth its training. */
function isBetter(network: Ensemble, usual: readonly Ensemble[]): boolean {
  const ridges = usual.flatMap(({ trials }) => trials.filter(({ model }) => RIDGES.has(model)));
  const least = Math.min(...ridges.map(({ error }) => error));
  return ridges.length > 0 && network.error < least * NETWORK_ERROR_RATIO_MAX;
}

function combine(trials: readonly Trial[], origins: Origins): Ensemble {
  const raw = trials.map(({ error }) => 1 / (error + ERROR_FLOOR));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const forecasts = origins.actuals.map((_, at) =>
    takeWeightedMedian(
      trials.map((trial, index) => ({
        values: trial.forecasts[at] ?? [],
        weight: weights[index] ?? 0,
      })),
      origins.horizon,
    ),
  );
  const { score, error } = scoreOf('naive', forecasts, origins);
  return { trials, weights, forecasts, smape: score.smape, mase: score.mase, error };
}

function describe(
  ensembles: readonly Ensemble[],
  { forecasts, smape, mase }: Ensemble,
  { actuals }: Origins,
): Backtest {
  let errors = 0;
  let amounts = 0;
  actuals.forEach((actual, at) => {
    actual.forEach((value, step) => {
      errors += Math.abs(value - (forecasts[at]?.[step] ?? 0));
      amounts += Math.abs(value);
    });
  });
  const wrong = amounts === 0 ? Math.sign(errors) : errors / amounts;
  const trials = ensembles.flatMap((each) => each.trials);
  return {
    origins: actuals.length,
    accuracyRatio: Math.max(0, 1 - wrong),
    smape,
    mase,
    models: trials.toSorted((one, other) => one.error - other.error).map(({ score }) => score),
  };
}

/** Without a backtest the last value is as good as anything, and its past changes say how good. */
function selectLast({ values }: History, scale: number, { horizon }: ForecastRequest): Selection {
  const changes = changesOf(values, 1);
  const squares = changes.reduce((sum, change) => sum + change * change, 0);
  const deviation = Math.sqrt(squares / Math.max(1, changes.length));
  const reach = Array.from(
    { length: horizon },
    (_, step) => REACH_DEVIATIONS * deviation * Math.sqrt(step + 1),
  );
  return {
    kind: 'fallback',
    members: [{ model: 'naive', weight: 1 }],
    backtest: { origins: 0, accuracyRatio: 0, smape: 0, mase: 0, models: [] },
    reach: scaleReach({ below: reach, above: reach }, scale),
  };
}

/** In the unit of the series; of huge values it may be more than there is. */
function scaleReach({ below, above }: Reach, scale: number): Reach {
  const scaled = (reach: number) => Math.min(Number.MAX_VALUE, reach * scale);
  return { below: below.map(scaled), above: above.map(scaled) };
}
