import { expect, test } from '@jest/globals';
import { isNewerRelease } from './newer-release.ts';

test.each([
  ['0.2.0', '0.1.0', true],
  ['0.10.0', '0.9.9', true],
  ['1.0.0', '0.9.0', true],
  ['0.1.0', '0.2.0', false],
  ['0.9.0', '1.0.0', false],
  // Patch releases.
  ['0.1.9', '0.1.0', false],
  ['0.1.0', '0.1.0', false],
  ['unknown', '0.1.0', false],
  ['0.2.0', 'unknown', false],
])('%s is newer than %s: %s', (release, than, isNewer) => {
  expect(isNewerRelease(release, than)).toBe(isNewer);
});
