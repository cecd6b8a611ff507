/** Scores of a series, and the factors that they may depend on. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { createDetector, planAnomalies } from './plan-anomalies.ts';

const MINUTE_MS = 60_000;
const DAY_ROWS = 288;

/** A series of every five minutes. */
function series(count: number, valueAt: (row: number) => number) {
  return Array.from({ length: count }, (_, row) => ({
    time_ms: row * 5 * MINUTE_MS,
    value: valueAt(row),
  }));
}

/** A day's wave with noise. */
function wave(seed: string, change: (value: number, row: number) => number = (value) => value) {
  const rng = makeRng(seed);
  const noise = Array.from({ length: 2_000 }, () => rng.next() - 0.5);
  return series(2_000, (row) =>
    change(50 + 20 * Math.sin((2 * Math.PI * row) / DAY_ROWS) + (noise[row] ?? 0), row),
  );
}

const isBetween = (from: number, to: number) => (_: number, row: number) => row >= from && row < to;
const highest = (scores: readonly number[]) => Math.max(...scores);

describe('what is new has the highest score', () => {
  test.each([
    ['a value outside', (value: number, row: number) => (row === 1_500 ? 120 : value)],
    ['a drop', (value: number, row: number) => (row === 1_500 ? 0 : value)],
    ['a level that stays', (value: number, row: number) => (row >= 1_500 ? value + 60 : value)],
    ['a day that has no wave', (value: number, row: number) => (row >= 1_500 ? 50 : value)],
    ['noise', (value: number, row: number) => (row >= 1_500 ? value + (row % 2) * 15 : value)],
  ])('%s', (_what, change) => {
    const scores = planAnomalies(wave('what-is-new', change));
    const before = scores.filter(isBetween(300, 1_500));
    const at = scores.filter(isBetween(1_500, 1_560));
    expect(highest(at)).toBeGreaterThan(highest(before));
    expect(highest(at)).toBeGreaterThan(0.95);
  });
});

test('what goes on is reported once', () => {
  const scores = planAnomalies(wave('once', (value, row) => (row >= 1_500 ? value + 60 : value)));
  expect(scores.filter(isBetween(1_520, 1_600)).filter((score) => score > 0.95)).toEqual([]);
});

test('each score is computed from the rows up to it', () => {
  const whole = wave('past', (value, row) => (row > 1_200 ? value * 9 : value));
  const part = wave('past').slice(0, 1_200);
  expect(planAnomalies(whole).slice(0, 1_200)).toEqual(planAnomalies(part));
});

test('the unit does not change what is found', () => {
  const broken = (value: number, row: number) => (row === 1_500 ? 120 : value);
  const scores = planAnomalies(wave('unit', (value, row) => 1_024 * broken(value, row)));
  expect(scores.indexOf(highest(scores.filter(isBetween(300, 2_000))))).toBe(1_500);
});

describe('a series without anything new scores 0', () => {
  test.each([
    ['constant', () => 5],
    ['constant at zero', () => 0],
  ])('%s', (_what, valueAt) => {
    expect(highest(planAnomalies(series(1_000, valueAt)).slice(400))).toBeLessThan(0.9);
  });

  test('empty', () => expect(planAnomalies([])).toEqual([]));
  test('of three rows', () => expect(planAnomalies(series(3, (row) => row))).toEqual([0, 0, 0]));
});

describe('bad values', () => {
  test('a missing value scores 0 and leaves the others as they are', () => {
    const rows = wave('missing');
    const holes = rows.flatMap((row, i) => (i % 10 === 0 ? [row, { ...row, value: NaN }] : [row]));
    const scores = planAnomalies(holes);
    const kept = scores.filter((_, i) => !Number.isNaN(holes[i]?.value));
    expect(scores.filter((_, i) => Number.isNaN(holes[i]?.value))).not.toContainEqual(1);
    expect(kept.length).toBe(rows.length);
    expect(scores.every((score, i) => !Number.isNaN(holes[i]?.value) || score === 0)).toBe(true);
  });

  test('any numbers and times give scores from 0 to below 1', () => {
    const rng = makeRng('any');
    const odd = [0, -0, 1e308, -1e308, 5e-324, NaN, Infinity, -Infinity, 1, -1];
    for (let run = 0; run < 20; run += 1) {
      const detector = createDetector();
      for (let row = 0; row < 400; row += 1) {
        const pick = odd[Math.floor(rng.next() * odd.length)] ?? 0;
        const value = rng.next() < 0.3 ? pick : rng.next() * 10 ** Math.floor(rng.next() * 20);
        const time_ms = rng.next() < 0.1 ? 0 : row * MINUTE_MS * rng.next();
        const score = detector.score({ time_ms, value });
        expect(score >= 0 && score < 1).toBe(true);
      }
    }
  });
});
