/** The parts of a series are those that it was made of, and add up to it. */
import { expect, test } from '@jest/globals';
import { makeRng } from '../../../rng.ts';
import { decomposeSeries } from './decompose-series.ts';

test('trend, day and week are found again, and the parts add up', () => {
  const rng = makeRng('decomposition');
  const count = 24 * 7 * 6;
  const trendAt = (at: number) => 50 + at / 50;
  const dayAt = (at: number) => 10 * Math.sin((2 * Math.PI * at) / 24);
  const weekAt = (at: number) => 5 * Math.sin((2 * Math.PI * at) / 168);
  const values = Float64Array.from({ length: count }, (_, at) => {
    return trendAt(at) + dayAt(at) + weekAt(at) + (rng.next() - 0.5);
  });
  const { trend, seasons, remainder } = decomposeSeries(values, [24, 168]);
  const [day = new Float64Array(), week = new Float64Array()] = seasons;
  for (let at = 0; at < count; at += 1) {
    const sum = (trend[at] ?? 0) + (day[at] ?? 0) + (week[at] ?? 0) + (remainder[at] ?? 0);
    expect(sum).toBeCloseTo(values[at] ?? 0, 6);
  }
  const middle = Array.from({ length: count - 400 }, (_, at) => at + 200);
  const errorOf = (part: Float64Array, partAt: (at: number) => number) =>
    middle.reduce((most, at) => Math.max(most, Math.abs((part[at] ?? 0) - partAt(at))), 0);
  expect(errorOf(trend, trendAt)).toBeLessThan(1);
  expect(errorOf(day, dayAt)).toBeLessThan(1);
  expect(errorOf(week, weekAt)).toBeLessThan(1);
});

test('a series without seasons has a trend and a remainder', () => {
  const values = Float64Array.from({ length: 100 }, (_, at) => 3 * at);
  const { trend, seasons, remainder } = decomposeSeries(values, []);
  expect(seasons).toEqual([]);
  expect(trend[50]).toBeCloseTo(150, 6);
  expect(Math.max(...remainder.map(Math.abs))).toBeLessThan(1e-6);
});
