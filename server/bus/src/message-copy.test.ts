import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { frozenCopyOf } from './message-copy.ts';

test('a copy is what a wire would make of the message, whatever is in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (message) => {
      const copy = frozenCopyOf(message as Parameters<typeof frozenCopyOf>[0]);
      expect(JSON.stringify(copy)).toBe(JSON.stringify(message));
    }),
  );
});

test('a copy holds nothing that JSON has no word for', () => {
  const message = { left: undefined, list: [undefined, Number.NaN, -0], at: new Date(0) };
  const copy = frozenCopyOf(message as never);
  expect(copy).toEqual({ list: [null, null, 0], at: '1970-01-01T00:00:00.000Z' });
  expect(Object.hasOwn(copy, 'left')).toBe(false);
});

test('a key named __proto__ stays a key', () => {
  const copy = frozenCopyOf(JSON.parse('{"__proto__": {"isAdmin": true}}'));
  expect(Object.hasOwn(copy, '__proto__')).toBe(true);
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

test('a copy cannot be changed, however deep', () => {
  const copy = frozenCopyOf({ vm: { labels: ['a'] } });
  expect(Object.isFrozen((copy.vm as { labels: unknown }).labels)).toBe(true);
});
