import { expect, test } from '@jest/globals';
import { watchParent } from './watch-parent.ts';

test('the parent is gone when the process has another one', () => {
  let pid = 4711;
  const isGone = watchParent({ readPid: () => pid });
  expect(isGone()).toBe(false);
  pid = 1;
  expect(isGone()).toBe(true);
});

test('the parent of this process is there', () => {
  expect(watchParent()()).toBe(false);
});
