import { describe, expect, test } from '@jest/globals';
import { describeLevelChange, effectOfLevel } from './describe-level-change.ts';

describe('the effect of a language level', () => {
  test.each([
    [{ 'data.p.allow': 'less' }, 'refuses'],
    [{ 'data.p.allow': 'more' }, 'allows'],
    [{ 'data.p.deny': 'less' }, 'allows'],
    [{ 'data.p.violation': 'more' }, 'refuses'],
    [{ 'data.p.deny': 'less', 'data.p.violation': 'less' }, 'allows'],
    [{ 'data.p.deny': 'less', 'data.p.allow': 'less' }, 'either'],
    [{ 'data.p.allow': 'either' }, 'either'],
    [{ 'data.p.free': 'less', 'data.p.warn': 'less' }, 'none'],
    [{}, 'none'],
  ] as const)('of %j is: %s', (rules, effect) => {
    expect(effectOfLevel({ rules })).toBe(effect);
  });

  test('is said with the parts that may be undefined', () => {
    const parts = ['input.x', 'owner', 'lower(…)'];
    expect(describeLevelChange({ parts, rules: { 'data.p.deny': 'less' } })).toBe(
      'Where input.x, owner or lower(…) is undefined, this negation holds at language level 1 ' +
        'and not at level 2, as in OPA: level 2 allows what level 1 refuses.',
    );
  });
});
