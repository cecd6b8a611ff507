/** Outcomes correct the confidence of the validation. */
import { expect, test } from '@jest/globals';
import { learnConfidence } from './learn-confidence.ts';

test('outcomes that were right leave it as it is', () => {
  expect(learnConfidence(0.9, { judged: 0, right: 0 })).toBeCloseTo(0.9);
  expect(learnConfidence(0.9, { judged: 500, right: 500 })).toBe(0.9);
});

test('outcomes that were wrong lower it, the more of them there are', () => {
  const after = [1, 4, 20, 200].map((judged) => learnConfidence(0.9, { judged, right: 0 }));
  expect(after).toEqual(after.toSorted((a, b) => b - a));
  expect(after[1]).toBe(0.75);
  expect(after[3]).toBeLessThan(0.1);
});

test('one outcome moves it by less than five percent, whatever the others were', () => {
  for (const judged of [0, 1, 10, 1_000]) {
    for (const right of [0, Math.floor(judged / 2), judged]) {
      const before = learnConfidence(0.9, { judged, right });
      for (const isRight of [0, 1]) {
        const after = learnConfidence(0.9, { judged: judged + 1, right: right + isRight });
        expect(Math.abs(after - before)).toBeLessThan(0.05);
      }
    }
  }
});

test('it comes back with outcomes that are right', () => {
  expect(learnConfidence(0.9, { judged: 100, right: 95 })).toBe(0.9);
  expect(learnConfidence(0.9, { judged: 100, right: 50 })).toBeLessThan(0.6);
});
