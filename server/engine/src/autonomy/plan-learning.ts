/** Trains a model in simulated days of VM groups. See README.md. */
import type { Rng } from '../env.ts';
import { decideByRule, followForecast } from './baselines/follow-forecast.ts';
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
import { encodeState, FEATURES } from './shield/features.ts';
import { planShield } from './shield/plan-shield.ts';
import { ALL_TRIED, constraintsOf } from './simulate/constraints-of.ts';
import {
  changeBy,
  copyWorld,
  type GroupWorld,
  missChanceOf,
  observe,
  openWorld,
  passStep,
  type Scenario,
  type WorldChange,
} from './simulate/group-world.ts';

/** Units of the hidden layers. */
const HIDDEN = [128, 128, 64];

const SETTINGS = {
  widths: [FEATURES.length, ...HIDDEN, ACTIONS.length],
  rate: 0.001,
  gamma: 0.99,
  batchRows: 64,
  memorySteps: 300_000,
  copyShare: 0.001,
};

const EPSILON_DECAY = 0.995;
const EPSILON_MIN = 0.02;

/** Share of the exploring steps that the simple rule decides: it leads to states that matter. */
const GUIDED_SHARE = 0.8;

/** Steps between two batches, and before the first one. */
const LEARN_EVERY = 2;
const LEARN_FROM = 1_000;

/**
 * Penalty for a step in which requests wait too long, while learning: more than in comparisons, so
 * that there are no more of them than with the rules. Unit: VM-hours.
 */
const MISS_PRICE_LEARNED = 2.5;

/** How far actions are compared with the simple rule: an hour. */
const AHEAD_STEPS = 12;

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
    parameters: run.learner.result.parameters.slice(),
    usual: run.sums.map((sum) => sum / Math.max(1, run.steps)),
    tried: [...run.tried],
    calibration: [],
    seed,
    isProven: false,
    episodes,
  };
}

/** What days cost under a model, with the penalties of the training. */
function priceDays(model: DecisionModel, days: readonly Scenario[]): number {
  const opened = openModel(model);
  let price = 0;
  for (const day of days) {
    const world = openWorld(day);
    while (world.step < day.steps) {
      const { action } = decideInWorld(opened, world, 0);
      price += pass(world, changeBy(world, action, observe(world)));
    }
  }
  return price;
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
    const action = choose(run, world, moment, epsilon);
    tried[action] = (tried[action] ?? 0) + 1;
    passStep(world, changeBy(world, ACTIONS[action] ?? 'wait', moment.state));
    run.steps += 1;
    if (run.steps >= LEARN_FROM && run.steps % LEARN_EVERY === 0) learner.learn();
    moment = lookAt(world);
  }
}

/**
 * Remembers what each allowed action would save in a step, beside the simple rule. Demand and
 * disturbances do not depend on what is decided, so that copies of the group show it. What the rule
 * would cost from a state on is the potential of the state: rewards that are shaped by it have the
 * same best decisions, and much less chance in them.
 * Source: Ng, Harada and Russell, "Policy invariance under reward transformations" (1999).
 */
function rememberAll(
  { learner }: Run,
  world: GroupWorld,
  { state, encoded, allowed }: Moment,
): void {
  const rulePrice = priceOfRule(copyWorld(world), AHEAD_STEPS);
  for (const [action, name] of ACTIONS.entries()) {
    if ((allowed & (1 << action)) === 0) continue;
    const copy = copyWorld(world);
    const first = pass(copy, changeBy(copy, name, state));
    const later = lookAt(copy);
    const price = first + SETTINGS.gamma * priceOfRule(copy, AHEAD_STEPS - 1);
    const reward = rewardOf({ price, rulePrice });
    if (!reward.ok) continue;
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

/** What the next steps cost under the simple rule; they pass. */
function priceOfRule(world: GroupWorld, steps: number): number {
  let [price, weight] = [0, 1];
  for (let step = 0; step < steps; step += 1) {
    price += weight * pass(world, followForecast(world));
    weight *= SETTINGS.gamma;
  }
  return price;
}

/** Lets a step pass. @returns its cost, with the penalty for a miss times its chance */
function pass(world: GroupWorld, change: WorldChange): number {
  return passStep(world, change).cost + MISS_PRICE_LEARNED * missChanceOf(world);
}

function lookAt(world: GroupWorld): Moment {
  const state = observe(world);
  const encoded = new Float64Array(FEATURES.length);
  encodeState(state, encoded, 0);
  const { allowed } = planShield(state, constraintsOf(world), ALL_TRIED);
  return { state, encoded, allowed: bitsOf(allowed) };
}

function choose(
  run: Run,
  world: GroupWorld,
  { encoded, allowed }: Moment,
  epsilon: number,
): number {
  const { exploring } = run;
  if (exploring.next() >= epsilon) return pickBest(run.value(encoded), 0, allowed);
  if (exploring.next() < GUIDED_SHARE) return ACTIONS.indexOf(decideByRule(world));
  const open = ACTIONS.flatMap((_, at) => ((allowed & (1 << at)) === 0 ? [] : [at]));
  return open[Math.floor(exploring.next() * open.length)] ?? 0;
}
