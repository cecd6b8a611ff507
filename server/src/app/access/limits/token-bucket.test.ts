import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allowanceOf, type Bucket, createLimiter, spendTokens, takeToken } from './rate-limiter.ts';

const ALLOWANCE = { burst: 3, perSecond: 2 };

describe('a token bucket', () => {
  test('gives its burst at once, then one token after the other', () => {
    let bucket: Bucket | undefined;
    const waits = [0, 0, 0, 0, 100, 500, 500, 999, 1000].map((nowMs) => {
      const taken = takeToken(bucket, ALLOWANCE, nowMs);
      bucket = taken.bucket;
      return taken.waitMs;
    });
    expect(waits).toEqual([0, 0, 0, 500, 400, 0, 500, 1, 0]);
  });

  test('of a steady rate holds what two seconds allow', () => {
    expect(allowanceOf(50)).toEqual({ burst: 100, perSecond: 50 });
  });

  test('fills up to its burst and no further', () => {
    const { bucket } = takeToken({ tokens: 0, atMs: 0 }, ALLOWANCE, 3_600_000);
    expect(bucket.tokens).toBe(2);
  });

  test('may owe what was used, and gives nothing until that is made up for', () => {
    const bucket = spendTokens({ tokens: 3, atMs: 0 }, ALLOWANCE, { count: 5, nowMs: 0 });
    expect(bucket.tokens).toBe(-2);
    expect([0, 1_499, 1_500].map((ms) => takeToken(bucket, ALLOWANCE, ms).waitMs)).toEqual([
      1_500, 1, 0,
    ]);
  });

  test('gives nothing for a clock that goes back', () => {
    const { bucket } = takeToken({ tokens: 2, atMs: 1_000 }, ALLOWANCE, 0);
    expect(bucket.tokens).toBe(1);
  });

  test('never gives more than its burst and its rate allow, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 200 }), (pauses) => {
        let bucket: Bucket | undefined;
        let nowMs = 0;
        let given = 0;
        for (const pause of pauses) {
          nowMs += pause;
          const taken = takeToken(bucket, ALLOWANCE, nowMs);
          bucket = taken.bucket;
          if (taken.waitMs === 0) given += 1;
        }
        expect(given).toBeLessThanOrEqual(3 + (nowMs / 1_000) * 2 + 1e-6);
      }),
    );
  });
});

describe('a limiter', () => {
  test('counts each caller alone', () => {
    const limiter = createLimiter({ nowMs: () => 0 }, { burst: 1, perSecond: 1 });
    expect([limiter.take('a'), limiter.take('b'), limiter.take('a')]).toEqual([0, 0, 1_000]);
  });

  test('keeps a bounded number of callers, those who came last', () => {
    const limiter = createLimiter({ nowMs: () => 0 }, { burst: 1, perSecond: 1 });
    for (let caller = 0; caller <= 10_000; caller += 1) limiter.take(`caller-${caller}`);
    expect(limiter.take('caller-10000')).toBe(1_000);
    expect(limiter.take('caller-0')).toBe(0);
  });
});
