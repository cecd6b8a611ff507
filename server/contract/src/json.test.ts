import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { canonicalJson, equalJson, JsonObject } from './json.ts';

describe('the schema', () => {
  const asZodSays = z.record(z.string(), z.json());

  test('property: takes what zod takes for JSON, as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(JsonObject.parse(value)).toEqual(asZodSays.parse(value));
      }),
    );
  });

  const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`);
  const odd = [undefined, () => 1, 1n, Number.NaN, new Date(0), [[undefined]], { a: new Map() }];
  test.each([...odd, deep, JSON.parse('{"__proto__": {"a": 1}}')])(
    'says of %p the same',
    (value) => {
      const [ours, zods] = [JsonObject.safeParse({ value }), asZodSays.safeParse({ value })];
      expect(ours.success).toBe(zods.success);
      expect(ours.error?.issues).toEqual(zods.error?.issues);
      expect(Object.keys(Object(ours.data?.value))).toEqual(Object.keys(Object(zods.data?.value)));
    },
  );
});

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
