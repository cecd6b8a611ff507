/** Off-candidate evaluation, on a bandit of which the values are known. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../rng.ts';
import { type LoggedDecision, planEvaluation } from './plan-evaluation.ts';

/** Mean rewards of three actions, in two contexts. */
const REWARDS = [
  [1, 0, -1],
  [0, 1, -1],
];
/** What was done when the decisions were recorded. */
const LOGGING = [0.5, 0.25, 0.25];
/** The best action in each context: it is worth 1. */
const BEST = [
  [1, 0, 0],
  [0, 1, 0],
];
/** Always the first action: it is worth 0.5. */
const RULE = [1, 0, 0];

interface BanditOptions {
  readonly seed: string;
  readonly count?: number;
  /** Whether the expected rewards, and the probabilities, are right. */
  readonly expected?: 'right' | 'wrong';
  readonly propensities?: 'right' | 'wrong';
  readonly candidate?: readonly (readonly number[])[];
}

function playBandit(options: BanditOptions): readonly LoggedDecision[] {
  const {
    seed,
    count = 4_000,
    expected = 'right',
    propensities = 'right',
    candidate = BEST,
  } = options;
  const rng = makeRng(seed);
  return Array.from({ length: count }, () => {
    const context = rng.next() < 0.5 ? 0 : 1;
    const drawn = rng.next();
    const action = drawn < 0.5 ? 0 : drawn < 0.75 ? 1 : 2;
    const means = REWARDS[context] ?? [];
    return {
      action,
      propensity: propensities === 'right' ? (LOGGING[action] ?? 1) : 0.4,
      reward: (means[action] ?? 0) + 2 * (rng.next() - 0.5),
      expected: expected === 'right' ? means : [0.3, 0.3, 0.3],
      candidate: candidate[context] ?? [],
      rule: RULE,
    };
  });
}

function evaluate(options: BanditOptions) {
  const evaluated = planEvaluation(playBandit(options));
  if (!evaluated.ok) throw new Error(evaluated.error.detail);
  return evaluated.value;
}

describe('the evaluation of a candidate by decisions of another', () => {
  test.each<Pick<BanditOptions, 'expected' | 'propensities'>>([
    { expected: 'right', propensities: 'right' },
    { expected: 'wrong', propensities: 'right' },
    { expected: 'right', propensities: 'wrong' },
  ])('finds its value with %o', (given) => {
    const { candidate, rule, improvement, isBetter } = evaluate({ seed: 'bandit', ...given });
    expect(Math.abs(candidate - 1)).toBeLessThan(0.06);
    expect(Math.abs(rule - 0.5)).toBeLessThan(0.06);
    expect(improvement.lower).toBeLessThan(improvement.estimate);
    expect(isBetter).toBe(true);
  });

  test('promotes no candidate that does the same as the rule, in 100 records', () => {
    const same = [RULE, RULE];
    const promoted = Array.from({ length: 100 }, (_, at) =>
      evaluate({ seed: `same-${at}`, count: 600, candidate: same }),
    ).filter(({ isBetter }) => isBetter);
    expect(promoted).toEqual([]);
  });

  test('has its lower end below the truth in at least 97 of 100 records', () => {
    const below = Array.from({ length: 100 }, (_, at) =>
      evaluate({ seed: `bound-${at}`, count: 800, expected: 'wrong' }),
    ).filter(({ improvement }) => improvement.lower <= 0.5);
    expect(below.length).toBeGreaterThanOrEqual(97);
  });

  test('promotes no candidate that is worse', () => {
    const worse = [
      [0, 0, 1],
      [0, 0, 1],
    ];
    expect(evaluate({ seed: 'worse', candidate: worse }).isBetter).toBe(false);
  });

  test.each<[string, Partial<LoggedDecision>]>([
    ['its probability must be above 0 and at most 1, not 0', { propensity: 0 }],
    ['its reward must be a number, not NaN', { reward: Number.NaN }],
    ['there is no action 3', { action: 3 }],
    ['an expected reward is not a number', { expected: [0, Number.NaN, 0] }],
    ['must be 0 or more, and add up to 1', { candidate: [0.5, 0.2, 0.2] }],
  ])('refuses a record: %s', (why, broken) => {
    const [first, ...rest] = playBandit({ seed: 'broken' });
    const evaluated = planEvaluation(first === undefined ? [] : [{ ...first, ...broken }, ...rest]);
    expect(evaluated.ok ? '' : evaluated.error.detail).toBe(
      `Decision 1 cannot be used: ${why.startsWith('must') ? `the probabilities of the actions ${why}` : why}.`,
    );
  });

  test('refuses too few decisions that resemble the candidate', () => {
    const evaluated = planEvaluation(playBandit({ seed: 'few', count: 200 }));
    expect(evaluated.ok ? '' : evaluated.error.detail).toMatch(
      /^200 decisions count as \d+ of the new candidate; at least 100 are needed\.$/,
    );
  });
});
