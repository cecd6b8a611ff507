/** Deep Q-learning on problems of which the values are known. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { makeWorkspace, valueActions } from '../network/q-network.ts';
import { type Learner, makeLearner } from './learner.ts';
import { remember } from './replay-memory.ts';
import { rewardOf } from './reward.ts';

const SETTINGS = {
  widths: [2, 16, 16, 2],
  rate: 0.01,
  gamma: 0.9,
  batchRows: 16,
  memorySteps: 64,
  copyShare: 0.05,
};

const LEFT = Float64Array.of(1, 0);
const RIGHT = Float64Array.of(0, 1);

/** Staying gives 0 on the left and 1 on the right; going changes sides and gives -1. */
function rememberAll({ memory }: Learner, laterAllowed: number): void {
  for (const state of [LEFT, RIGHT]) {
    const isRight = state === RIGHT;
    const [stay, go] = isRight ? [RIGHT, LEFT] : [LEFT, RIGHT];
    const common = { state, laterAllowed, isLast: false };
    remember(memory, { ...common, action: 0, reward: isRight ? 1 : 0, laterState: stay });
    remember(memory, { ...common, action: 1, reward: -1, laterState: go });
  }
}

function train(laterAllowed: number, batches: number): Learner {
  const learner = makeLearner(SETTINGS, makeRng('learner'));
  for (let count = 0; count < 16; count += 1) rememberAll(learner, laterAllowed);
  for (let batch = 0; batch < batches; batch += 1) learner.learn();
  return learner;
}

function valuesOf({ target }: Learner, state: Float64Array): readonly number[] {
  const space = makeWorkspace(SETTINGS.widths, 1);
  space.outputs[0]?.set(state);
  return [...valueActions(target, space, 1)];
}

describe('a learner', () => {
  test('learns the values of a chain, with what follows', () => {
    const learner = train(0b11, 2_000);
    // Staying on the right for good is worth 1 / (1 - 0.9).
    const [stayRight = 0, goRight = 0] = valuesOf(learner, RIGHT);
    expect(stayRight).toBeCloseTo(10, 0);
    expect(goRight).toBeCloseTo(-1 + 0.9 * 8, 0);
    const [stayLeft = 0, goLeft = 0] = valuesOf(learner, LEFT);
    expect(goLeft).toBeCloseTo(8, 0);
    expect(stayLeft).toBeCloseTo(0.9 * 8, 0);
  });

  test('counts nothing that will not be allowed', () => {
    const [, goLeft = 0] = valuesOf(train(0b10, 2_000), LEFT);
    // If going is all that is allowed, every step costs 1.
    expect(goLeft).toBeCloseTo(-10, 0);
  });

  test('is the same, byte for byte, for the same seed', () => {
    const bytes = () => new Uint8Array(train(0b11, 50).target.parameters.buffer);
    expect(bytes()).toEqual(bytes());
  });

  test('forgets the oldest steps', () => {
    const { memory } = train(0b11, 0);
    expect(memory).toMatchObject({ count: 64, next: 0 });
    remember(memory, {
      state: LEFT,
      action: 1,
      reward: 5,
      laterState: LEFT,
      laterAllowed: 1,
      isLast: true,
    });
    expect(memory).toMatchObject({ count: 64, next: 1 });
    expect(memory.rewards[0]).toBe(5);
  });
});

describe('a reward', () => {
  test('is what an action saves over the rule, within limits', () => {
    expect(rewardOf({ price: 3, rulePrice: 1 })).toEqual({ ok: true, value: -4 });
    expect(rewardOf({ price: 1e9, rulePrice: 0 })).toEqual({ ok: true, value: -20 });
    expect(rewardOf({ price: -1e9, rulePrice: 0 })).toEqual({ ok: true, value: 20 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('of %s is refused', (price) => {
    const refused = rewardOf({ price, rulePrice: 1 });
    expect(refused.ok ? '' : refused.error.detail).toContain(`a price of ${price}`);
  });
});
