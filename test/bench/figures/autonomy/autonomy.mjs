/**
 * The network that decides for groups of VMs: how fast it learns and decides, and what its
 * decisions cost on 100 unseen days, beside our own rules and an oracle that knows the demand.
 */
import { makeLearner } from '@novacron/engine/autonomy/learning/learner';
import { remember } from '@novacron/engine/autonomy/learning/replay-memory';
import { planCalibration } from '@novacron/engine/autonomy/plan-calibration';
import { planComparison } from '@novacron/engine/autonomy/plan-comparison';
import { openModel, planDecision } from '@novacron/engine/autonomy/plan-decision';
import { planLearning } from '@novacron/engine/autonomy/plan-learning';
import { constraintsOf } from '@novacron/engine/autonomy/simulate/constraints-of';
import { observe, openWorld } from '@novacron/engine/autonomy/simulate/group-world';
import { makeScenario } from '@novacron/engine/autonomy/simulate/make-scenario';
import { makeRng } from '@novacron/engine/rng';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const WIDTHS = [9, 128, 128, 64, 8];
const REPETITIONS = 5;
const BATCHES = 200;
const DECISIONS = 2_000;

const TRAINING = { episodes: 125, days: 420, validation: 28, calibration: 28, heldOut: 100 };

const UPDATES_GOAL = 1_000;
const UPDATES_FLOOR = 200;
const DECISION_GOAL_US = 100;
const DECISION_FLOOR_US = 1_000;
const EPISODES_MAX = 500;
/** A network is as good as the best one if its price is at most this much higher. */
const CONVERGED_RATIO = 1.02;
const SAVING_GOAL = 0.15;
const WORSE_MAX = 0.02;
const AGREEMENT_GOAL = 0.95;
const SUCCESS_GOAL = 0.92;

/** @returns the median of a few repetitions. Unit: microseconds of CPU each time */
function cpuUsOf(times, work) {
  for (let at = 0; at < times; at += 1) work();
  const measured = Array.from({ length: REPETITIONS }, () => {
    const before = process.cpuUsage();
    for (let at = 0; at < times; at += 1) work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / times;
  });
  return median(measured);
}

function makeDays(seed, count) {
  const rng = makeRng(seed);
  return Array.from({ length: count }, (_, at) => makeScenario(rng, at));
}

function makeFullLearner() {
  const settings = { widths: WIDTHS, rate: 0.001, gamma: 0.99, batchRows: 64 };
  const rng = makeRng('updates');
  const learner = makeLearner({ ...settings, memorySteps: 10_000, copyShare: 0.001 }, rng);
  const draw = () => Float64Array.from({ length: WIDTHS[0] }, () => 2 * rng.next() - 1);
  for (let step = 0; step < 10_000; step += 1) {
    const [state, laterState] = [draw(), draw()];
    const common = { state, laterState, laterAllowed: 0b10001111, isLast: false };
    remember(learner.memory, { ...common, action: step % 4, reward: rng.next() - 0.5 });
  }
  return learner;
}

let trained;

/** Trains once for all figures that need it. */
function trainAndCompare(progress) {
  if (trained !== undefined) return trained;
  const comparisons = [];
  const before = process.cpuUsage();
  const request = {
    scenarios: makeDays('training', TRAINING.days),
    validation: makeDays('validation', TRAINING.validation),
    episodes: TRAINING.episodes,
    seed: '1',
    onComparison: (episode, price) => {
      comparisons.push({ episode, price });
      progress(`episode ${episode}: ${Math.round(price)} VM-hours on the days of validation`);
    },
  };
  const learned = planLearning(request, { rng: makeRng('1') });
  const { user, system } = process.cpuUsage(before);
  const model = planCalibration(learned, makeDays('calibration', TRAINING.calibration));
  const compared = planComparison(model, makeDays('held-out', TRAINING.heldOut));
  trained = { model, compared, comparisons, cpuS: (user + system) / 1e6 };
  return trained;
}

function describeDays({ controllers }) {
  return Object.fromEntries(
    controllers.map(({ name, cost, misses, total }) => [
      name.replaceAll('-', '_'),
      { cost: Math.round(cost), misses, total: Math.round(total) },
    ]),
  );
}

