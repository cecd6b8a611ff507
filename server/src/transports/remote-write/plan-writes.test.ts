/** Writes that are planned for what Prometheus sends. */
import { expect, test } from '@jest/globals';
import { planWrites } from './plan-writes.ts';

const labels = new Map([['__name__', 'orders_count']]);

test('of the values of a second the first number is written, however many there are', () => {
  const many = Array.from({ length: 140_000 }, (_, at) => ({ value: at, atMs: at / 100 }));
  const samples = [{ value: Number.NaN, atMs: 0 }, ...many, { value: Number.NaN, atMs: 1_999 }];
  expect(planWrites([{ labels, samples }])).toEqual({
    writes: [
      {
        samples: [
          { name: 'orders_count', value: 0, at: '1970-01-01T00:00:00.000Z' },
          { name: 'orders_count', value: 100_000, at: '1970-01-01T00:00:01.000Z' },
        ],
      },
    ],
    refused: [],
  });
});
