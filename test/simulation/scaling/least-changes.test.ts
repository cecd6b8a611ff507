import { expect, test } from '@jest/globals';
import { findLeastChanges } from './least-changes.ts';
import { SIZE_MIN, UTILIZATION_MAX } from './simulate-scaling.ts';

/** Two hours that need five members, around one that needs the least. */
const valley = Float64Array.from({ length: 180 }, (_, minute) =>
  minute < 60 || minute >= 120 ? 5 * UTILIZATION_MAX : 0,
);
const traces = [{ trace: { name: 'valley', demand: valley }, first: 0 }];

test('with enough instance-hours the size is never changed', () => {
  expect(findLeastChanges(traces, 5 * 180)).toEqual({
    startsAndStops: 0,
    memberMinutes: 5 * 180,
  });
});

test('with no more than are needed the size follows the demand', () => {
  expect(findLeastChanges(traces, 5 * 120 + SIZE_MIN * 60)).toEqual({
    startsAndStops: 2 * (5 - SIZE_MIN),
    memberMinutes: 5 * 120 + SIZE_MIN * 60,
  });
});
