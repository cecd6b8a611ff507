import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createShortLivedMap } from './short-lived-map.ts';

const KEYS = fc.constantFrom('a', 'b', '7', '', '__proto__', 'constructor', 'toString');

const CHANGES = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('set' as const), key: KEYS }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: KEYS }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), key: KEYS }) },
  ),
);

test('answers as a Map does, also of names that objects have', () => {
  fc.assert(
    fc.property(CHANGES, (changes) => {
      const ours = createShortLivedMap<{ readonly at: number }>();
      const model = new Map<string, { readonly at: number }>();
      for (const [at, { kind, key }] of changes.entries()) {
        if (kind === 'set') {
          const value = { at };
          ours.set(key, value);
          model.set(key, value);
        } else if (kind === 'delete') {
          ours.delete(key);
          model.delete(key);
        } else {
          ours.clear();
          model.clear();
        }
        expect(ours.get(key)).toBe(model.get(key));
        expect(ours.has(key)).toBe(model.has(key));
        expect(ours.isEmpty()).toBe(model.size === 0);
      }
      expect(ours.keys().sort()).toEqual([...model.keys()].sort());
      expect(new Set(ours.values())).toEqual(new Set(model.values()));
    }),
  );
});
