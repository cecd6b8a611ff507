/** What followed a decision: whether the size that was decided was right in hindsight. */
import type { ActionName } from './model/decision.ts';
import { CPU_LIMIT } from './shield/features.ts';
import { MISS_PRICE, STEPS_PER_HOUR } from './simulate/group-world.ts';

const PERCENT = 100;

/** The load of a group, as it was measured. */
export interface MeasuredLoad {
  /** CPU usage of the members. Unit: percent. */
  readonly cpuUsage: number;
  /** Number of members; at least 1. */
  readonly size: number;
}

/** A decision about a size, and what was measured some time later. */
export interface DecidedSize extends MeasuredLoad {
  readonly action: ActionName;
  /** What the model preferred; it was decided if it was sure enough. */
  readonly preferred: ActionName;
  readonly sizeFrom: number;
  readonly sizeTo: number;
  readonly sizePreferred: number;
  /** The size that the group's own rules recommended at the same moment. */
  readonly sizeRules: number;
}

/** CPU usage that a number of members would have had. Unit: percent. */
function usageAt({ cpuUsage, size }: MeasuredLoad, members: number): number {
  return (cpuUsage * size) / Math.max(1, members);
}

/** What a size would have cost in a step, by the prices of the training. */
export interface SizePrice {
  /** A VM its time. Unit: VM-hours. */
  readonly cost: number;
  readonly isMiss: boolean;
  /** Cost, and that of an overload. Unit: VM-hours. */
  readonly total: number;
}

/** Prices it. */
export function priceSize(load: MeasuredLoad, members: number): SizePrice {
  const isMiss = usageAt(load, members) > CPU_LIMIT;
  const cost = members / STEPS_PER_HOUR;
  return { cost, isMiss, total: cost + (isMiss ? MISS_PRICE : 0) };
}

/** What followed. */
export interface SizeOutcome {
  /** CPU usage later at the size that was decided. Unit: percent. */
  readonly cpuUsageDecided: number;
  readonly isRight: boolean;
  /** The same of what the model preferred: it learns from that while it is not sure enough. */
  readonly isPreferredRight: boolean;
  /**
   * What the size of the rules would have cost more in a step, by the prices of the training: a VM
   * its time, and an overload. It counts as one overload at most. Unit: VM-hours; below 0: less.
   */
  readonly advantage: number;
}

/**
 * Judges it: the decided size carries the load within the limit of `CPU_LIMIT`, and where it is
 * more than before, the size before would not have.
 */
export function planOutcome(decided: DecidedSize): SizeOutcome {
  const { action, preferred, sizeFrom, sizeTo, sizePreferred, sizeRules } = decided;
  const isEnough = (size: number) => !priceSize(decided, size).isMiss;
  const isRight = (chosen: ActionName, size: number) =>
    isEnough(size) && (chosen !== 'scale_up' || !isEnough(sizeFrom));
  const gain = priceSize(decided, sizeRules).total - priceSize(decided, sizeTo).total;
  return {
    cpuUsageDecided: Math.min(PERCENT, usageAt(decided, sizeTo)),
    isRight: isRight(action, sizeTo),
    isPreferredRight: isRight(preferred, sizePreferred),
    advantage: Math.max(-MISS_PRICE, Math.min(MISS_PRICE, gain)),
  };
}
