/** Lists the actions that the rules of a policy request, with their rank. */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import type { RequestedAction } from '../model/orchestration.ts';

/** Lists the actions of each rule, in the policy's order, whether or not the rule holds. */
export function listRequestedActions({
  metadata,
  spec,
}: OrchestrationPolicy): readonly (readonly RequestedAction[])[] {
  const { matchLabels, tags } = spec.selector;
  return spec.rules.map((rule) =>
    rule.actions.map((action) => {
      const isHard = action.type === 'schedule' && action.parameters.mode === 'hard';
      return {
        policy: metadata.name,
        rule: rule.name,
        action,
        rank: {
          priority: spec.priority,
          binding: isHard || rule.type === 'healing' ? 1 : 0,
          precision: Object.keys(matchLabels).length + tags.length,
          namespaced: metadata.namespace === null ? 0 : 1,
        },
      };
    }),
  );
}
