/**
 * Trains a network by Adam on random rows, and ends with the parameters that were best on the
 * newest rows, which it is not trained on. It counts steps and no time: the same rows and the same
 * chance give the same parameters on a slow machine, too.
 * Source: Prechelt, "Early stopping, but when?" (1998).
 */
import { createAdam } from '../../../create-adam.ts';
import type { Rng } from '../../../env.ts';
import type { Network, TrainingRow } from './network.ts';

/** Limits of the training. */
export interface TrainingBudget {
  /** Steps at most, each of one batch. */
  readonly stepsMax: number;
  /** Rows of a step. */
  readonly batchRows: number;
  readonly rng: Rng;
}

/** The newest part of the rows, on which parameters are compared. */
const COMPARED_RATIO = 0.2;
const COMPARED_MAX = 200;

/** Steps between two comparisons. */
const COMPARE_EVERY = 25;

/** Comparisons without a better result, after which training ends. */
const PATIENCE = 8;

/** A result has to be better by this part: small gains are chance. */
const GAIN_MIN = 0.002;

const RATE = 0.01;

/** A longer gradient is shortened: one odd row does not undo what was learnt. */
const GRADIENT_MAX = 1;

/**
 * Trains. Parameters that no step has made better stay as they were.
 * @param rows - in order of time
 * @returns how many steps it took
 */
export function trainNetwork(
  network: Network,
  rows: readonly TrainingRow[],
  { stepsMax, batchRows, rng }: TrainingBudget,
): number {
  const compared = Math.min(COMPARED_MAX, Math.floor(rows.length * COMPARED_RATIO));
  const [trained, newest] = [rows.slice(0, -compared), rows.slice(-compared)];
  if (compared === 0) return 0;
  const { parameters } = network;
  const improve = createAdam(parameters, { rate: RATE, lengthMax: GRADIENT_MAX });
  const gradient = new Float64Array(parameters.length);
  let best = Float64Array.from(parameters);
  let [least, worse, steps] = [errorOn(network, newest), 0, 0];
  while (steps < stepsMax && worse < PATIENCE) {
    gradient.fill(0);
    for (let each = 0; each < batchRows; each += 1) {
      const row = trained[Math.floor(rng.next() * trained.length)];
      if (row !== undefined) network.addGradient(row, gradient);
    }
    improve(gradient, batchRows);
    steps += 1;
    if (steps % COMPARE_EVERY !== 0) continue;
    const error = errorOn(network, newest);
    worse += 1;
    if (!(error < least * (1 - GAIN_MIN))) continue;
    [least, worse] = [error, 0];
    best = Float64Array.from(parameters);
  }
  parameters.set(best);
  return steps;
}

/** Mean squared error. */
function errorOn(network: Network, rows: readonly TrainingRow[]): number {
  let sum = 0;
  for (const { inputs, target } of rows) sum += (network.predict(inputs) - target) ** 2;
  return sum / rows.length;
}
