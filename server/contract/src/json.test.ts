import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, equalJson } from './json.ts';

describe('canonical JSON', () => {
  test('the order of keys does not matter, the order of lists does', () => {
    expect(canonicalJson({ b: 1, a: { d: 2, c: 3 } })).toBe('{"a":{"c":3,"d":2},"b":1}');
    expect(equalJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(equalJson([1, 2], [2, 1])).toBe(false);
    expect(equalJson({}, { a: null })).toBe(false);
  });

  test('whatever writes itself is written as it does', () => {
    expect(canonicalJson({ at: new Date(0), b: undefined })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    );
    expect(canonicalJson('a')).toBe('"a"');
  });

  test('equal values are those of equal text, whatever they are', () => {
    const values = ['a', 'b', '', 0, -0, 1, true, null, undefined, [], {}, { a: 'a' }, ['a']];
    const pairs = values.flatMap((left) => values.map((right) => [left, right]));
    const wrong = pairs.filter(
      ([left, right]) => equalJson(left, right) !== (canonicalJson(left) === canonicalJson(right)),
    );
    expect(wrong).toEqual([]);
  });

  test('property: the keys of all objects are in order, however they are called', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        const parsed: unknown = JSON.parse(text, (_name, inner) => {
          if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
          return Object.fromEntries(
            Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)),
          );
        });
        expect(JSON.stringify(parsed)).toBe(text);
        expect(parsed).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('property: it parses back to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
