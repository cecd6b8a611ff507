/**
 * A token bucket as data: how many requests a caller has left. Pure; the owner of the buckets
 * passes the time. Source: the leaky bucket as a meter, ITU-T I.371.
 */

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
export function tokensAt(
  bucket: Bucket | undefined,
  { burst, perSecond }: Allowance,
  nowMs: number,
): number {
  if (bucket === undefined) return burst;
  const grown = (Math.max(0, nowMs - bucket.atMs) / MS_PER_SECOND) * perSecond;
  return Math.min(burst, bucket.tokens + grown);
}
