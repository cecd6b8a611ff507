import { describe, expect, test } from '@jest/globals';
import { listNames } from './list-names.ts';

describe('a list of names', () => {
  test.each<[readonly string[], string]>([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a, b'],
    [['a', 'b', 'c'], 'a, b and 1 more'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b and 3 more'],
  ])('of %j names two of them', (names, text) => {
    expect(listNames(names, 2)).toBe(text);
  });
});
