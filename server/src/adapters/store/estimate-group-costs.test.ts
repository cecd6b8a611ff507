import { expect, test } from '@jest/globals';
import { estimateGroupCosts, type WrittenGroup } from './estimate-group-costs.ts';

/** A database whose flush takes 2 ms and whose statements take 0.01 ms each. */
function groupOf(statements: number): WrittenGroup {
  return { statements, durationMs: 2 + 0.01 * statements };
}

function estimate(groups: readonly WrittenGroup[]): number {
  const costs = estimateGroupCosts();
  for (const group of groups) costs.add(group);
  return costs.fixedMs();
}

test('nothing is known at first, and all of the first group may be its flush', () => {
  expect(estimate([])).toBe(0);
  expect(estimate([groupOf(100)])).toBe(3);
  expect(estimate([groupOf(100), groupOf(100)])).toBe(3);
});

test('groups of two sizes tell what the flush takes', () => {
  expect(estimate([groupOf(100), groupOf(300)])).toBeCloseTo(2);
  expect(estimate([1, 500, 80, 300].map(groupOf))).toBeCloseTo(2);
});

test('what was learnt stays when all groups are of one size', () => {
  const alike = Array.from({ length: 1_000 }, () => groupOf(300));
  expect(estimate([groupOf(100), ...alike])).toBeCloseTo(2);
});

test('a disk that became slower is learnt within some hundred groups', () => {
  const sizes = Array.from({ length: 400 }, (_, index) => (index % 7) * 40);
  const slower = sizes.map((statements) => ({ statements, durationMs: 10 + 0.01 * statements }));
  expect(estimate([...sizes.map(groupOf), ...slower])).toBeCloseTo(10, 1);
});

test('a group costs neither less than nothing nor more than groups take', () => {
  const rising = [
    { statements: 10, durationMs: 0 },
    { statements: 20, durationMs: 9 },
  ];
  expect(estimate(rising)).toBe(0);
  expect(
    estimate(rising.map(({ statements }) => ({ statements, durationMs: 30 - statements }))),
  ).toBe(15);
});
