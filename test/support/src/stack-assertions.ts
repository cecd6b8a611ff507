/**
 * The matchers for stacks as functions, for test frameworks without `expect`: node:test, mocha and
 * others. They throw the `AssertionError` of Node.
 */
import { AssertionError } from 'node:assert';
import { type MatcherResult, novacronMatchers } from './novacron-matchers.ts';
import type { RunningNovacron } from './start-novacron.ts';

/**
 * Requires that the VMs of a stack would be placed on a node each, one planned after another.
 * @param synthesised - what `Testing.synth(stack)` returns
 * @throws AssertionError with the node of each VM, where some share one; an error where the stack
 *   has no two VMs or NovaCron would refuse one
 */
export async function assertDistinctNodes(
  synthesised: string,
  novacron: RunningNovacron,
): Promise<void> {
  requirePass(await novacronMatchers.toPlaceOnDistinctNodes(synthesised, novacron));
}

/**
 * Requires that a policy of type `resource` denies no resource of a stack.
 * @param synthesised - what `Testing.synth(stack)` returns
 * @param rule - the text of the policy, Rego
 * @throws AssertionError with each denied resource and why; an error where the policy does not
 *   compile or reads what only an apply knows
 */
export async function assertPolicySatisfied(
  synthesised: string,
  novacron: RunningNovacron,
  rule: string,
): Promise<void> {
  requirePass(await novacronMatchers.toSatisfyPolicy(synthesised, novacron, rule));
}

function requirePass({ pass, message }: MatcherResult): void {
  if (!pass) throw new AssertionError({ message: message() });
}
