import { expect, test } from '@jest/globals';
import { readWaitPreference } from './read-wait-preference.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['respond-async', undefined],
  ['wait', undefined],
  ['wait=', undefined],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['wait=soon', undefined],
  ['wait=0', 0],
  ['wait=1', 1000],
  ['Wait = "2"', 2000],
  ['respond-async, wait=3', 3000],
  ['wait=4; because', 4000],
  ['wait=999999', 30_000],
])('Prefer: %s waits %p ms', (header, waitMs) => {
  expect(readWaitPreference(header)).toBe(waitMs);
});
