import { expect, test } from '@jest/globals';
import { estimateAnswerCost } from './estimate-answer-cost.ts';

test('nothing is known at first; then it is the time of an answer', () => {
  const cost = estimateAnswerCost();
  expect(cost.eachMs()).toBeUndefined();
  cost.add({ answers: 8, durationMs: 0.4 });
  expect(cost.eachMs()).toBeCloseTo(0.05);
});

test('turns of few answers count for few', () => {
  const cost = estimateAnswerCost();
  for (let round = 0; round < 200; round += 1) {
    cost.add({ answers: 8, durationMs: 0.4 });
    cost.add({ answers: 1, durationMs: 0.1 });
  }
  expect(cost.eachMs()).toBeCloseTo(0.5 / 9, 2);
});

test('one disturbed turn changes little, callers that grew slow change all', () => {
  const cost = estimateAnswerCost();
  for (let round = 0; round < 200; round += 1) cost.add({ answers: 8, durationMs: 0.4 });
  cost.add({ answers: 8, durationMs: 8 });
  expect(cost.eachMs()).toBeLessThan(0.1);
  for (let round = 0; round < 300; round += 1) cost.add({ answers: 8, durationMs: 1.6 });
  expect(cost.eachMs()).toBeCloseTo(0.2, 2);
});
