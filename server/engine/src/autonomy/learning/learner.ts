/**
 * Deep Q-learning: a network that values actions, a copy of it that values what follows, and a
 * memory of steps.
 * Sources: Mnih et al. (2015); van Hasselt, Guez and Silver, "Deep reinforcement learning with
 * double Q-learning" (2016); Huber (1964) for the loss.
 */
import { createAdam } from '../../create-adam.ts';
import type { Rng } from '../../env.ts';
import {
  addGradient,
  emptyQNetwork,
  makeQNetwork,
  makeWorkspace,
  type QNetwork,
  valueActions,
  type Workspace,
} from '../network/q-network.ts';
import { pickBest } from './pick-best.ts';
import { drawPlaces, makeReplayMemory, type ReplayMemory } from './replay-memory.ts';

/** How it learns. */
export interface LearnerSettings {
  readonly widths: readonly number[];
  readonly rate: number;
  /** Weight of the next step's value. */
  readonly gamma: number;
  readonly batchRows: number;
  /** Steps that are remembered. */
  readonly memorySteps: number;
  /** Share of the network that its slow copy takes over in each batch. */
  readonly copyShare: number;
}

/** Changed in place. */
export interface Learner {
  readonly settings: LearnerSettings;
  readonly network: QNetwork;
  /** Its slow copy: calmer, so it values what follows. */
  readonly target: QNetwork;
  /** The mean of it over the last batches, a quarter of all: what training results in. */
  readonly result: QNetwork;
  readonly memory: ReplayMemory;
  /** Learns from one batch. @returns the mean loss */
  readonly learn: () => number;
}

/**
 * An error of more than this counts linearly. Rare and high penalties are below it: they have to
 * count in full, or the mean is missed.
 */
const HUBER = 10;

/**
 * The mean of networks forgets the first ones: those of the last quarter weigh most.
 * Source: Shamir and Zhang, "Stochastic gradient descent for non-smooth optimization" (2013).
 */
const MEAN_WEIGHT = 4;

/** A longer gradient is shortened. */
const GRADIENT_MAX = 10;

/** Makes one that knows nothing. */
export function makeLearner(settings: LearnerSettings, rng: Rng): Learner {
  const { widths, batchRows: rows, memorySteps, copyShare, rate } = settings;
  const network = makeQNetwork(widths, rng.fork('weights'));
  const target = emptyQNetwork(widths);
  const result = emptyQNetwork(widths);
  target.parameters.set(network.parameters);
  result.parameters.set(network.parameters);
  let batches = 0;
  const memory = makeReplayMemory(memorySteps, widths[0] ?? 0);
  const gradient = emptyQNetwork(widths);
  const improve = createAdam(network.parameters, { rate, lengthMax: GRADIENT_MAX });
  const [space, laterSpace] = [makeWorkspace(widths, rows), makeWorkspace(widths, rows)];
  const places = new Int32Array(rows);
  const targets = new Float64Array(rows);
  const drawing = rng.fork('batches');
  return {
    settings,
    network,
    target,
    result,
    memory,
    learn: () => {
      drawPlaces(memory, places, drawing);
      const batch = { memory, places, targets, settings };
      findTargets(batch, { network, target, space: laterSpace });
      copyRows(memory.states, { places, width: memory.width, to: space.outputs[0] });
      valueActions(network, space, rows);
      const loss = findSlopes(batch, space);
      gradient.parameters.fill(0);
      addGradient(network, space, { rows, gradient });
      improve(gradient.parameters, rows);
      approach(target.parameters, network.parameters, copyShare);
      batches += 1;
      approach(result.parameters, network.parameters, MEAN_WEIGHT / (MEAN_WEIGHT + batches));
      return loss / rows;
    },
  };
}

function approach(slow: Float64Array, fast: Float64Array, share: number): void {
  for (let at = 0; at < slow.length; at += 1)
    slow[at] = (slow[at] ?? 0) + share * ((fast[at] ?? 0) - (slow[at] ?? 0));
}

/** Steps to learn from. */
interface Batch {
  readonly memory: ReplayMemory;
  readonly places: Int32Array;
  readonly targets: Float64Array;
  readonly settings: LearnerSettings;
}

/** The network chooses what is done next among what is allowed then; its older copy values it. */
function findTargets(
  { memory, places, targets, settings: { gamma } }: Batch,
  {
    network,
    target,
    space,
  }: {
    readonly network: QNetwork;
    readonly target: QNetwork;
    readonly space: Workspace;
  },
): void {
  const rows = places.length;
  copyRows(memory.laterStates, { places, width: memory.width, to: space.outputs[0] });
  const chosen = new Int32Array(rows);
  const values = valueActions(network, space, rows);
  const width = values.length / rows;
  for (const [row, place] of places.entries())
    chosen[row] = pickBest(values, row * width, memory.laterAllowed[place] ?? 0);
  const later = valueActions(target, space, rows);
  for (const [row, place] of places.entries()) {
    const next = later[row * width + (chosen[row] ?? 0)] ?? 0;
    const isLast = memory.isLast[place] === 1;
    targets[row] = (memory.rewards[place] ?? 0) + (isLast ? 0 : gamma * next);
  }
}

/** Slopes of the loss by the values; only those of the actions that were chosen are not 0. */
function findSlopes({ memory, places, targets }: Batch, { outputs, slopes }: Workspace): number {
  const values = outputs.at(-1) ?? new Float64Array();
  const slope = slopes.at(-1) ?? new Float64Array();
  const width = values.length / places.length;
  slope.fill(0);
  let loss = 0;
  for (const [row, place] of places.entries()) {
    const at = row * width + (memory.actions[place] ?? 0);
    const error = (values[at] ?? 0) - (targets[row] ?? 0);
    const size = Math.abs(error);
    slope[at] = Math.max(-HUBER, Math.min(HUBER, error));
    loss += size <= HUBER ? (error * error) / 2 : HUBER * (size - HUBER / 2);
  }
  return loss;
}

function copyRows(
  from: Float64Array,
  to: {
    readonly places: Int32Array;
    readonly width: number;
    readonly to: Float64Array | undefined;
  },
): void {
  for (const [row, place] of to.places.entries())
    for (let at = 0; at < to.width; at += 1)
      if (to.to !== undefined) to.to[row * to.width + at] = from[place * to.width + at] ?? 0;
}
