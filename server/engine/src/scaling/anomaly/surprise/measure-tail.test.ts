/** The surprise of a number is about the logarithm of how rare it is. */
import { expect, test } from '@jest/globals';
import { makeRng } from '../../../rng.ts';
import { createTailMeter } from './measure-tail.ts';

/** Exponential numbers: above ln(1/p) lies a share p of them. */
function teach(count: number) {
  const rng = makeRng('tail');
  const meter = createTailMeter();
  for (let i = 0; i < count; i += 1) meter.measure(-Math.log(1 - rng.next()), Math.LN2);
  return meter;
}

test.each([3, 4, 5])('one of 10^%d has about that surprise', (decades) => {
  const surprise = teach(10_000).measure(decades * Math.LN10, Math.LN2);
  expect(Math.abs(surprise - decades)).toBeLessThan(0.5);
});

test('a usual number and one before anything is known have none', () => {
  expect(teach(10_000).measure(1, Math.LN2)).toBe(0);
  expect(createTailMeter().measure(1e9, 0)).toBe(0);
});

test('it goes on after more numbers than are remembered', () => {
  const surprise = teach(70_000).measure(5 * Math.LN10, Math.LN2);
  expect(Math.abs(surprise - 5)).toBeLessThan(1);
});

test('it is at most one in a million', () => {
  expect(teach(1_000).measure(1e300, Math.LN2)).toBe(6);
});
