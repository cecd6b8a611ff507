/** Finds which policies a policy can conflict with, before any resource is known. */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { explainConflict } from './explain-orchestration.ts';
import { listRequestedActions } from './rules/list-requested-actions.ts';
import { resolveConflicts } from './rules/resolve-conflicts.ts';

/**
 * Finds what a policy and others can disagree about where they select the same resource and all of
 * their rules hold.
 * @returns one line per conflict: which policy wins and why. Empty where there is none
 */
export function findPolicyConflicts(
  policy: OrchestrationPolicy,
  others: readonly OrchestrationPolicy[],
): readonly string[] {
  const { name } = policy.metadata;
  const own = listRequestedActions(policy).flat();
  return others
    .filter((other) => other.metadata.name !== name && canMeet(policy, other))
    .flatMap((other) => {
      const asked = [...own, ...listRequestedActions(other).flat()];
      return resolveConflicts(asked)
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
