import { expect, test } from '@jest/globals';
import { afterFailure, CLOSED, mayCall } from './circuit-breaker.ts';

test('opens after three failures in a row, lets one call through after half a minute', () => {
  const twice = afterFailure(afterFailure(CLOSED, 0), 1);
  expect(mayCall(twice, 1)).toBe(true);
  const open = afterFailure(twice, 2);
  expect([mayCall(open, 2), mayCall(open, 30_001), mayCall(open, 30_002)]).toEqual([
    ...[false, false, true],
  ]);
  expect(mayCall(afterFailure(open, 30_002), 60_001)).toBe(false);
});
