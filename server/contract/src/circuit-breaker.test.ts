import { expect, test } from '@jest/globals';
import {
  afterFailure,
  type BreakerRules,
  CLOSED,
  openMsAfter,
  passCall,
} from './circuit-breaker.ts';

const STEADY: BreakerRules = { failuresMax: 3, openMs: 5_000 };
const DOUBLING: BreakerRules = { failuresMax: 1, openMs: 1_000, openMsMax: 60_000 };

test.each([
  ['no time before enough failures', STEADY, 2, 0],
  ['its time once it opens', STEADY, 3, 5_000],
  ['the same time after each further failure', STEADY, 9, 5_000],
  ['the first pause', DOUBLING, 1, 1_000],
  ['twice as long after the next failure', DOUBLING, 2, 2_000],
  ['at most the longest pause', DOUBLING, 7, 60_000],
  ['the longest pause after very many failures', DOUBLING, 5_000, 60_000],
])('a breaker holds calls back for %s', (_words, rules, failures, openMs) => {
  expect(openMsAfter(failures, rules)).toBe(openMs);
});

test('the call that decides doubles the pause when it fails', () => {
  const first = afterFailure(CLOSED, DOUBLING, 0);
  expect(passCall(first, DOUBLING, 999)).toBeUndefined();
  const trial = passCall(first, DOUBLING, 1_000);
  expect(trial).toEqual({ failures: 1, closedFromMs: 2_000 });
  expect(afterFailure(trial ?? CLOSED, DOUBLING, 1_000)).toEqual({
    failures: 2,
    closedFromMs: 3_000,
  });
});
