/** Least squares and autoregressions find the coefficients that values were made with. */
import { expect, test } from '@jest/globals';
import { makeRng } from '../../../rng.ts';
import { continueSeries, fitAutoregression } from './autoregression.ts';
import { addRow, makeEquations, solveRidge } from './solve-ridge.ts';

test('exact rows give the coefficients back', () => {
  const equations = makeEquations(3);
  const rng = makeRng('rows');
  for (let row = 0; row < 20; row += 1) {
    const design = Float64Array.of(1, rng.next(), rng.next());
    const value = 4 - 2 * (design[1] ?? 0) + 0.5 * (design[2] ?? 0);
    addRow(equations, { design, from: 0 }, { value, weight: 1 + rng.next() });
  }
  const [level, one, two] = solveRidge(equations, [1e-12, 1e-12, 1e-12]);
  expect(level).toBeCloseTo(4, 6);
  expect(one).toBeCloseTo(-2, 6);
  expect(two).toBeCloseTo(0.5, 6);
});

test('a column that repeats another one does no harm', () => {
  const equations = makeEquations(2);
  for (let row = 1; row < 9; row += 1) {
    const design = Float64Array.of(row, row);
    addRow(equations, { design, from: 0 }, { value: 6 * row, weight: 1 });
  }
  const [one = 0, two = 0] = solveRidge(equations, [1e-6, 1e-6]);
  expect(one + two).toBeCloseTo(6, 3);
});

test('an autoregression continues what it was fitted to, single outliers aside', () => {
  const wave = (at: number) => Math.sin((2 * Math.PI * at) / 12);
  const values = Float64Array.from({ length: 200 }, (_, at) => (at % 61 === 30 ? 9 : wave(at)));
  const options = { lags: [1, 2, 12], ridge: 1e-6, intercept: 'free' } as const;
  const errorOf = (robustRounds: number) => {
    const model = fitAutoregression(values, { ...options, robustRounds });
    if (model === undefined) throw new Error('it was not fitted');
    const ahead = continueSeries(model, values, 12);
    return ahead.reduce((sum, value, step) => sum + Math.abs(value - wave(200 + step)), 0);
  };
  expect(errorOf(5)).toBeLessThan(errorOf(0));
});

test('too few values give no model', () => {
  const options = { lags: [1, 2], ridge: 1e-6, robustRounds: 0, intercept: 'free' } as const;
  expect(fitAutoregression(Float64Array.of(1, 2, 3), options)).toBeUndefined();
});
