/** Lags that are known, and what must not be called correlated. */
import { describe, expect, test } from '@jest/globals';
import type { Rng } from '../../env.ts';
import { makeRng } from '../../rng.ts';
import { explainCorrelation } from './explain-correlation.ts';
import { planCorrelation } from './plan-correlation.ts';

const STEPS = 400;
const DAY = 96;

function noise(rng: Rng, count = STEPS): number[] {
  return Array.from({ length: count }, () => rng.next() + rng.next() + rng.next() - 1.5);
}

function walk(rng: Rng, count = STEPS): number[] {
  let level = 0;
  return noise(rng, count).map((step) => {
    level += step;
    return level;
  });
}

/** Changes that depend on those before, so that few of them are independent. */
function smoothWalk(rng: Rng): number[] {
  let [change, level] = [0, 0];
  return noise(rng).map((step) => {
    change = 0.9 * change + step;
    level += change;
    return level;
  });
}

const day = (at: number) => 20 * Math.sin((2 * Math.PI * at) / DAY);

function ask(values: readonly number[], ...others: readonly (readonly number[])[]) {
  return planCorrelation({
    series: { name: 'orders_total', values },
    others: others.map((each, at) => ({ name: `other_${at}_count`, values: each })),
    lagMax: 12,
    daySteps: DAY,
  });
}

describe('what moves together is found with its lag', () => {
  test.each([
    ['later', 5, 1],
    ['earlier, and in the opposite direction', -7, -1],
    ['at the same time', 0, 1],
  ])('%s', (_what, lag, sign) => {
    const rng = makeRng(`lag ${lag}`);
    const values = walk(rng, STEPS + 20);
    const extra = noise(rng, STEPS + 20);
    const series = values.slice(10, STEPS + 10).map((value, at) => value + day(at));
    const other = series.map((_, at) => {
      return sign * 3 * (values[at + 10 - lag] ?? 0) + 0.5 * (extra[at] ?? 0) - 2 * day(at);
    });
    const [found] = ask(series, other).correlations;
    expect(found).toMatchObject({ verdict: 'correlated', lag });
    expect(Number(found?.coefficient) * sign).toBeGreaterThan(0.8);
  });

  test('also where values are missing', () => {
    const rng = makeRng('gaps');
    const values = walk(rng);
    const holes = (share: number) => (value: number) => (rng.next() < share ? Number.NaN : value);
    const shifted = values.map((_, at) => values[at - 3] ?? Number.NaN).map(holes(0.2));
    const [found] = ask(values.map(holes(0.2)), shifted).correlations;
    expect(found).toMatchObject({ verdict: 'correlated', lag: 3 });
    expect(found?.n).toBeLessThan(STEPS / 2);
  });
});

/** Share of comparisons of unrelated series that are called correlated. */
function falseShare(seed: string, make: (rng: Rng) => readonly number[]): number {
  const runs = 60;
  let wrong = 0;
  for (let run = 0; run < runs; run += 1) {
    const rng = makeRng(`${seed} ${run}`);
    const { correlations } = ask(make(rng), make(rng), make(rng));
    if (correlations.some(({ verdict }) => verdict === 'correlated')) wrong += 1;
  }
  return wrong / runs;
}

describe('what is unrelated is called correlated in at most 5 % of questions', () => {
  test.each([
    ['random walks', walk],
    ['walks whose changes depend on each other', smoothWalk],
    ['a common trend', (rng: Rng) => noise(rng).map((value, at) => at + value)],
    ['a common day', (rng: Rng) => noise(rng).map((value, at) => day(at) + value)],
  ])('%s', (seed, make) => {
    // 60 questions of which 5 % are wrong have 7 or more wrong ones in 3 % of all cases.
    expect(falseShare(seed, make)).toBeLessThanOrEqual(6 / 60);
  });
});

test('an outlier that both have at the same time is no correlation', () => {
  const rng = makeRng('outlier');
  const spiked = () => noise(rng).map((value, at) => (at === 300 ? 1_000 : value));
  expect(ask(spiked(), spiked()).correlations).toMatchObject([{ verdict: 'chance' }]);
});

test('what does not change, or is hardly known, has no coefficient', () => {
  const rng = makeRng('nothing');
  const values = walk(rng);
  const constant = values.map(() => 7);
  const rare = values.map((value, at) => (at < 20 ? value : Number.NaN));
  const measured = { coefficient: 0, lag: 0, probability: 1 };
  expect(ask(values, constant, rare).correlations).toEqual([
    expect.objectContaining({ ...measured, verdict: 'constant' }),
    expect.objectContaining({ ...measured, verdict: 'too_few' }),
  ]);
  expect(ask(constant, values).correlations).toMatchObject([{ verdict: 'constant' }]);
});

test('lines say what follows what, and that it is no proof of a cause', () => {
  const rng = makeRng('lines');
  const values = walk(rng);
  const later = values.map((_, at) => values[at - 2] ?? Number.NaN);
  const lines = explainCorrelation(ask(values, later, walk(rng)), 300);
  expect(lines).toEqual([
    'other_0_count moves with orders_total, 10m after it: coefficient 1.00 from 397 steps, of ' +
      'which 182 are independent; probability of chance below 0.001.',
    'Not more alike than by chance: other_1_count.',
    'Compared at 25 lags from step to step, without what recurs each day.',
    'Correlation is not cause: either may act on the other, or something else on both.',
  ]);
  expect(explainCorrelation(ask(values, walk(rng)), 300)[0]).toBe(
    'Nothing moves together with orders_total.',
  );
});
