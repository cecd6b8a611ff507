import { expect, test } from '@jest/globals';
import { percentWords, scoreWords } from './compliance-words.ts';

test('figures say when there is none, and never round up to everything', () => {
  expect([scoreWords(null), scoreWords(79), scoreWords(91.26)]).toEqual(['–', '79.0', '91.3']);
  expect([percentWords(null), percentWords(0.9999), percentWords(1)]).toEqual([
    '–',
    '99 %',
    '100 %',
  ]);
});
