/** Conditions about entity tags. */
import { expect, test } from '@jest/globals';
import { entityTag, isTagListed } from './entity-tag.ts';

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['', false],
  ['"a"', true],
  ['W/"a"', true],
  ['"x", "a"', true],
  ['"x",W/"a" , "y"', true],
  ['*', true],
  [' * ', true],
  ['"x,y", "a"', true],
  ['"b"', false],
  ['a', false],
  ['"*"', false],
  ['"a;br"', false],
])('If-None-Match: %p', (header, isListed) => {
  expect(isTagListed(header, '"a"')).toBe(isListed);
});

test('each coding has a tag of its own', () => {
  const tags = (['identity', 'br', 'gzip'] as const).map((each) => entityTag('a', each));
  expect(tags).toEqual(['"a"', '"a;br"', '"a;gzip"']);
});
