import { describe, expect, test } from '@jest/globals';
import { ApiProblem, isWorthRetrying, unanswered, unreachable } from './api-problem.ts';

const TEXTS = { title: '', code: '', detail: '', remedy: '' };
const refused = new ApiProblem(Object.assign({ status: 403, errors: [] }, TEXTS));

describe('another attempt of a query', () => {
  test.each([
    ['a server that is away', unreachable(), true],
    ['a server that has been silent for 30 s, which is said at once', unanswered(30, false), false],
    ['a refusal', refused, false],
    ['a failure that is not known', new Error('reset'), true],
  ])('after %s', (_what, cause, isWorth) => {
    expect(isWorthRetrying(0, cause)).toBe(isWorth);
    expect(isWorthRetrying(2, cause)).toBe(false);
  });
});
