import { expect, test } from '@jest/globals';
import { planOutcome } from './plan-outcome.ts';

const right = (...[action, sizeFrom, sizeTo, cpuUsage]: Parameters<typeof of>) =>
  planOutcome(of(action, sizeFrom, sizeTo, cpuUsage)).isRight;

/** Measured with as many members as before, as in the shadow mode. */
const of = (
  action: 'scale_up' | 'scale_down' | 'wait',
  sizeFrom: number,
  sizeTo: number,
  cpuUsage: number,
) => ({
  action,
  preferred: action,
  sizeFrom,
  sizeTo,
  sizePreferred: sizeTo,
  sizeRules: sizeFrom,
  cpuUsage,
  size: sizeFrom,
});

test('more members are right where fewer would have been overloaded', () => {
  expect(right('scale_up', 4, 5, 95)).toBe(true);
  expect(right('scale_up', 4, 5, 60)).toBe(false);
});

test('fewer members are right where they carry the load', () => {
  expect(right('scale_down', 4, 3, 60)).toBe(true);
  expect(right('scale_down', 4, 3, 80)).toBe(false);
});

test('waiting is right while the members carry the load', () => {
  expect(right('wait', 4, 4, 85)).toBe(true);
  expect(right('wait', 4, 4, 86)).toBe(false);
});

test('what the model preferred is judged where it was not sure enough', () => {
  const waited = { ...of('wait', 4, 4, 95), preferred: 'scale_up', sizePreferred: 5 } as const;
  expect(planOutcome(waited)).toMatchObject({ isRight: false, isPreferredRight: true });
});

test('fewer members are cheaper than those of the rules, an overload is dearer than any', () => {
  const advantage = (sizeTo: number, sizeRules: number) =>
    planOutcome({ ...of('scale_down', 4, sizeTo, 60), sizeRules }).advantage;
  expect(advantage(3, 3)).toBe(0);
  expect(advantage(3, 4)).toBeCloseTo(1 / 12);
  expect(advantage(4, 3)).toBeCloseTo(-1 / 12);
  expect(advantage(2, 4)).toBeLessThan(-1.8);
  expect(advantage(4, 1)).toBeGreaterThan(1.7);
  expect(advantage(3, 10_000)).toBe(2);
});
