/** Keeps a token bucket for each of many callers in memory; each server counts for itself. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Clock } from '../../../ports/clock.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { type Allowance, type Bucket, takeToken } from './token-bucket.ts';

/** More callers than this are not told apart any more: the longest silent one starts afresh. */
const BUCKETS_MAX = 10_000;

/** Says who may go on. */
export interface Limiter {
  /** How long the caller has to wait; 0 when it may go on, which then counts. Unit: ms. */
  readonly take: (key: string) => number;
}

/** Makes one with all buckets full. */
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

/** What a caller hears who has to wait. */
export function rateLimited(waitMs: number): Problem {
  return problem('rate-limited', {
    detail: 'You send more requests than one principal may; none of this one was done.',
    remedy: `Send it again in ${waitMs} ms, or ask who runs the server to raise rate-limit.`,
    data: { retry_after_ms: waitMs },
  });
}
