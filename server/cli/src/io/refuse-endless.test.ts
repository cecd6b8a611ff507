import { expect, test } from '@jest/globals';
import { refuseEndless } from './refuse-endless.ts';

test('a document of JSON is returned as it is', () => {
  const document = { a: [1, { b: null }], c: 'x' };
  expect(refuseEndless(document)).toBe(document);
});

test('a value that contains itself is refused', () => {
  const list: unknown[] = [];
  list.push([list]);
  expect(() => refuseEndless({ list })).toThrow('a value contains itself');
});

test.each([500, 501, 100_000])('lists that nest %d levels deep', (levels) => {
  const document: unknown = JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  const asked = () => refuseEndless(document);
  if (levels <= 500) expect(asked()).toBe(document);
  else expect(asked).toThrow('values are nested more than 500 levels deep');
});

test('what stands in several places is measured once, and counts where it stands deepest', () => {
  let shared: unknown = 1;
  for (let level = 0; level < 400; level += 1) shared = [shared, shared, shared];
  expect(refuseEndless([shared, { deeper: shared }])).toBeDefined();
  let deep = shared;
  for (let level = 0; level < 101; level += 1) deep = [deep];
  expect(() => refuseEndless([shared, deep])).toThrow('levels deep');
});
