import { describe, expect, test } from '@jest/globals';
import { mean } from 'simple-statistics';
import { makeRng } from '../../../rng.ts';
import type { Contender, Contest } from '../model/contest.ts';
import { CONFIDENCE_DRAWS, drawConfidence, inverseNormal } from './draw-confidence.ts';
import { foldContenders } from './fold-contenders.ts';
import {
  changesOf,
  estimateSpread,
  noteLoad,
  READING_MS,
  spreadOfChanges,
} from './load-history.ts';

const one = (load: number, spread: number, count = 1): Contender => ({
  count,
  base: 0.5,
  load,
  spread,
});

/** Mean of many seeds: 200 draws alone are off by up to 0.1. */
function meanConfidence(contest: Contest): number {
  return mean(
    Array.from({ length: 40 }, (_, at) => drawConfidence(contest, makeRng(`seed ${at}`))),
  );
}

describe('drawing a confidence', () => {
  test('the same seed gives the same number', () => {
    const contest = { loadWeight: 0.4, leader: one(0.3, 0.05), others: [one(0.35, 0.05)] };
    const drawn = drawConfidence(contest, makeRng('dec_a'));
    expect(drawConfidence(contest, makeRng('dec_a'))).toBe(drawn);
    expect(Number.isInteger(Math.round(drawn * CONFIDENCE_DRAWS * 1e6) / 1e6)).toBe(true);
  });

  test('it is the probability that one normal number exceeds another', () => {
    const contest = { loadWeight: 0.4, leader: one(0.3, 0.05), others: [one(0.35, 0.05)] };
    // 0.05 / (0.05 * sqrt(2)) = 0.7071 deviations: 0.7602.
    expect(Math.abs(meanConfidence(contest) - 0.7602)).toBeLessThan(0.03);
  });

  test('many alike nodes at once are as the same nodes one by one', () => {
    const leader = one(0.3, 0.05);
    const single = Array.from({ length: 30 }, () => one(0.36, 0.05));
    const apart = meanConfidence({ loadWeight: 0.4, leader, others: single });
    const together = meanConfidence({ loadWeight: 0.4, leader, others: [one(0.36, 0.05, 30)] });
    expect(Math.abs(apart - together)).toBeLessThan(0.04);
  });

  test('folding hundreds of contenders changes little', () => {
    const rng = makeRng('fold');
    const others = Array.from({ length: 200 }, () => one(0.3 + rng.next() * 0.3, 0.02));
    const contest = { loadWeight: 0.4, leader: one(0.27, 0.02) };
    const folded = foldContenders(others, 0.4);
    expect(folded.length).toBeLessThanOrEqual(20);
    expect(folded.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    const all = meanConfidence({ ...contest, others });
    expect(Math.abs(meanConfidence({ ...contest, others: folded }) - all)).toBeLessThan(0.04);
  });
});

describe('the inverse normal distribution', () => {
  test.each([
    [0.5, 0],
    [0.975, 1.959964],
    [0.025, -1.959964],
    [0.99, 2.326348],
    [0.001, -3.090232],
  ])('at %p it is %p', (share, quantile) => {
    expect(inverseNormal(share)).toBeCloseTo(quantile, 5);
  });

  test('its ends are finite', () => {
    expect(Number.isFinite(inverseNormal(0))).toBe(true);
    expect(Number.isFinite(inverseNormal(1))).toBe(true);
  });
});

describe('the history of a load', () => {
  test('has a reading every quarter of an hour, for six hours', () => {
    let readings: readonly { readonly atMs: number; readonly load: number }[] = [];
    for (let minute = 0; minute < 600; minute += 1) {
      readings = noteLoad(readings, { atMs: minute * 60_000, load: minute });
    }
    expect(readings).toHaveLength(24);
    expect(readings.at(-1)?.atMs).toBe(585 * 60_000);
  });

  test('changes are those over an hour', () => {
    const readings = [0, 1, 2, 3, 4, 5].map((at) => ({ atMs: at * READING_MS, load: at / 100 }));
    expect(changesOf(readings).map((change) => Math.round(change * 100))).toEqual([4, 4]);
    expect(changesOf(readings.slice(0, 4))).toEqual([]);
  });

  test('few changes of its own count less than those of the fleet', () => {
    expect(spreadOfChanges([])).toBeUndefined();
    expect(spreadOfChanges([0.03, -0.03])).toBeCloseTo(0.03);
    expect(estimateSpread([], 0.1)).toBeCloseTo(0.1);
    expect(estimateSpread([0.02, 0.02, 0.02, 0.02], 0.1)).toBeCloseTo(0.0721, 3);
    expect(estimateSpread([])).toBeCloseTo(0.05);
  });
});
