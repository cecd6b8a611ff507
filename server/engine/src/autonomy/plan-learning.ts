/** Trains a model in simulated days of VM groups. See README.md. */
import type { Rng } from '../env.ts';
import { decideInWorld } from './decide-in-world.ts';
import { type Learner, makeLearner } from './learning/learner.ts';
import { bitsOf, pickBest } from './learning/pick-best.ts';
import { remember } from './learning/replay-memory.ts';
import { rewardOf } from './learning/reward.ts';
import type { DecisionState } from './model/decision.ts';
import type { DecisionModel } from './model/decision-model.ts';
import { makeWorkspace, valueActions } from './network/q-network.ts';
import { openModel } from './plan-decision.ts';
import { ACTIONS } from './shield/actions.ts';
import { CPU_LIMIT, encodeState, FEATURES } from './shield/features.ts';
import { planShield } from './shield/plan-shield.ts';
import { ALL_TRIED, constraintsOf } from './simulate/constraints-of.ts';
import {
  changeBy,
  copyWorld,
  type GroupWorld,
  observe,
  openWorld,
  passStep,
  type Scenario,
} from './simulate/group-world.ts';
import { runDay } from './simulate/run-day.ts';

/** Units of the hidden layers. */
const HIDDEN = [128, 128, 64];

const SETTINGS = {
  widths: [FEATURES.length, ...HIDDEN, ACTIONS.length],
  rate: 0.001,
  gamma: 0.99,
  batchRows: 64,
  memorySteps: 100_000,
  copyShare: 0.001,
};

const EPSILON_DECAY = 0.995;
const EPSILON_MIN = 0.02;

/** Steps between two batches, and before the first one. */
const LEARN_EVERY = 2;
const LEARN_FROM = 1_000;

/**
 * Penalty for a step in which requests wait too long, while learning, and the width of its edge: just
 * below the limit, it was luck that they did not. Units: VM-hours, share of CPU.
 */
const MISS_PRICE_LEARNED = 6;
const MISS_EDGE = 0.02;

/** Episodes between two comparisons on other days; the best network is kept. */
const COMPARE_EVERY = 25;

/** What to learn from. */
export interface LearningRequest {
  /** Days; at least one. */
  readonly scenarios: readonly Scenario[];
  readonly episodes: number;
  readonly seed: string;
  /** Other days, on which networks are compared during the training; at least one. */
  readonly validation: readonly Scenario[];
  /** Hears the price of the days of validation at each comparison. Unit: VM-hours. */
  readonly onComparison?: (episode: number, price: number) => void;
}

/** Trains. The same request gives the same model, byte for byte; it is not calibrated yet. */
export function planLearning(
  request: LearningRequest,
  { rng }: { readonly rng: Rng },
): DecisionModel {
  const { scenarios, validation, episodes, onComparison } = request;
  const run = openRun(makeLearner(SETTINGS, rng), rng);
  const choosing = rng.fork('scenarios');
  let best = describeModel(run, request, 0);
  let least = Number.POSITIVE_INFINITY;
  for (let episode = 1; episode <= episodes; episode += 1) {
    const scenario = scenarios[Math.floor(choosing.next() * scenarios.length)];
    if (scenario === undefined) break;
    runEpisode(run, scenario, Math.max(EPSILON_MIN, EPSILON_DECAY ** episode));
    if (episode % COMPARE_EVERY !== 0 && episode !== episodes) continue;
    const model = describeModel(run, request, episode);
    const price = priceDays(model, validation);
    onComparison?.(episode, price);
    if (price >= least) continue;
    [best, least] = [model, price];
  }
  return best;
}

function describeModel(run: Run, { seed }: LearningRequest, episodes: number): DecisionModel {
  return {
    features: FEATURES.map(({ name }) => name),
    actions: ACTIONS,
    widths: SETTINGS.widths,
    parameters: run.learner.target.parameters.slice(),
    usual: run.sums.map((sum) => sum / Math.max(1, run.steps)),
    tried: [...run.tried],
    calibration: [],
    seed,
    episodes,
  };
}

