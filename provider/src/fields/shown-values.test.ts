import { expect, test } from '@jest/globals';
import { isHidden } from './shown-values.ts';

test.each([
  ['metadata.tier', true],
  ['vm.metadata.tier', true],
  ['vm.description', true],
  ['vm.memory_gb', false],
  ['memory_gb', false],
])('whether the values of %s are hidden: %s', (path, hidden) => {
  expect(isHidden(path)).toBe(hidden);
});
