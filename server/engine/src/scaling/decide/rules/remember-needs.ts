/** The sizes that a group has needed lately: it shrinks to the largest of them. */
import type { ScalingMemory } from '../model/scaling.ts';

/** Rounds that are further apart say nothing of the time between. Unit: ms. */
const GAP_MS_MAX = 600_000;

/** Stored scaling state, and results derived from it. */
export interface RecentNeeds {
  readonly memory: ScalingMemory;
  /** The largest size in the window. */
  readonly size: number;
  /** Whether the window is known from its beginning to its end. */
  readonly isComplete: boolean;
}

/**
 * Adds a size. Where the clock went back, what was remembered is as if of now; where it went ahead,
 * the window begins again.
 */
export function rememberNeed(
  memory: ScalingMemory | undefined,
  { size, windowMs }: { readonly size: number; readonly windowMs: number },
  nowMs: number,
): RecentNeeds {
  const isContinued = memory !== undefined && nowMs - memory.lastMs <= GAP_MS_MAX;
  const known = isContinued ? memory.needs : [];
  const sinceMs = isContinued ? Math.min(memory.sinceMs, nowMs) : nowMs;
  const recent = known
    .map((need) => ({ atMs: Math.min(need.atMs, nowMs), size: need.size }))
    .filter((need) => nowMs - need.atMs <= windowMs && need.size > size);
  const needs = [...recent, { atMs: nowMs, size }];
  return {
    memory: { sinceMs, lastMs: nowMs, needs },
    size: needs[0]?.size ?? size,
    isComplete: nowMs - sinceMs >= windowMs,
  };
}
