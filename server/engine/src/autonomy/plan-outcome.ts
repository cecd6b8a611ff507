/** What followed a decision: whether the size that was decided was right in hindsight. */
import type { ActionName } from './model/decision.ts';
import { CPU_LIMIT } from './shield/features.ts';

const PERCENT = 100;

/** A decision about a size, and what was measured some time later. */
export interface DecidedSize {
  readonly action: ActionName;
  readonly sizeFrom: number;
  readonly sizeTo: number;
  /** CPU usage of the members later. Unit: percent. */
  readonly cpuUsage: number;
  /** Number of members later; at least 1. */
  readonly size: number;
}

/** What followed. */
export interface SizeOutcome {
  /** CPU usage later at the size that was decided. Unit: percent. */
  readonly cpuUsageDecided: number;
  readonly isRight: boolean;
}

/**
 * Judges it: the decided size carries the load within the limit of `CPU_LIMIT`, and where it is
 * more than before, the size before would not have.
 */
export function planOutcome({
  action,
  sizeFrom,
  sizeTo,
  cpuUsage,
  size,
}: DecidedSize): SizeOutcome {
  const load = cpuUsage * size;
  const cpuUsageDecided = Math.min(PERCENT, load / Math.max(1, sizeTo));
  const isEnough = cpuUsageDecided <= CPU_LIMIT;
  const wasNeeded = action !== 'scale_up' || load / Math.max(1, sizeFrom) > CPU_LIMIT;
  return { cpuUsageDecided, isRight: isEnough && wasNeeded };
}
