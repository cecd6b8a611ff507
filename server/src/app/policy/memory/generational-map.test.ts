import { expect, test } from '@jest/globals';
import { createGenerations } from './generational-map.ts';

test('what is looked for lives on, and what is not is forgotten', () => {
  const values = createGenerations<number>(4);
  values.keep('needed', 1);
  values.keep('idle', 2);
  for (const [at, key] of ['a', 'b', 'c', 'd'].entries()) {
    expect(values.find('needed')).toBe(1);
    values.keep(key, at);
  }
  expect(values.find('idle')).toBeUndefined();
  expect(values.find('d')).toBe(3);
});

test('what is dropped is gone from both generations', () => {
  const values = createGenerations<number>(2);
  values.keep('old', 1);
  values.keep('young', 2);
  for (const key of ['old', 'young']) values.drop(key);
  expect([values.find('old'), values.find('young')]).toEqual([undefined, undefined]);
});
