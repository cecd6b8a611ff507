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

  test('property: it parses back to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
