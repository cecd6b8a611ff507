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
) => ({ action, sizeFrom, sizeTo, cpuUsage, size: sizeFrom });

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
