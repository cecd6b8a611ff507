import { expect, test } from '@jest/globals';
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type { RequestedAction } from './model/orchestration.ts';
import { resizeGroup } from './resize-group.ts';

const SIZES = { size: 4, minSize: 2, maxSize: 10 };
const rank = { priority: 0, binding: 0, precision: 0, namespaced: 0 } as const;

const ask = (
  parameters: (OrchestrationAction & { type: 'scale' })['parameters'],
): RequestedAction => ({
  policy: 'p',
  rule: 'r',
  rank,
  action: { type: 'scale', parameters },
});

test.each([
  ['up by a factor, rounded up', [ask({ direction: 'up', factor: 1.4 })], 6],
  ['up by a count', [ask({ direction: 'up', count: 3 })], 7],
  ['down by a factor, rounded down', [ask({ direction: 'down', factor: 1.5 })], 2],
  ['down by a count', [ask({ direction: 'down', count: 1 })], 3],
  ["not beyond the group's own bounds", [ask({ direction: 'up', factor: 10 })], 10],
  ['at least the minimum', [ask({ min_replicas: 5 })], 5],
  ['at most the maximum', [ask({ direction: 'up', count: 9 }), ask({ max_replicas: 6 })], 6],
  ["never below the group's least", [ask({ max_replicas: 1 })], 2],
])('a group goes %s', (_, asked, size) => {
  expect(resizeGroup(asked, SIZES)).toMatchObject({ size, delayMs: 0 });
});

test('a group of the right size stays, and nothing follows from an alert', () => {
  expect(resizeGroup([ask({ min_replicas: 3, max_replicas: 4 })], SIZES)).toBeUndefined();
  expect(resizeGroup([], SIZES)).toBeUndefined();
});

test('a delay counts in its direction alone', () => {
  const delay = ask({ direction: 'down', delay: '5m' });
  const down = resizeGroup([ask({ direction: 'down', count: 1 }), delay], SIZES);
  expect(down?.delayMs).toBe(300_000);
  expect(resizeGroup([ask({ direction: 'up', count: 1 }), delay], SIZES)?.delayMs).toBe(0);
});
