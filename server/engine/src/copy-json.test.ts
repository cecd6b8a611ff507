import { expect, test } from '@jest/globals';
import { copyJsonObject } from './copy-json.ts';

test('a copy is equal and shares nothing', () => {
  const given = { labels: { tier: 'db' }, ports: [1, { to: 2 }], none: null };
  const copy = copyJsonObject(given);
  expect(copy).toEqual(given);
  expect(copy.labels).not.toBe(given.labels);
  expect(copy.ports).not.toBe(given.ports);
});

test('a field of the name of prototypes stays a field', () => {
  const copy = copyJsonObject(JSON.parse('{"__proto__": {"allowed": true}}'));
  expect(Object.keys(copy)).toEqual(['__proto__']);
  expect(Reflect.get(copy, 'allowed')).toBeUndefined();
});
