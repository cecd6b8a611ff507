/** Text for the remaining time. */
import { expect, test } from '@jest/globals';
import { describeLeft } from './describe-left.ts';

test.each([
  [290_000, '4 minutes'],
  [120_000, '2 minutes'],
  [119_999, '119 seconds'],
  [28_400, '28 seconds'],
  [1_200, 'a second'],
  [0, 'a second'],
])('%d ms are %s', (leftMs, words) => {
  expect(describeLeft(leftMs)).toBe(words);
});
