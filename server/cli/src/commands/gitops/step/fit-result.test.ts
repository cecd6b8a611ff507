import { expect, test } from '@jest/globals';
import { fitResult, wholeList } from './fit-result.ts';

test('the longest list is cut until the result fits, and says how long it was', () => {
  const result = {
    digest: 'd',
    long: wholeList(Array.from({ length: 1_000 }, (_value, at) => `entry ${at}`)),
    short: wholeList(['a', 'b']),
  };
  const text = fitResult(result, 500);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(500);
  const { long, ...others } = JSON.parse(text);
  expect(long.total).toBe(1_000);
  expect(long.items.slice(0, 2)).toEqual(['entry 0', 'entry 1']);
  expect(others).toEqual({ digest: 'd', short: { items: ['a', 'b'], total: 2 } });
});

test('characters of several bytes count as such', () => {
  const result = { list: wholeList(Array.from({ length: 100 }, () => 'ü'.repeat(10))) };
  expect(Buffer.byteLength(fitResult(result, 1_200))).toBeLessThanOrEqual(1_200);
});
