/** Keeps a token bucket for each caller in memory; each server counts for itself. */
import type { Clock } from '@novacron/runtime/clock';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { type Allowance, type Bucket, spendTokens, takeToken, tokensAt } from './token-bucket.ts';

/**
 * Maximum number of buckets: beyond it, the caller that was idle longest starts with a full one.
 */
const BUCKETS_MAX = 10_000;

/** Admits callers at a limited rate. */
export interface Limiter {
  /**
   * Returns the time that the caller has to wait; 0 if the call is admitted and counted. Unit: ms.
   */
  readonly take: (key: string) => number;
  /** Counts what is known to have been used only afterwards; it may leave a debt. */
  readonly spend: (key: string, count: number) => void;
  /** The tokens that the caller has now; nothing is counted. */
  readonly tokens: (key: string) => number;
}

/** Makes a limiter whose buckets are full. */
export function createLimiter(clock: Clock, allowance: Allowance): Limiter {
  const buckets = createLruCache<Bucket>(BUCKETS_MAX);
  return {
    take: (key) => {
      const { bucket, waitMs } = takeToken(buckets.get(key), allowance, clock.nowMs());
      buckets.set(key, bucket);
      return waitMs;
    },
    spend: (key, count) => {
      const nowMs = clock.nowMs();
      buckets.set(key, spendTokens(buckets.get(key), allowance, { count, nowMs }));
    },
    tokens: (key) => tokensAt(buckets.get(key), allowance, clock.nowMs()),
  };
}
