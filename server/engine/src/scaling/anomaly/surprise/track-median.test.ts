/** The followed median is close to the median. */
import { expect, test } from '@jest/globals';
import { makeRng } from '../../../rng.ts';
import { trackMedian } from './track-median.ts';

function medianOf(values: readonly number[]): number {
  const tracker = trackMedian();
  for (const value of values) tracker.add(value);
  return tracker.median();
}

test('of uniform and of skewed numbers', () => {
  const rng = makeRng('median');
  const uniform = Array.from({ length: 5_000 }, () => rng.next());
  expect(medianOf(uniform)).toBeCloseTo(0.5, 1);
  expect(medianOf(uniform.map((value) => value ** 8))).toBeCloseTo(0.5 ** 8, 2);
});

test('of a few numbers is exact', () => {
  expect(medianOf([])).toBeNaN();
  expect(medianOf([7])).toBe(7);
  expect(medianOf([9, 1, 5])).toBe(5);
});

test('of equal numbers is that number', () => {
  expect(medianOf(new Array(100).fill(3))).toBe(3);
});
