import { expect, test } from '@jest/globals';
import { findNul } from './find-nul.ts';

test.each([
  ['a text', 'a\0b', []],
  ['a field', { id: 'vm_1', name: '\0' }, ['name']],
  ['an element deep down', { ids: ['a', { b: 'c\0' }] }, ['ids', 1, 'b']],
  ['the key of a map', { labels: { 'a\0': 'b' } }, ['labels']],
])('a NUL character is found in %s', (_what, input, path) => {
  expect(findNul(input)).toEqual(path);
});

test('an input without one has no such place', () => {
  expect(findNul({ a: ['\\0', 0, null, true, { b: undefined }], c: '' })).toBeUndefined();
});