/** What days cost under a model, with the penalties of the training. */
function priceDays(model: DecisionModel, days: readonly Scenario[]): number {
  const opened = openModel(model);
  return days.reduce((sum, day) => {
    const { cost, misses } = runDay(day, (world) => {
      const { action } = decideInWorld(opened, world, 0);
      return changeBy(world, action, observe(world));
    });
    return sum + cost + MISS_PRICE_LEARNED * misses;
  }, 0);
}

/** A training under way. */
interface Run {
  readonly learner: Learner;
  readonly exploring: Rng;
  readonly tried: number[];
  readonly sums: number[];
  readonly value: (encoded: Float64Array) => Float64Array;
  steps: number;
}

/** A state that is decided on. */
interface Moment {
  readonly state: DecisionState;
  readonly encoded: Float64Array;
  readonly allowed: number;
}

function openRun(learner: Learner, rng: Rng): Run {
  const space = makeWorkspace(SETTINGS.widths, 1);
  return {
    learner,
    exploring: rng.fork('exploring'),
    tried: ACTIONS.map(() => 0),
    sums: FEATURES.map(() => 0),
    steps: 0,
    value: (encoded) => {
      space.outputs[0]?.set(encoded);
      return valueActions(learner.network, space, 1);
    },
  };
}

function runEpisode(run: Run, scenario: Scenario, epsilon: number): void {
  const { learner, tried, sums } = run;
  const world = openWorld(scenario);
  let moment = lookAt(world);
  while (world.step < scenario.steps) {
    for (const [at, { name }] of FEATURES.entries())
      sums[at] = (sums[at] ?? 0) + moment.state[name];
    rememberAll(run, world, moment);
    const action = choose(run, moment, epsilon);
    tried[action] = (tried[action] ?? 0) + 1;
    passStep(world, changeBy(world, ACTIONS[action] ?? 'wait', moment.state));
    run.steps += 1;
    if (run.steps >= LEARN_FROM && run.steps % LEARN_EVERY === 0) learner.learn();
    moment = lookAt(world);
  }
}

/**
 * Remembers what each allowed action would bring. Demand and disturbances do not depend on what is
 * decided, so that a copy of the group shows it: actions are compared under the same chance.
 */
function rememberAll(
  { learner }: Run,
  world: GroupWorld,
  { state, encoded, allowed }: Moment,
): void {
  for (const [action, name] of ACTIONS.entries()) {
    if ((allowed & (1 << action)) === 0) continue;
    const copy = copyWorld(world);
    const { cost, needed } = passStep(copy, changeBy(copy, name, state));
    const reward = rewardOf({ price: cost + missPriceOf(copy.usage), needed });
    if (!reward.ok) continue;
    const later = lookAt(copy);
    remember(learner.memory, {
      state: encoded,
      action,
      reward: reward.value,
      laterState: later.encoded,
      laterAllowed: later.allowed,
      // A day ends for the calendar, not for the group: what follows counts.
      isLast: false,
    });
  }
}

function missPriceOf(usage: number): number {
  return MISS_PRICE_LEARNED / (1 + Math.exp((CPU_LIMIT / 100 - usage) / MISS_EDGE));
}

function lookAt(world: GroupWorld): Moment {
  const state = observe(world);
  const encoded = new Float64Array(FEATURES.length);
  encodeState(state, encoded, 0);
  const { allowed } = planShield(state, constraintsOf(world), ALL_TRIED);
  return { state, encoded, allowed: bitsOf(allowed) };
}

function choose(run: Run, { encoded, allowed }: Moment, epsilon: number): number {
  const { exploring } = run;
  if (exploring.next() >= epsilon) return pickBest(run.value(encoded), 0, allowed);
  const open = ACTIONS.flatMap((_, at) => ((allowed & (1 << at)) === 0 ? [] : [at]));
  return open[Math.floor(exploring.next() * open.length)] ?? 0;
}
