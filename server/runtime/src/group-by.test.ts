import { expect, test } from '@jest/globals';
import { groupBy } from './group-by.ts';

test('groups are in the order of their first items, and items in their own', () => {
  expect([...groupBy([3, 1, 5, 2, 4], (item) => item % 2)]).toEqual([
    [1, [3, 1, 5]],
    [0, [2, 4]],
  ]);
  expect(groupBy([], String).size).toBe(0);
});
