/** Rewards: what an action saves over the simple rule, with limits. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** VM-hours of a reward of 1. */
export const REWARD_VM_HOURS = 0.5;

/**
 * The most that one step can count: an outcome that is made up, or measured wrongly, cannot
 * outweigh all others.
 */
const REWARD_MAX = 20;

/** What an action led to. Unit: VM-hours, with penalties. */
export interface Outcome {
  /** Cost of a step with the action, and of the next steps under the simple rule. */
  readonly price: number;
  /** Cost of all of them under the rule. */
  readonly rulePrice: number;
}

/** Values an outcome. Failures: `validation-failed` for what is not a number. */
export function rewardOf({ price, rulePrice }: Outcome): Result<number, Problem> {
  if (!Number.isFinite(price) || !Number.isFinite(rulePrice)) {
    const detail = `The outcome of a decision has a price of ${price}, and the rule ${rulePrice}.`;
    const remedy = 'Both must be numbers; nothing was learned from it.';
    return err(problem('validation-failed', { detail, remedy }));
  }
  const reward = (rulePrice - price) / REWARD_VM_HOURS;
  return ok(Math.max(-REWARD_MAX, Math.min(REWARD_MAX, reward)));
}
