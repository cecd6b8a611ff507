import { describe, expect, test } from '@jest/globals';
import {
  aheadWords,
  chanceWords,
  errorTrend,
  figureWords,
  needWords,
  percentWords,
  ruleWords,
} from './model-figures.ts';

const rules = [{ rule: 'last', mae: 0.002, r2: 0.9 }];

test.each([
  [0.0003346447, '0.000335'],
  [12_345.678, '12,300'],
  [0, '0'],
  [null, '–'],
])('an error of %p is %p', (value, words) => {
  expect(figureWords(value)).toBe(words);
});

test('shares are percentages', () => {
  expect([percentWords(0.80049), percentWords(-0.2335), percentWords(undefined)]).toEqual([
    '80 %',
    '-23.4 %',
    '–',
  ]);
});

test('chances have the names of their tests, once there are enough units', () => {
  expect(chanceWords({ welch_p: 0.0342, mann_whitney_p: 0.041 })).toBe(
    '0.0342 (Welch), 0.041 (Mann and Whitney)',
  );
  expect(chanceWords({ welch_p: null, mann_whitney_p: null })).toBe('not known yet');
});

test('a horizon is hours, or minutes', () => {
  expect([900, 3_600, 86_400].map(aheadWords)).toEqual(['15 minutes', '1 hour', '24 hours']);
});

describe('a version beside the best simple rule', () => {
  test('says how much of its error is avoided, and the least', () => {
    const scores = { is_better: true, improvement: 0.8, improvement_lower: 0.4, rules };
    expect(ruleWords(scores)).toBe('80 % less error than the rule last, at least 40 %');
  });

  test('says where it is not better', () => {
    const scores = { is_better: false, improvement: 0.01, improvement_lower: -0.4, rules };
    expect(ruleWords(scores)).toBe('not better than the rule last');
  });
});

test('an environment says what it needs', () => {
  expect(needWords({ improvement_min: 0, r2_min: null, approval: 'none' })).toBe(
    'better than any rule',
  );
  expect(needWords({ improvement_min: 0.1, r2_min: 0.5, approval: 'another-person' })).toBe(
    'at least 10 % better than a rule, at least 50 % of the variance explained, ' +
      'approval of another person',
  );
});

test('the trend goes from the oldest to the newest measured version', () => {
  const versions = [
    { version: 3, scores: { mae: 1, rules } },
    { version: 2, scores: null },
    { version: 1, scores: { mae: 2, rules } },
  ];
  expect(errorTrend(versions)).toEqual({
    xs: [1, 3],
    series: [
      { name: 'Model', values: [2, 1] },
      { name: 'Best simple rule', values: [0.002, 0.002] },
    ],
  });
});
