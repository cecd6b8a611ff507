/**
 * Networks that correct a regression: they learn what a ridge on past values gets wrong, so that
 * what is linear need not be learnt, and an untrained network is a ridge.
 * Source of the idea: Zhang, "Time series forecasting using a hybrid ARIMA and neural network
 * model" (2003).
 */
import type { Rng } from '../../../env.ts';
import { makeRng } from '../../../rng.ts';
import { type Autoregression, expectNext, fitAutoregression } from '../fitting/autoregression.ts';
import type { FittedModel, Forecaster, History, ModelName } from '../model/forecasting.ts';
import { makeLstm } from '../networks/make-lstm.ts';
import { makeMlp } from '../networks/make-mlp.ts';
import type { Network, TrainingRow } from '../networks/network.ts';
import { trainNetwork } from '../networks/train-network.ts';
import { clampForecast } from '../series/make-history.ts';

/** A kind of network. */
interface NetworkOptions {
  readonly name: ModelName;
  /** Distances into the past of its inputs. */
  readonly inputLagsOf: (lags: readonly number[]) => readonly number[];
  readonly make: (inputCount: number, rng: Rng) => Network;
  /** Rows to train on at most: the newest. */
  readonly rowsMax: number;
  readonly stepsMax: number;
  readonly batchRows: number;
}

/** The window of a recurrent network; seasons are in the regression. */
const WINDOW: readonly number[] = Array.from({ length: 12 }, (_, at) => 12 - at);

const MLP_UNITS = 16;
const LSTM_UNITS = 8;

const NETWORKS: readonly NetworkOptions[] = [
  {
    name: 'mlp',
    inputLagsOf: (lags) => lags,
    make: (inputCount, rng) => makeMlp(inputCount, MLP_UNITS, rng),
    rowsMax: 2_000,
    stepsMax: 2_000,
    batchRows: 32,
  },
  {
    name: 'lstm',
    inputLagsOf: () => WINDOW,
    make: (inputCount, rng) => makeLstm(inputCount, LSTM_UNITS, rng),
    rowsMax: 1_000,
    stepsMax: 500,
    batchRows: 16,
  },
];

const RECENT_LAGS: readonly number[] = [1, 2, 3, 4, 5, 6];

/** Fewer teach a network nothing but chance. */
const ROWS_MIN = 100;

const RIDGE = 1e-5;

/** Errors of a regression below this part of the deviation are rounding. */
const ERROR_MIN = 1e-6;

/** Maximum overshoot of a continuation beyond the measured range, relative to that range. */
const OVERSHOOT_RATIO = 0.3;

/** All of them. The seed is fixed: the same history gives the same network. */
export const networkForecasters: readonly Forecaster[] = NETWORKS.map((options) => ({
  name: options.name,
  fit: ({ values, periods }) => {
    const around = periods.flatMap((period) => [period - 1, period, period + 1]);
    const all = [...new Set([...RECENT_LAGS, ...around])];
    const lags = all.filter((lag) => lag <= values.length / 2);
    const fitting = { lags, ridge: RIDGE, robustRounds: 0, intercept: 'free' } as const;
    const base = fitAutoregression(values, fitting);
    const correction = base && learnErrors(base, values, options);
    return base && correction && toModel({ base, ...correction }, options);
  },
  restore: ({ lags, weights, mean, deviation, errorSize, errorMost, parameters }, scale) => {
    const network = makeNetwork(lags, options);
    if (network.parameters.length !== parameters.length) return undefined;
    network.parameters.set(parameters);
    const own = { mean: mean / scale, deviation: deviation / scale };
    const base = { lags, weights: Float64Array.from(weights), ...own };
    return toModel({ base, network, errorSize, errorMost }, options);
  },
}));

/** A regression and what corrects it. */
interface Corrected {
  readonly base: Autoregression;
  readonly network: Network;
  /** Usual size and largest amount of the errors of the regression, over the deviation. */
  readonly errorSize: number;
  readonly errorMost: number;
}

function makeNetwork(lags: readonly number[], { name, inputLagsOf, make }: NetworkOptions) {
  return make(inputLagsOf(lags).length, makeRng('networks').fork(name).fork('weights'));
}

function toModel(corrected: Corrected, options: NetworkOptions): FittedModel {
  const { base, network, errorSize, errorMost } = corrected;
  return {
    predict: (horizon, behind) =>
      clampForecast(continueCorrected(corrected, options, { behind, horizon }), behind),
    stateOf: (scale) => ({
      lags: base.lags,
      weights: [...base.weights],
      mean: base.mean * scale,
      deviation: base.deviation * scale,
      errorSize,
      errorMost,
      parameters: [...network.parameters],
    }),
  };
}

function learnErrors(
  base: Autoregression,
  values: Float64Array,
  options: NetworkOptions,
): Omit<Corrected, 'base'> | undefined {
  const { inputLagsOf, rowsMax, stepsMax, batchRows, name } = options;
  const inputLags = inputLagsOf(base.lags);
  const first = Math.max(...base.lags, ...inputLags, values.length - rowsMax);
  if (values.length - first < ROWS_MIN) return undefined;
  const standard = standardise(base, values);
  const errors = standard
    .subarray(first)
    .map((value, row) => value - expectNext(base, standard, first + row));
  const errorMost = errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0);
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  const errorSize = Math.sqrt(squares / errors.length);
  const network = makeNetwork(base.lags, options);
  // Where the regression is never wrong, there is nothing to learn.
  if (errorSize > ERROR_MIN) {
    const rows = Array.from(errors, (error, row): TrainingRow => {
      return { inputs: inputsAt(standard, first + row, inputLags), target: error / errorSize };
    });
    const rng = makeRng('networks').fork(name).fork('rows');
    trainNetwork(network, rows, { stepsMax, batchRows, rng });
  }
  return { network, errorSize, errorMost };
}

function continueCorrected(
  { base, network, errorSize, errorMost }: Corrected,
  { inputLagsOf }: NetworkOptions,
  { behind, horizon }: { readonly behind: History; readonly horizon: number },
): Float64Array {
  const inputLags = inputLagsOf(base.lags);
  const count = behind.values.length;
  const known = new Float64Array(count + horizon);
  known.set(standardise(base, behind.values));
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of known.subarray(0, count)) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const room = (most - least) * OVERSHOOT_RATIO;
  for (let at = count; at < known.length; at += 1) {
    const learnt = network.predict(inputsAt(known, at, inputLags)) * errorSize;
    // No further than the regression was ever wrong.
    const correction = Math.min(errorMost, Math.max(-errorMost, learnt));
    const next = expectNext(base, known, at) + correction;
    known[at] = Math.min(most + room, Math.max(least - room, next));
  }
  return known.subarray(count).map((value) => value * base.deviation + base.mean);
}

function standardise({ mean, deviation }: Autoregression, values: Float64Array): Float64Array {
  return values.map((value) => (value - mean) / deviation);
}

function inputsAt(standard: Float64Array, at: number, inputLags: readonly number[]): Float64Array {
  return Float64Array.from(inputLags, (lag) => standard[at - lag] ?? 0);
}
