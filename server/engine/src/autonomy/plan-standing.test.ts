import { expect, test } from '@jest/globals';
import { planStanding } from './plan-standing.ts';

test('a model may act until enough outcomes say that the rules would have cost less', () => {
  expect(planStanding({ judged: 0, advantage: 0 })).toBeUndefined();
  expect(planStanding({ judged: 19, advantage: -30 })).toBeUndefined();
  expect(planStanding({ judged: 20, advantage: 0 })).toBeUndefined();
  expect(planStanding({ judged: 20, advantage: -2.25 })).toBe(
    "The last 20 decisions would have cost 2.3 VM-hours more than what the groups' own rules " +
      'recommended, overload included.',
  );
});
