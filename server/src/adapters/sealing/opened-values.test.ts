import { expect, test } from '@jest/globals';
import { createOpenedValues } from './opened-values.ts';

const place = (id: string) => ({ table: 'baselines', column: 'applied_json', id });

test('finds a value at its place only, and only as long as it is the same', () => {
  const opened = createOpenedValues();
  opened.keep(place('a'), 'sealed', 'text');
  expect(opened.find(place('a'), 'sealed')).toBe('text');
  expect(opened.find(place('b'), 'sealed')).toBeUndefined();
  expect(opened.find(place('a'), 'changed')).toBeUndefined();
});

test('forgets the oldest beyond its size, and counts a replaced one once', () => {
  const opened = createOpenedValues(20);
  for (const id of ['a', 'a', 'a', 'b']) opened.keep(place(id), 'sealed', 'text');
  expect(opened.find(place('a'), 'sealed')).toBe('text');
  opened.keep(place('c'), 'sealed', 'text');
  expect(opened.find(place('a'), 'sealed')).toBeUndefined();
  expect(opened.find(place('b'), 'sealed')).toBe('text');
});
