/** The sizes that a group has needed lately: it shrinks to the largest of them. */
import type { ScalingMemory } from '../model/scaling.ts';

/** Rounds that are further apart say nothing of the time between. Unit: ms. */
const GAP_MS_MAX = 120_000;

/** Stored scaling state, and results derived from it. */
export interface RecentNeeds {
  readonly memory: ScalingMemory;
  /** The largest size in the window. */
  readonly size: number;
  /** Whether the window is known from its beginning to its end. */
  readonly isComplete: boolean;
}

/**
 * Adds a size. Only time that was observed counts: after an outage of the server, or where the
 * clock went ahead, the window begins again, with what was remembered. Where the clock went back,
 * that is as if of now. Source of the idea: the stabilization window of Kubernetes' horizontal pod
 * autoscaler.
 */
export function rememberNeed(
  memory: ScalingMemory | undefined,
  { size, windowMs }: { readonly size: number; readonly windowMs: number },
  nowMs: number,
): RecentNeeds {
  const passedMs = memory === undefined ? 0 : nowMs - memory.lastMs;
  const unobservedMs = passedMs > GAP_MS_MAX ? passedMs : 0;
  const isContinued = memory !== undefined && unobservedMs === 0;
  const sinceMs = isContinued ? Math.min(memory.sinceMs, nowMs) : nowMs;
  const recent = (memory?.needs ?? [])
    .map((need) => ({ atMs: Math.min(need.atMs + unobservedMs, nowMs), size: need.size }))
    .filter((need) => nowMs - need.atMs <= windowMs && need.size > size);
  const needs = [...recent, { atMs: nowMs, size }];
  return {
    memory: { sinceMs, lastMs: nowMs, needs },
    size: needs[0]?.size ?? size,
    isComplete: nowMs - sinceMs >= windowMs,
  };
}
