/** Which policies a policy can contradict, before any resource is looked at. */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { explainConflict } from './explain-orchestration.ts';
import { askOfPolicy } from './rules/ask-of-policy.ts';
import { settleConflicts } from './rules/settle-conflicts.ts';

/**
 * Finds what a policy and others can disagree about where they select the same resource and all of
 * their rules hold.
 * @returns one line a disagreement: who wins and why. Empty where there is none
 */
export function findPolicyConflicts(
  policy: OrchestrationPolicy,
  others: readonly OrchestrationPolicy[],
): readonly string[] {
  const { name } = policy.metadata;
  const own = askOfPolicy(policy).flat();
  return others
    .filter((other) => other.metadata.name !== name && canMeet(policy, other))
    .flatMap((other) => {
      const asked = [...own, ...askOfPolicy(other).flat()];
      return settleConflicts(asked)
        .conflicts.filter(({ winner, loser }) => winner.policy !== loser.policy)
        .map(explainConflict);
    });
}

/** Whether some resource could be selected by both. */
function canMeet(left: OrchestrationPolicy, right: OrchestrationPolicy): boolean {
  const [a, b] = [left.spec.selector, right.spec.selector];
  const [here, there] = [left.metadata.namespace, right.metadata.namespace];
  return (
    left.spec.enabled &&
    right.spec.enabled &&
    (here === null || there === null || here === there) &&
    a.resourceTypes.some((kind) => b.resourceTypes.includes(kind)) &&
    Object.entries(a.matchLabels).every(
      ([label, value]) => (b.matchLabels[label] ?? value) === value,
    )
  );
}