const speedFigures = [
  {
    name: 'autonomy-updates',
    summary: 'updates a second of CPU of the network, with 64 rows each',
    measure: async () => {
      const learner = makeFullLearner();
      const value = Math.round(1e6 / cpuUsOf(BATCHES, learner.learn));
      const ok = value >= UPDATES_GOAL;
      return { value, unit: '/s', goal: UPDATES_GOAL, better: 'higher', ok, floor: UPDATES_FLOOR };
    },
  },
  {
    name: 'autonomy-decision',
    summary: 'CPU of a decision: shield, values, confidence and reasons',
    measure: async () => {
      const [day] = makeDays('decision', 1);
      const world = openWorld(day);
      const question = { state: observe(world), constraints: constraintsOf(world) };
      const opened = openModel(
        planLearning(
          { scenarios: [day], validation: [day], episodes: 1, seed: '1' },
          { rng: makeRng('1') },
        ),
      );
      const value = round(
        cpuUsOf(DECISIONS, () => planDecision(opened, question)),
        1,
      );
      const goal = DECISION_GOAL_US;
      const ok = value <= goal;
      return { value, unit: 'us', goal, better: 'lower', ok, floor: DECISION_FLOOR_US };
    },
  },
];

const trainedFigures = [
  {
    name: 'autonomy-convergence',
    summary: 'episodes until the network is within 2 % of its best on the days of validation',
    measure: async ({ progress }) => {
      const { comparisons, model, cpuS } = trainAndCompare(progress);
      const least = Math.min(...comparisons.map(({ price }) => price));
      const first = comparisons.find(({ price }) => price <= least * CONVERGED_RATIO);
      const value = first.episode;
      const ok = value <= EPISODES_MAX;
      const more = { best_episode: model.episodes, cpu_s: round(cpuS, 0) };
      return { value, unit: 'episodes', goal: EPISODES_MAX, better: 'lower', ok, ...more };
    },
  },
  {
    name: 'autonomy-cost',
    summary: 'cost below that of forecast scaling and the hourly optimizer, on 100 unseen days',
    measure: async ({ progress }) => {
      const { compared } = trainAndCompare(progress);
      const { saving, isSloKept, worstDay, improvement, isBetter, days } = compared;
      const value = round(saving, 3);
      const [, rules, , , oracle] = compared.controllers;
      return {
        value,
        unit: 'share',
        peer: 'scaling and optimizer',
        goal: SAVING_GOAL,
        better: 'higher',
        ok: value >= SAVING_GOAL && isSloKept && worstDay <= WORSE_MAX,
        // What knowing the demand beforehand would save.
        saving_of_oracle: round(1 - oracle.cost / rules.cost, 3),
        misses_at_most_as_many: isSloKept,
        worst_day_over_nothing: round(worstDay, 3),
        below_best_rule: round(improvement.estimate, 4),
        below_best_rule_lower: round(improvement.lower, 4),
        better_beyond_chance: isBetter,
        days,
        ...describeDays(compared),
      };
    },
  },
  {
    name: 'autonomy-agreement',
    summary: 'decisions as good as the oracle, where it gains more than 1 % of the cost',
    measure: async ({ progress }) => {
      const { agreed, important, calibrationError } = trainAndCompare(progress).compared.agreement;
      const value = round(agreed, 3);
      const ok = value >= AGREEMENT_GOAL;
      const more = { decisions: important, calibration_error: round(calibrationError, 3) };
      return { value, unit: 'share', goal: AGREEMENT_GOAL, better: 'higher', ok, ...more };
    },
  },
  {
    name: 'autonomy-success',
    summary: 'decisions to do something that turn out no worse than waiting',
    measure: async ({ progress }) => {
      const { successful, active } = trainAndCompare(progress).compared.agreement;
      const value = round(successful, 3);
      const ok = value >= SUCCESS_GOAL;
      return { value, unit: 'share', goal: SUCCESS_GOAL, better: 'higher', ok, decisions: active };
    },
  },
];

export const autonomyFigures = [...speedFigures, ...trainedFigures];
