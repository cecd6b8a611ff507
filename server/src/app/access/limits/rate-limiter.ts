/**
 * Keeps a token bucket for each caller in memory; each server counts for itself. Source of the
 * bucket: the leaky bucket as a meter, ITU-T I.371.
 */
import type { Clock } from '@novacron/runtime/clock';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';

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

/** A rate limit: a burst at once, then a steady rate. */
export interface Allowance {
  /** Tokens in a full bucket. */
  readonly burst: number;
  readonly perSecond: number;
}

/** The default burst of people and Terraform: what two seconds allow, at once. */
const BURST_SECONDS = 2;

/** The rate limit with the default burst. */
export function allowanceOf(perSecond: number): Allowance {
  return { perSecond, burst: perSecond * BURST_SECONDS };
}

/** The tokens left at a moment. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** The bucket after a request for a token. */
export interface Taken {
  readonly bucket: Bucket;
  /** 0 when there was a token; otherwise the time until there is one. Unit: milliseconds. */
  readonly waitMs: number;
}

const MS_PER_SECOND = 1_000;
const FRACTION_MS = 1e-6;

/**
 * Takes one token. A refusal takes none, and a clock that went back adds none.
 * @param bucket - undefined: a full one
 */
export function takeToken(bucket: Bucket | undefined, allowance: Allowance, nowMs: number): Taken {
  const tokens = tokensAt(bucket, allowance, nowMs);
  const waitMs = waitOf(tokens, allowance);
  return { bucket: { tokens: waitMs === 0 ? tokens - 1 : tokens, atMs: nowMs }, waitMs };
}

/** The time until there is a token; 0 where there is one. Unit: milliseconds. */
export function waitOf(tokens: number, { perSecond }: Allowance): number {
  if (tokens >= 1) return 0;
  const exactMs = ((1 - tokens) / perSecond) * MS_PER_SECOND;
  // Rounded up, but not because of a binary fraction.
  return Math.max(1, Math.ceil(exactMs - FRACTION_MS));
}

/**
 * Takes what is known to have been used only afterwards, such as time. It may leave a debt, which
 * the next request for a token waits for.
 * @param count - tokens, any number that is not negative
 */
export function spendTokens(
  bucket: Bucket | undefined,
  allowance: Allowance,
  { count, nowMs }: { readonly count: number; readonly nowMs: number },
): Bucket {
  return { tokens: tokensAt(bucket, allowance, nowMs) - count, atMs: nowMs };
}

/**
 * The tokens of a bucket at a moment, fractions included.
 * @param bucket - undefined: a full one
 */
function tokensAt(
  bucket: Bucket | undefined,
  { burst, perSecond }: Allowance,
  nowMs: number,
): number {
  if (bucket === undefined) return burst;
  const grown = (Math.max(0, nowMs - bucket.atMs) / MS_PER_SECOND) * perSecond;
  return Math.min(burst, bucket.tokens + grown);
}
