/**
 * Networks that correct a regression: they learn what a ridge on past values gets wrong, so that
 * what is linear need not be learnt, and an untrained network is a ridge.
 * Source of the idea: Zhang, "Time series forecasting using a hybrid ARIMA and neural network
 * model" (2003).
 */
import type { Rng } from '../../env.ts';
import { makeRng } from '../../rng.ts';
import { type Autoregression, expectNext, fitAutoregression } from '../fitting/autoregression.ts';
import type { Forecaster, ModelName } from '../model/forecasting.ts';
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

/** How far a continuation may leave what was measured, over the span of that. */
const OVERSHOOT_RATIO = 0.3;

/** All of them. The seed is fixed: the same history gives the same network. */
export const networkForecasters: readonly Forecaster[] = NETWORKS.map((options) => ({
  name: options.name,
  fit: ({ values, periods }) => {
    const around = periods.flatMap((period) => [period - 1, period, period + 1]);
    const lags = [...new Set([...RECENT_LAGS, ...around])].filter(
      (lag) => lag <= values.length / 2,
    );
    const base = fitAutoregression(values, {
      lags,
      ridge: RIDGE,
      robustRounds: 0,
      intercept: 'free',
    });
    if (base === undefined) return undefined;
    const correction = learnErrors(base, values, options);
    if (correction === undefined) return undefined;
    return {
      predict: (horizon, behind) =>
        clampForecast(
          continueCorrected(base, { correction, values: behind.values, horizon }),
          behind,
        ),
    };
  },
}));

/** What is added to a regression. */
interface Correction {
  /** @param at - of the value that is expected, behind which nothing is read */
  readonly at: (standard: Float64Array, at: number) => number;
}

function learnErrors(
  base: Autoregression,
  values: Float64Array,
  { inputLagsOf, make, rowsMax, stepsMax, batchRows, name }: NetworkOptions,
): Correction | undefined {
  const inputLags = inputLagsOf(base.lags);
  const deepest = Math.max(...base.lags, ...inputLags);
  const first = Math.max(deepest, values.length - rowsMax);
  if (values.length - first < ROWS_MIN) return undefined;
  const standard = standardise(base, values);
  const errors = standard.subarray(first).map((value, row) => {
    return value - expectNext(base, standard, first + row);
  });
  const most = errors.reduce((largest, error) => Math.max(largest, Math.abs(error)), 0);
  const size = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  if (size < ERROR_MIN) return { at: () => 0 };
  const rows = Array.from(errors, (error, row): TrainingRow => {
    return { inputs: inputsAt(standard, first + row, inputLags), target: error / size };
  });
  const rng = makeRng('networks').fork(name);
  const network = make(inputLags.length, rng.fork('weights'));
  trainNetwork(network, rows, { stepsMax, batchRows, rng: rng.fork('rows') });
  return {
    // No further than the regression was ever wrong.
    at: (known, at) =>
      Math.min(most, Math.max(-most, network.predict(inputsAt(known, at, inputLags)) * size)),
  };
}

function continueCorrected(
  base: Autoregression,
  {
    correction,
    values,
    horizon,
  }: { readonly correction: Correction; readonly values: Float64Array; readonly horizon: number },
): Float64Array {
  const count = values.length;
  const known = new Float64Array(count + horizon);
  known.set(standardise(base, values));
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of known.subarray(0, count)) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const room = (most - least) * OVERSHOOT_RATIO;
  for (let at = count; at < known.length; at += 1) {
    const next = expectNext(base, known, at) + correction.at(known, at);
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
