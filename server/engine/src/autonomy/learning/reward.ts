/** Rewards: what a step has cost above what its load needs, with limits. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** VM-hours of a reward of 1. */
export const REWARD_VM_HOURS = 2;

/**
 * The most that one step can count: an outcome that is made up, or measured wrongly, cannot
 * outweigh all others.
 */
const REWARD_MAX = 5;

/** What is known after a step. Unit: VM-hours. */
export interface Outcome {
  /** Cost, with penalties. */
  readonly price: number;
  /** What its load needed at least, whatever was decided. */
  readonly needed: number;
}

/** Values an outcome. Failures: `validation-failed` for what is not a number. */
export function rewardOf({ price, needed }: Outcome): Result<number, Problem> {
  if (!Number.isFinite(price) || !Number.isFinite(needed)) {
    const detail = `The outcome of a decision has a price of ${price} and a need of ${needed}.`;
    const remedy = 'Both must be numbers; nothing was learned from it.';
    return err(problem('validation-failed', { detail, remedy }));
  }
  const reward = (needed - price) / REWARD_VM_HOURS;
  return ok(Math.max(-REWARD_MAX, Math.min(REWARD_MAX, reward)));
}
