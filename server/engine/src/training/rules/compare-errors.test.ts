/** Whether something costs less than something else, beyond chance. */
import { describe, expect, test } from '@jest/globals';
import { compareCosts, compareErrors } from './compare-errors.ts';

const ROWS = 40;

/** Others cost 10; these cost less by `gain`, more or less by `range` in turn. */
function compare(gain: number, range: number, rows = ROWS) {
  const costs = Float64Array.from({ length: rows }, (_, row) => 10 - gain + range * wave(row));
  return compareCosts(costs, new Float64Array(rows).fill(10));
}

function wave(row: number): number {
  return Math.sin(row * row);
}

describe('costs', () => {
  test('are below others beyond chance if they are on nearly all rows', () => {
    expect(compare(1, 0)).toEqual({ estimate: 0.1, lower: 0.1 });
    expect(compare(1, 1).lower).toBeGreaterThan(0);
  });

  test('are not, if chance could have done it', () => {
    expect(compare(0.1, 3).lower).toBeLessThan(0);
    expect(compare(0, 0)).toEqual({ estimate: 0, lower: 0 });
  });

  test('of too few rows are never below others beyond chance', () => {
    expect(compare(1, 0, 19)).toEqual({ estimate: 0.1, lower: Number.NEGATIVE_INFINITY });
  });
});

test('errors of predictions are compared without their sign', () => {
  const [target, model] = [new Float64Array(ROWS), new Float64Array(ROWS).fill(-1)];
  expect(compareErrors(target, model, new Float64Array(ROWS).fill(2)).estimate).toBe(0.5);
});
