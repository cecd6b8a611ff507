/** Samples that are outside of everything seen. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isOutlier } from './is-outlier.ts';

test.each([
  ['a usual sample', [10, 12, 11], false],
  ['a surge to fifty times the load', [10, 12, 500], false],
  ['a sample out of all proportion', [10, 12, 1e300], true],
  ['a fall out of all proportion', [10, 12, -1e300], true],
  ['a first sample that the group could have', [900], false],
  ['a first sample out of all proportion', [1e300], true],
  ['a sample after an idle time', [0, 0, 0, 40], false],
  ['a second sample like it', [10, 12, 1e300, 1e300], false],
  ['a second first sample like it', [1e300, 1e300], false],
  ['the usual sample after it', [10, 12, 1e300, 11], false],
  ['another one, after usual ones', [10, 1e300, 12, 1e300], true],
])('%s', (_case, values, expected) => {
  expect(isOutlier(values, 10)).toBe(expected);
});

test('samples of the same order of magnitude are no outliers', () => {
  const values = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { maxLength: 20 });
  fc.assert(fc.property(values, (all) => !isOutlier(all, 1)));
});
