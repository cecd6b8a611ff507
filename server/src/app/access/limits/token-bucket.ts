/**
 * A token bucket as data: how much a caller may still do now. Pure; whoever keeps the buckets
 * brings the time. Source: the leaky bucket as a meter, ITU-T I.371.
 */

/** How much is allowed: a burst at once, then a steady rate. */
export interface Allowance {
  /** Tokens in a full bucket. */
  readonly burst: number;
  readonly perSecond: number;
}

/** A burst as people and Terraform make it: what two seconds allow, at once. */
const BURST_SECONDS = 2;

/** The allowance of a steady rate. */
export function allowanceOf(perSecond: number): Allowance {
  return { perSecond, burst: perSecond * BURST_SECONDS };
}

/** What is left, and when that was true. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** The bucket after somebody asked for a token. */
export interface Taken {
  readonly bucket: Bucket;
  /** 0 when there was a token; otherwise when there will be one. Unit: milliseconds. */
  readonly waitMs: number;
}

const MS_PER_SECOND = 1_000;
const FRACTION_MS = 1e-6;

/**
 * Takes one token. A refusal takes none, and a clock that went back fills nothing.
 * @param bucket - undefined: a full one
 */
export function takeToken(
  bucket: Bucket | undefined,
  { burst, perSecond }: Allowance,
  nowMs: number,
): Taken {
  const before = bucket ?? { tokens: burst, atMs: nowMs };
  const grown = (Math.max(0, nowMs - before.atMs) / MS_PER_SECOND) * perSecond;
  const tokens = Math.min(burst, before.tokens + grown);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs: nowMs }, waitMs: 0 };
  const exactMs = ((1 - tokens) / perSecond) * MS_PER_SECOND;
  // Rounded up, but not for the sake of a binary fraction.
  const waitMs = Math.max(1, Math.ceil(exactMs - FRACTION_MS));
  return { bucket: { tokens, atMs: nowMs }, waitMs };
}
