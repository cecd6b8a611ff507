/** Ages, as texts. */
import { expect, test } from '@jest/globals';
import { ageOf } from './age-of.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');

test.each([
  ['2026-06-01T12:00:00Z', '0s'],
  ['2026-06-01T11:58:05Z', '115s'],
  ['2026-06-01T11:54:55Z', '5m5s'],
  ['2026-06-01T11:45:10Z', '14m'],
  ['2026-06-01T08:40:00Z', '3h20m'],
  ['2026-06-01T01:00:00.123Z', '10h'],
  ['2026-05-29T11:00:00Z', '3d'],
  ['2024-01-01T00:00:00Z', '2y'],
  ['2026-06-01T12:05:00Z', 'in 5m'],
  ['soon', 'soon'],
])('%s was %s before', (at, age) => {
  expect(ageOf(at, NOW)).toBe(age);
});
