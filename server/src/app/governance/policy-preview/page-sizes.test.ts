import { describe, expect, test } from '@jest/globals';
import { createPageSizes } from './page-sizes.ts';

/** The rows of each page, where a row takes so long. */
function sizesOf(rowMs: number, pages: number): readonly number[] {
  let nowMs = 0;
  const sizes = createPageSizes(() => nowMs);
  return Array.from({ length: pages }, () => {
    const rows = sizes.next();
    nowMs += rows * rowMs;
    sizes.judged();
    return rows;
  });
}

describe('the pages of a preview', () => {
  test('grow while their policies are quick', () => {
    expect(sizesOf(0.1, 8)).toEqual([5, 10, 20, 40, 80, 160, 200, 200]);
  });

  test('stay as small where each row takes as long as a policy may', () => {
    expect(sizesOf(2_000, 4)).toEqual([5, 5, 5, 5]);
  });

  test('become smaller again when policies become slow', () => {
    expect(sizesOf(1.5, 8)).toEqual([5, 10, 20, 40, 80, 20, 40, 80]);
  });
});
