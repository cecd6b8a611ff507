import { expect, test } from '@jest/globals';
import { improvementWords, weightsWords } from './forecast-words.ts';

test('models of a selection go by their weight, without those that hardly count', () => {
  const models = [
    { model: 'log-ridge', weight: 0.0000002 },
    { model: 'naive', weight: 0.31 },
    { model: 'holt-winters', weight: 0.6899998 },
  ];
  expect(weightsWords({ models })).toBe('holt-winters 69 %, naive 31 %');
});

test.each([
  [0.276, 'naive', '27.6 % less error than naive'],
  [-0.1, 'naive', '10 % more error than naive'],
  [0, 'naive', 'the error of naive'],
  [null, null, 'no rule to compare with'],
])('an improvement of %p over %p is %p', (improvement, rule, words) => {
  expect(improvementWords({ improvement, rule })).toBe(words);
});
