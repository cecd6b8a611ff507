/** Keeps a token bucket for each caller in memory; each server counts for itself. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Clock } from '@novacron/runtime/clock';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { type Allowance, type Bucket, takeToken } from './token-bucket.ts';

/**
 * Maximum number of buckets: beyond it, the caller that was idle longest starts with a full one.
 */
const BUCKETS_MAX = 10_000;

/** Admits callers at a limited rate. */
export interface Limiter {
  /** How long the caller has to wait; 0 when the call is admitted and counted. Unit: ms. */
  readonly take: (key: string) => number;
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
  };
}

/** The problem of a caller that has to wait. */
export function rateLimited(waitMs: number): Problem {
  return problem('rate-limited', {
    detail: 'You exceeded the rate limit of one principal; this request was not processed.',
    remedy: `Send it again in ${waitMs} ms, or ask the server's operators to raise rate-limit.`,
    data: { retry_after_ms: waitMs },
  });
}
