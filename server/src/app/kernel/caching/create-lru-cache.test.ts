import { expect, test } from '@jest/globals';
import { createLruCache } from './create-lru-cache.ts';

test('an entry that is read stays, and the one that was not used for longest is evicted', () => {
  const cache = createLruCache<number>(3);
  cache.set('needed', 1);
  cache.set('idle', 2);
  for (const [at, key] of ['a', 'b', 'c', 'd'].entries()) {
    expect(cache.get('needed')).toBe(1);
    cache.set(key, at);
  }
  expect([...cache.keys()].sort()).toEqual(['c', 'd', 'needed']);
  expect(cache.get('idle')).toBeUndefined();
});

test('an entry that is deleted leaves room for another one', () => {
  const cache = createLruCache<number>(2);
  cache.set('kept', 1);
  cache.set('dropped', 2);
  cache.delete('dropped');
  cache.set('next', 3);
  expect([cache.get('kept'), cache.get('dropped'), cache.get('next')]).toEqual([1, undefined, 3]);
});
