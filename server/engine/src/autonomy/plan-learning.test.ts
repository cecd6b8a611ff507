/** Training in the simulation, and the comparison of its result with rules and an oracle. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { explainComparison } from './explain-comparison.ts';
import type { Comparison } from './model/comparison.ts';
import type { DecisionModel } from './model/decision-model.ts';
import { writeModel } from './model-file.ts';

import { planCalibration } from './plan-calibration.ts';
import { planComparison } from './plan-comparison.ts';
import { planLearning } from './plan-learning.ts';
import { ACTIONS } from './shield/actions.ts';
import { type ForecastScenario, makeScenario } from './simulate/make-scenario.ts';
import { digest } from './test-kit/samples.ts';

/** So few episodes show that it learns; how well is a figure of `make bench`. */
const EPISODES = 3;

function makeDays(seed: string, count: number): readonly ForecastScenario[] {
  const rng = makeRng(seed);
  return Array.from({ length: count }, (_, at) => makeScenario(rng, at));
}

describe('a model that was trained for a short time', () => {
  const days = makeDays('training', 2);
  const validation = makeDays('validation', 1);
  const prices: number[] = [];
  const train = (episodes: number): DecisionModel =>
    planLearning(
      {
        scenarios: days,
        validation,
        episodes,
        seed: '1',
        onComparison: (_, price) => prices.push(price),
      },
      { rng: makeRng('1') },
    );
  let model: DecisionModel;
  let compared: Comparison;
  beforeAll(() => {
    model = planCalibration(train(EPISODES), validation);
    compared = planComparison(model, makeDays('held-out', 2));
  });

  test('has tried what the simulation allows, and nothing else', () => {
    const untried = ACTIONS.filter((_, at) => model.tried[at] === 0);
    expect(untried).toEqual(['adjust_policy_draft', 'enable_feature', 'disable_feature']);
    expect(prices).toHaveLength(1);
  });

  test('is the same, byte for byte, for the same seed', () => {
    expect(writeModel(train(1), digest)).toBe(writeModel(train(1), digest));
  });

  test('is compared on days that it has not seen', () => {
    const [nothing, rules, simple, own, oracle] = compared.controllers;
    expect(compared.days).toBe(2);
    expect(rules?.total).toBeLessThan(nothing?.total ?? 0);
    expect(simple?.total).toBeLessThan(rules?.total ?? 0);
    expect(oracle?.total).toBeLessThan(simple?.total ?? 0);
    expect(oracle?.total).toBeLessThan(own?.total ?? 0);
    expect(compared.agreement.important).toBeGreaterThan(0);
    expect(compared.agreement.agreed).toBeLessThanOrEqual(1);
  });

  test('may not act before it is better than the rules beyond chance', () => {
    const text = explainComparison(compared);
    expect(text[0]).toMatch(/^ *decided by +cost +misses +total$/);
    expect(compared.isBetter).toBe(false);
    expect(text.at(-1)).toBe(
      'It is not better than the best rule beyond chance, so it may not act.',
    );
  });
});
