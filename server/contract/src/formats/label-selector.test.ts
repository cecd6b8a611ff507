import { expect, test } from '@jest/globals';
import { LABEL_REQUIREMENTS_MAX, parseLabelSelector } from './label-selector.ts';

test.each([
  ['tier=web', [{ name: 'tier', operator: 'in', values: ['web'] }]],
  [
    'env in (a, b),!retired , tier != db',
    [
      { name: 'env', operator: 'in', values: ['a', 'b'] },
      { name: 'retired', operator: 'absent', values: [] },
      { name: 'tier', operator: 'not-in', values: ['db'] },
    ],
  ],
])('reads %s', (text, requirements) => {
  expect(parseLabelSelector(text)).toEqual(requirements);
});

test.each(['', ',', 'a,', 'a in (b', 'a in b)', 'a b', '(a)'])('refuses %p', (text) => {
  expect(parseLabelSelector(text)).toBeUndefined();
});

test('refuses too many requirements, however long the text is', () => {
  const names = Array.from({ length: LABEL_REQUIREMENTS_MAX }, (_, at) => `l${at}`);
  expect(parseLabelSelector(names.join(','))).toHaveLength(LABEL_REQUIREMENTS_MAX);
  expect(parseLabelSelector([...names, 'more'].join(','))).toBeUndefined();
  // In a square of its length, this would not end.
  expect(parseLabelSelector(','.repeat(1_000_000))).toBeUndefined();
  expect(parseLabelSelector(`(${','.repeat(1_000_000)}`)).toBeUndefined();
});
